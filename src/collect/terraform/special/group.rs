//! Rules of security groups: Terraform names many sources and destinations in one rule, and writes rules inside a group and beside it;
//! CloudFormation has one entry for each.

use crate::collect::terraform::draft::{Draft, Made};
use crate::collect::terraform::node::{Found, Node};
use crate::collect::terraform::row::{Scene, last_part};
use crate::collect::terraform::table::Refer;
use crate::model::Path;
use serde_json::{Map, Value};

/// The properties that have the rules.
pub const RULES: &[&str] = &["properties.SecurityGroupIngress", "properties.SecurityGroupEgress"];

/// What is told of a group besides its rows.
pub const TOLD: &[&str] = &[
    "properties.SecurityGroupIngress",
    "properties.SecurityGroupEgress",
    "state.PrefixListIngress",
    "state.PrefixListEgress",
    "state.PrefixLists",
];

/// The keys of one direction: property, prefix list, group.
type Keys = (&'static str, &'static str, &'static str);
const INGRESS: Keys = ("SecurityGroupIngress", "SourcePrefixListId", "SourceSecurityGroupId");
const EGRESS: Keys = ("SecurityGroupEgress", "DestinationPrefixListId", "DestinationSecurityGroupId");

/// The rules inside a group.
pub fn complete(draft: &mut Draft<'_>, scene: &Scene<'_>, node: Node<'_>) {
    for (attribute, keys) in [("ingress", INGRESS), ("egress", EGRESS)] {
        let here = node.at(attribute);
        let path = ["properties".into(), keys.0.into()];
        match here.found() {
            // Left out, they are computed: what stands beside the group in this file, and nothing else, for Terraform takes the rule
            // that AWS gives a new group away (aws_security_group: "By default, AWS creates an ALLOW ALL egress rule …").
            Found::Unknown if scene.index.leaves_out(scene.instance, here) => draft.put(&path, Made::value(Value::Array(Vec::new()))),
            Found::Unknown => draft.put(&path, Made::gap(scene.silence.after_apply())),
            Found::Sensitive => draft.put(&path, Made::gap(scene.silence.sensitive())),
            Found::Absent => draft.put(&path, Made::value(Value::Array(Vec::new()))),
            Found::Known(_) => {
                draft.put(&path, Made::value(Value::Array(Vec::new())));
                for rule in here.items() {
                    entries(draft, scene, rule, keys);
                }
            }
        }
    }
}

/// A rule beside a group.
pub fn rule(owner: &mut Draft<'_>, scene: &Scene<'_>, node: Node<'_>) {
    let keys = if node.text("type") == Some("egress") { EGRESS } else { INGRESS };
    entries(owner, scene, node, keys);
}

fn entries(draft: &mut Draft<'_>, scene: &Scene<'_>, rule: Node<'_>, (property, list, group): Keys) {
    let path = Path::root("properties").key(property);
    let mut base = Map::new();
    let all = ["-1", "all"];
    let protocol = rule.text("protocol").map(|protocol| if all.contains(&protocol) { "-1".to_owned() } else { protocol.to_lowercase() });
    if let Some(protocol) = &protocol {
        base.insert("IpProtocol".to_owned(), protocol.as_str().into());
    }
    // All protocols have all ports, however they are written.
    let ports = protocol.as_deref() != Some("-1");
    for (to, from) in [("FromPort", "from_port"), ("ToPort", "to_port")] {
        if let (Found::Known(port), true) = (rule.at(from).found(), ports) {
            base.insert(to.to_owned(), port.clone());
        }
    }
    if let Some(description) = rule.text("description") {
        base.insert("Description".to_owned(), description.into());
    }
    let (own, account) = (last_part(&draft.id).to_owned(), draft.account.to_string());
    let mut entry = |key: &str, value: Option<Value>| {
        let mut made = Made::value(base.clone());
        if key == INGRESS.2 {
            // A group of another account is written as `account/group`.
            let owner = value.as_ref().and_then(|value| value.as_str()?.split_once('/')).map_or(account.as_str(), |(owner, _)| owner);
            made.put(&["SourceSecurityGroupOwnerId".into()], Made::value(owner));
        }
        let value = value.map(|value| {
            if let Value::String(text) = &value
                && key == group
            {
                last_part(text).into()
            } else {
                value
            }
        });
        made.put(&[key.into()], value.map_or_else(|| Made::gap(scene.silence.after_apply()), Made::value));
        draft.append(&path, made);
    };
    for (key, from) in [
        ("CidrIp", "cidr_blocks"),
        ("CidrIpv6", "ipv6_cidr_blocks"),
        (list, "prefix_list_ids"),
        (group, "security_groups"),
        (group, "source_security_group_id"),
    ] {
        let here = rule.at(from);
        match here.found() {
            Found::Absent => {}
            Found::Known(Value::Array(_)) => {
                for item in here.items() {
                    entry(key, if let Found::Known(value) = item.found() { Some(value.clone()) } else { None });
                }
            }
            Found::Known(value) => entry(key, Some(value.clone())),
            Found::Unknown | Found::Sensitive => match scene.index.refer_all(scene.instance, here, Refer::Last) {
                Some(named) => named.into_iter().for_each(|name| entry(key, Some(name.into()))),
                None => entry(key, None),
            },
        }
    }
    if matches!(rule.at("self").found(), Found::Known(Value::Bool(true))) {
        entry(group, Some(own.into()));
    }
}

/// Where no rule names a prefix list there is none to look into; what is in one no file tells.
pub fn prefix_lists(draft: &mut Draft<'_>) {
    for (state, rules) in [("PrefixListIngress", &[INGRESS][..]), ("PrefixListEgress", &[EGRESS]), ("PrefixLists", &[INGRESS, EGRESS])] {
        let open = rules.iter().find_map(|(property, list, _)| {
            let path = Path::root("properties").key(*property);
            let gap = draft.gaps.iter().find(|gap| gap.path.is_within(&path)).map(|gap| gap.gap.clone());
            let listed = draft.body.pointer(&format!("/properties/{property}")).and_then(Value::as_array);
            let named = listed.into_iter().flatten().any(|rule| rule.get(*list).is_some());
            gap.or_else(|| named.then(|| crate::model::Gap::new(crate::model::GapKind::NotRecorded, "not told by Terraform")))
        });
        draft.put(&["state".into(), state.into()], open.map_or_else(|| Made::value(Value::Array(Vec::new())), Made::gap));
    }
}
