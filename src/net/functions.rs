//! What rules may ask of addresses and ports: `net.*`.
//!
//! `rules` is a list of security group rules in CloudFormation's words, as `properties.SecurityGroupIngress` has them.

use super::block::{Block, Family};
use super::rules::{self, Opening, Ports, Rule};
use crate::model::function::{Function, Kind, Parameter};
use crate::model::{Gap, GapKind, Interner, Value};
use arcstr::ArcStr;
use std::sync::LazyLock;

/// Shares the keys of the few kinds of maps that these functions return.
static SHAPES: LazyLock<Interner> = LazyLock::new(Interner::new);

const RULES: Parameter = Parameter { name: "rules", kind: Kind::Any };
const CIDR: Parameter = Parameter { name: "cidr", kind: Kind::String };

/// The functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "net.is_private",
        parameters: &[CIDR],
        returns: Kind::Bool,
        help: "whether the internet routes no address of a CIDR",
        call: is_private,
    },
    Function {
        name: "net.open_to_everybody",
        parameters: &[RULES],
        returns: Kind::List(&Kind::Object(&[
            ("family", Kind::String),
            ("from_port", Kind::Int),
            ("label", Kind::String),
            ("protocol", Kind::String),
            ("to_port", Kind::Int),
        ])),
        help: "where security group rules together let the whole internet in: family (IPv4, IPv6), protocol (tcp, udp, -1 for \
               all, …) and ports; -1 to -1 for protocols without ports",
        call: open_to_everybody,
    },
    Function {
        name: "net.prefix_length",
        parameters: &[CIDR],
        returns: Kind::Int,
        help: "how many bits of a CIDR are fixed",
        call: prefix_length,
    },
    Function {
        name: "net.wide_sources",
        parameters: &[RULES, Parameter { name: "ipv4", kind: Kind::Int }, Parameter { name: "ipv6", kind: Kind::Int }],
        returns: Kind::List(&Kind::Object(&[
            ("cidr", Kind::String),
            ("from_port", Kind::Int),
            ("label", Kind::String),
            ("protocol", Kind::String),
            ("to_port", Kind::Int),
        ])),
        help: "security group rules whose CIDR is of the internet and has fewer fixed bits than these",
        call: wide_sources,
    },
];

fn is_private(arguments: &[Value]) -> Result<Value, Gap> {
    let [cidr] = arguments else { return Err(misused("net.is_private(cidr)")) };
    Ok(Value::Bool(block(cidr)?.is_private()))
}

fn prefix_length(arguments: &[Value]) -> Result<Value, Gap> {
    let [cidr] = arguments else { return Err(misused("net.prefix_length(cidr)")) };
    Ok(Value::Int(i64::from(block(cidr)?.prefix)))
}

fn open_to_everybody(arguments: &[Value]) -> Result<Value, Gap> {
    let [list] = arguments else { return Err(misused("net.open_to_everybody(rules)")) };
    let openings = rules::openings(&rules::read(list)?);
    Ok(Value::List(openings.iter().map(opening).collect()))
}

fn opening(opening: &Opening) -> Value {
    let Opening { family, protocol, ports } = opening;
    map([
        ("family", Value::str(family.as_str())),
        ("protocol", Value::str(protocol.as_str())),
        ("from_port", Value::Int(ports.0)),
        ("to_port", Value::Int(ports.1)),
        ("label", Value::str(format!("{} ({})", label(protocol.as_str(), *ports), family.as_str()))),
    ])
}

fn wide_sources(arguments: &[Value]) -> Result<Value, Gap> {
    let [list, Value::Int(ipv4), Value::Int(ipv6)] = arguments else { return Err(misused("net.wide_sources(rules, ipv4, ipv6)")) };
    let wide = |rule: &Rule| {
        let least = match rule.block.family {
            Family::V4 => *ipv4,
            Family::V6 => *ipv6,
        };
        i64::from(rule.block.prefix) < least && !rule.block.is_private()
    };
    let found = rules::read(list)?.into_iter().filter(wide).map(|Rule { protocol, ports, cidr, .. }| {
        map([
            ("label", Value::str(format!("{cidr} at {}", label(protocol.as_str(), ports)))),
            ("cidr", Value::str(cidr)),
            ("protocol", Value::str(protocol.as_str())),
            ("from_port", Value::Int(ports.0)),
            ("to_port", Value::Int(ports.1)),
        ])
    });
    Ok(Value::List(found.collect()))
}

/// Protocol and ports for people.
fn label(protocol: &str, ports: Ports) -> String {
    match (protocol, ports) {
        ("-1", _) => "all protocols".to_owned(),
        (protocol, rules::NO_PORTS) => protocol.to_owned(),
        (protocol, rules::ALL_PORTS) => format!("{protocol}, all ports"),
        (protocol, (from, to)) if from == to => format!("{protocol} {from}"),
        (protocol, (from, to)) => format!("{protocol} {from}-{to}"),
    }
}

fn map<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    Value::map(entries.into_iter().map(|(key, value)| (ArcStr::from(key), value)), &SHAPES)
}

fn block(cidr: &Value) -> Result<Block, Gap> {
    let text = cidr.as_str().ok_or_else(|| misused("a CIDR"))?;
    Block::read(text).ok_or_else(|| Gap::new(GapKind::Undecidable, arcstr::format!("{text:?} is no CIDR")))
}

fn misused(usage: &str) -> Gap {
    Gap::new(GapKind::Failed, arcstr::format!("expected {usage}"))
}
