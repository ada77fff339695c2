//! Parameters stand at their defaults: what a deployment gives them is not part of the template.

use super::resolve::gap;
use super::told::Told;
use crate::diag::yaml::{Kind, Node};

/// What a parameter is without being given.
pub fn default(name: &str, parameter: &Node) -> Told {
    let kind = parameter.get("Type").and_then(Node::as_str).map_or("String", arcstr::ArcStr::as_str);
    let secret = parameter.get("NoEcho").is_some_and(|node| match &node.kind {
        Kind::Bool(bool) => *bool,
        Kind::Str(text) => text.eq_ignore_ascii_case("true"),
        _ => false,
    });
    if secret {
        return gap(arcstr::format!("sensitive: parameter {name} is NoEcho"));
    }
    if kind.starts_with("AWS::SSM::Parameter::") {
        return gap(arcstr::format!("parameter {name} stands in the Parameter Store"));
    }
    let Some(default) = parameter.get("Default") else { return gap(arcstr::format!("parameter {name} has no default")) };
    let told = match &default.kind {
        Kind::Bool(bool) => Told::Bool(*bool),
        Kind::Int(int) => Told::Int(*int),
        Kind::Number(text) => Told::Number(text.clone()),
        Kind::Str(text) => Told::Text(text.clone()),
        Kind::Null | Kind::List(_) | Kind::Map(_) => {
            return gap(arcstr::format!("the default of parameter {name} is {}", default.describe()));
        }
    };
    if kind == "CommaDelimitedList" || kind.starts_with("List<") {
        let text = told.word().unwrap_or_default();
        return Told::List(text.split(',').map(|part| Told::text(part.trim())).collect());
    }
    told
}
