//! The three ways in which CloudFormation writes a DynamoDB table are one type: what exists is a table, whoever made it.

use crate::diag::yaml::{Key, Kind, Node};
use crate::model::ResourceType;
use arcstr::ArcStr;

/// A table, as it exists.
pub const TABLE: &str = "AWS::DynamoDB::Table";
/// A table with replicas in other regions.
pub const GLOBAL_TABLE: &str = "AWS::DynamoDB::GlobalTable";
/// SAM's table with one key.
pub const SIMPLE_TABLE: &str = "AWS::Serverless::SimpleTable";

/// The type that a resource of this type is judged as.
pub fn canonical(resource_type: &ResourceType) -> ResourceType {
    match resource_type.as_str() {
        GLOBAL_TABLE | SIMPLE_TABLE => TABLE.into(),
        _ => resource_type.clone(),
    }
}

/// An entry of a contract whose properties are written in the words of another type, in the words of a table; none where there
/// is nothing to rewrite. What a table of the judged region does not have (settings of replicas, of their scaling) is left out.
pub(super) fn rewritten(resource_type: &str, entry: &Node) -> Option<Node> {
    let Kind::Map(parts) = &entry.kind else { return None };
    if !matches!(resource_type, GLOBAL_TABLE | SIMPLE_TABLE) {
        return None;
    }
    let parts = parts.iter().map(|(key, node)| match &node.kind {
        Kind::Map(properties) if key.text == "properties" => {
            let properties = if resource_type == SIMPLE_TABLE { simple(properties) } else { global(properties) };
            (key.clone(), Node { span: node.span.clone(), kind: Kind::Map(properties) })
        }
        _ => (key.clone(), node.clone()),
    });
    Some(Node { span: entry.span.clone(), kind: Kind::Map(parts.collect()) })
}

/// A global table's own capacity and the settings of its replicas are no properties of a table.
fn global(properties: &[(Key, Node)]) -> Vec<(Key, Node)> {
    const ELSEWHERE: [&str; 5] = [
        "Replicas",
        "WriteProvisionedThroughputSettings",
        "WriteOnDemandThroughputSettings",
        "GlobalTableWitnesses",
        "MultiRegionConsistency",
    ];
    properties.iter().filter(|(key, _)| !ELSEWHERE.contains(&key.text.as_str())).cloned().collect()
}

/// `PrimaryKey: { Name: id, Type: String }` is a partition key; SAM's default is `id`, a text. Without throughput it is on demand.
fn simple(properties: &[(Key, Node)]) -> Vec<(Key, Node)> {
    let find = |name: &str| properties.iter().find(|(key, _)| key.text == name);
    let primary = find("PrimaryKey");
    let span = primary.map_or(0..0, |(key, _)| key.span.clone());
    let word =
        |node: Option<&Node>, otherwise: &'static str| node.and_then(Node::as_str).cloned().unwrap_or_else(|| ArcStr::from(otherwise));
    let name = word(primary.and_then(|(_, node)| node.get("Name")), "id");
    let kind = match word(primary.and_then(|(_, node)| node.get("Type")), "String").as_str() {
        "Number" => "N",
        "Binary" => "B",
        _ => "S",
    };
    let text = |text: &str| Node { span: span.clone(), kind: Kind::Str(text.into()) };
    let key = |text: &str| Key { span: span.clone(), text: text.into() };
    let list = |entries: Vec<(Key, Node)>| {
        let item = Node { span: span.clone(), kind: Kind::Map(entries) };
        Node { span: span.clone(), kind: Kind::List(vec![item]) }
    };
    let billing = if find("ProvisionedThroughput").is_some() { "PROVISIONED" } else { "PAY_PER_REQUEST" };
    let mut rewritten = vec![
        (key("AttributeDefinitions"), list(vec![(key("AttributeName"), text(&name)), (key("AttributeType"), text(kind))])),
        (key("BillingMode"), text(billing)),
        (key("KeySchema"), list(vec![(key("AttributeName"), text(&name)), (key("KeyType"), text("HASH"))])),
    ];
    rewritten.extend(properties.iter().filter(|(key, _)| !matches!(key.text.as_str(), "PrimaryKey" | "Tags")).cloned());
    rewritten
}
