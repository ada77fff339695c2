//! Security groups: rules written apart belong to their group, one entry for each source, as `DescribeSecurityGroups` is read.

use super::{Resolver, Target, decided, each_meant, targets, written};
use crate::collect::cloudformation::draft::Draft;
use crate::collect::cloudformation::told::Told;
use std::collections::BTreeMap;

const GROUP: &str = "AWS::EC2::SecurityGroup";

pub(super) fn fold(drafts: &mut [Draft], resolver: &Resolver<'_>) {
    for draft in drafts.iter_mut().filter(|draft| draft.resource_type == GROUP) {
        for list in ["SecurityGroupIngress", "SecurityGroupEgress"] {
            if let Some(rules) = draft.property(list).map(rules) {
                draft.put(list, rules);
            }
        }
    }
    for at in 0..drafts.len() {
        let Some(draft) = drafts.get(at) else { continue };
        let list = match draft.declared_type.as_str() {
            "AWS::EC2::SecurityGroupIngress" => "SecurityGroupIngress",
            "AWS::EC2::SecurityGroupEgress" => "SecurityGroupEgress",
            _ => continue,
        };
        let part = decided(draft, rule(&draft.properties));
        let mut named: Vec<Target> = targets(resolver, written(resolver, draft, "GroupId"));
        named.extend(targets(resolver, written(resolver, draft, "GroupName")));
        for target in named {
            // An id that is written out belongs to a group of another template.
            for (group, part) in each_meant(drafts, GROUP, &target, &part) {
                group.push(list, part);
            }
        }
    }
}

fn rules(told: &Told) -> Told {
    match told {
        Told::List(items) => Told::List(items.iter().map(rule).collect()),
        one @ Told::Map(_) => Told::List(vec![rule(one)]),
        other => other.clone(),
    }
}

/// A rule as EC2 tells it: protocols by name, and no ports where all protocols are meant.
fn rule(told: &Told) -> Told {
    let Told::Map(entries) = told else { return told.clone() };
    let mut rule: BTreeMap<_, _> = entries.clone();
    let protocol = match rule.get("IpProtocol").and_then(Told::word).map(|word| word.to_ascii_lowercase()) {
        // Protocol numbers that EC2 tells by name (API reference of IpPermission).
        Some(word) => match word.as_str() {
            "6" => "tcp".to_owned(),
            "17" => "udp".to_owned(),
            "1" => "icmp".to_owned(),
            "58" => "icmpv6".to_owned(),
            _ => word,
        },
        None => return told.clone(),
    };
    if protocol == "-1" {
        rule.remove("FromPort");
        rule.remove("ToPort");
    }
    rule.insert("IpProtocol".into(), Told::text(protocol));
    Told::Map(rule)
}
