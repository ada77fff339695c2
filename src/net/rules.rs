//! Security group rules in CloudFormation's words: which protocol, which ports, from which block.
//!
//! Protocols come as names or numbers, from templates also as YAML numbers. `-1` is all protocols and has no ports; ICMP has
//! a type and a code where others have ports; TCP and UDP without ports mean all of them. A rule whose source is a group or
//! a prefix list has no block here: lists are expanded by whoever collects them.

use super::block::{Block, Family, is_everybody};
use crate::model::{Gap, GapKind, Value};
use std::collections::BTreeSet;

/// The protocols that matter by name; the rest by number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// All of them.
    Every,
    /// TCP, 6.
    Tcp,
    /// UDP, 17.
    Udp,
    /// Any other, by its name where EC2 has one, else by its number.
    Other(String),
}

impl Protocol {
    fn read(text: &str) -> Self {
        match text.trim().to_ascii_lowercase().as_str() {
            "-1" | "all" => Self::Every,
            "tcp" | "6" => Self::Tcp,
            "udp" | "17" => Self::Udp,
            "icmp" | "1" => Self::Other("icmp".to_owned()),
            "icmpv6" | "58" => Self::Other("icmpv6".to_owned()),
            other => Self::Other(other.to_owned()),
        }
    }

    /// As EC2 writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Every => "-1",
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Other(name) => name,
        }
    }

    fn has_ports(&self) -> bool {
        match self {
            Self::Every | Self::Tcp | Self::Udp => true,
            Self::Other(_) => false,
        }
    }
}

/// Ports, both ends included.
pub type Ports = (i64, i64);

/// All of them.
pub const ALL_PORTS: Ports = (0, 65_535);
/// What stands for the ports of a protocol that has none: no port is among them.
pub const NO_PORTS: Ports = (-1, -1);

/// One rule with a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its protocol.
    pub protocol: Protocol,
    /// Its ports; of all protocols all, and [`NO_PORTS`] of those that have none.
    pub ports: Ports,
    /// Where from, or where to.
    pub block: Block,
    /// The block as it was written.
    pub cidr: String,
}

/// A run of ports that everybody of a family is let in at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Whom.
    pub family: Family,
    /// Of which protocol.
    pub protocol: Protocol,
    /// Which ports.
    pub ports: Ports,
}

/// Reads rules; those whose source is no block are left out.
///
/// # Errors
/// Where something is not known, or is no rule.
pub fn read(value: &Value) -> Result<Vec<Rule>, Gap> {
    if let Some(gap) = value.first_gap() {
        return Err(Gap::clone(gap));
    }
    let rules = value.as_list().ok_or_else(|| undecidable("rules must be a list"))?;
    let mut read = Vec::with_capacity(rules.len());
    for rule in rules {
        let protocol = match rule.get("IpProtocol") {
            Some(Value::Str(text)) => Protocol::read(text),
            Some(Value::Int(number)) => Protocol::read(&number.to_string()),
            _ => return Err(undecidable("a rule names no protocol")),
        };
        let ports = ports(rule, &protocol)?;
        for key in ["CidrIp", "CidrIpv6"] {
            let Some(cidr) = rule.get(key) else { continue };
            let cidr = cidr.as_str().ok_or_else(|| undecidable("a CIDR that is no text"))?;
            let block = Block::read(cidr).ok_or_else(|| undecidable(&format!("{cidr:?} is no CIDR")))?;
            read.push(Rule { protocol: protocol.clone(), ports, block, cidr: cidr.to_owned() });
        }
    }
    Ok(read)
}

fn ports(rule: &Value, protocol: &Protocol) -> Result<Ports, Gap> {
    match protocol {
        Protocol::Every => return Ok(ALL_PORTS),
        Protocol::Other(_) => return Ok(NO_PORTS),
        Protocol::Tcp | Protocol::Udp => {}
    }
    let end = |key: &str, default: i64| match rule.get(key) {
        None | Some(Value::Null) => Ok(default),
        Some(Value::Int(port)) => Ok(*port),
        Some(other) => {
            other.as_str().and_then(|text| text.trim().parse().ok()).ok_or_else(|| undecidable(&format!("{key} of a rule is no number")))
        }
    };
    match (end("FromPort", ALL_PORTS.0)?, end("ToPort", ALL_PORTS.1)?) {
        // "All", as templates and older tools write it.
        (-1, _) | (_, -1) => Ok(ALL_PORTS),
        ports => Ok(ports),
    }
}

/// Where everybody is let in, by family, protocol and ports. What all protocols let in is told once, under `-1`.
pub fn openings(rules: &[Rule]) -> Vec<Opening> {
    let mut found = Vec::new();
    for family in Family::ALL {
        let mine: Vec<&Rule> = rules.iter().filter(|rule| rule.block.family == family).collect();
        let every = mine.iter().filter(|rule| rule.protocol == Protocol::Every).map(|rule| rule.block).collect::<Vec<_>>();
        if is_everybody(&every, family) {
            found.push(Opening { family, protocol: Protocol::Every, ports: ALL_PORTS });
            continue;
        }
        let protocols: BTreeSet<&Protocol> = mine.iter().map(|rule| &rule.protocol).filter(|known| **known != Protocol::Every).collect();
        for protocol in protocols {
            // What lets all protocols in lets this one in.
            let of: Vec<&Rule> =
                mine.iter().copied().filter(|rule| rule.protocol == *protocol || rule.protocol == Protocol::Every).collect();
            found.extend(open_ports(&of, protocol, family).into_iter().map(|ports| Opening { family, protocol: protocol.clone(), ports }));
        }
    }
    found
}

fn open_ports(rules: &[&Rule], protocol: &Protocol, family: Family) -> Vec<Ports> {
    if !protocol.has_ports() {
        let blocks: Vec<Block> = rules.iter().map(|rule| rule.block).collect();
        return if is_everybody(&blocks, family) { vec![NO_PORTS] } else { Vec::new() };
    }
    // Between two neighbouring ends the same rules hold for every port.
    let mut starts: BTreeSet<i64> = BTreeSet::from([ALL_PORTS.0]);
    starts.extend(rules.iter().flat_map(|rule| [rule.ports.0, rule.ports.1.saturating_add(1)]));
    let starts: Vec<i64> = starts.into_iter().filter(|port| (ALL_PORTS.0..=ALL_PORTS.1).contains(port)).collect();
    let mut open: Vec<Ports> = Vec::new();
    for (position, from) in starts.iter().enumerate() {
        let to = starts.get(position + 1).map_or(ALL_PORTS.1, |next| next - 1);
        let blocks: Vec<Block> = rules.iter().filter(|rule| rule.ports.0 <= *from && to <= rule.ports.1).map(|rule| rule.block).collect();
        if !is_everybody(&blocks, family) {
            continue;
        }
        match open.last_mut() {
            Some(last) if last.1 + 1 == *from => last.1 = to,
            _ => open.push((*from, to)),
        }
    }
    open
}

fn undecidable(detail: &str) -> Gap {
    Gap::new(GapKind::Undecidable, detail)
}
