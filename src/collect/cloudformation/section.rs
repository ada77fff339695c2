//! The sections of a template, each mistake of their form with its place. What the sections mean is worked out elsewhere.

use crate::diag::Faults;
use crate::diag::yaml::{Key, Kind, Node};
use arcstr::ArcStr;
use std::collections::HashMap;
use std::ops::Range;

/// The sections that CloudFormation and SAM know (CloudFormation User Guide, "Template sections"; SAM, "Template anatomy").
const SECTIONS: [&str; 12] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Fn::Transform",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
];

/// What stands beside a resource's properties (User Guide, "Resource attributes"; `Connectors` and `IgnoreGlobals` are SAM's).
const ATTRIBUTES: [&str; 11] = [
    "Condition",
    "Connectors",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "IgnoreGlobals",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
];

/// A template, taken apart.
#[derive(Debug, Default)]
pub struct Sections<'a> {
    /// Parameters by name.
    pub parameters: HashMap<&'a str, &'a Node>,
    /// Mappings by name.
    pub mappings: HashMap<&'a str, &'a Node>,
    /// Conditions by name.
    pub conditions: HashMap<&'a str, &'a Node>,
    /// Resources in written order.
    pub resources: Vec<Declared<'a>>,
    /// What `Outputs` says: nothing that is audited, but its references must hold.
    pub outputs: Option<&'a Node>,
    /// What is worked out by CloudFormation's or the account's macros, and not here: `AWS::Serverless-2016-10-31`.
    pub macros: Vec<ArcStr>,
    /// `Fn::ForEach` among the resources.
    pub loops: Vec<&'a Key>,
}

/// One resource as it is written.
#[derive(Debug)]
pub struct Declared<'a> {
    /// Its logical id.
    pub logical: &'a Key,
    /// Its type.
    pub resource_type: ArcStr,
    /// Its properties, where it has any.
    pub properties: Option<&'a Node>,
    /// The condition that it depends on.
    pub condition: Option<(ArcStr, Range<usize>)>,
    /// What must be made before it.
    pub depends_on: Vec<(ArcStr, Range<usize>)>,
}

impl<'a> Sections<'a> {
    /// Takes a template apart.
    pub fn of(root: &'a Node, faults: &mut Faults) -> Self {
        let mut sections = Self::default();
        let Some(entries) = root.entries("a template", faults) else { return sections };
        for (key, node) in entries {
            match key.text.as_str() {
                "Transform" => sections.transform(node, faults),
                "Fn::Transform" => sections.macros.push(named_macro(node)),
                "Parameters" => sections.parameters = named(node, "Parameters", faults),
                "Mappings" => sections.mappings = named(node, "Mappings", faults),
                "Conditions" => sections.conditions = named(node, "Conditions", faults),
                "Outputs" => sections.outputs = Some(node),
                "Resources" => {
                    for (logical, node) in node.entries("Resources", faults).unwrap_or_default() {
                        sections.resource(logical, node, faults);
                    }
                }
                "AWSTemplateFormatVersion" => {
                    if node.as_str().is_some_and(|version| version != "2010-09-09") {
                        faults.add(&node.span, "the only version of templates is 2010-09-09");
                    }
                }
                known if SECTIONS.contains(&known) => {}
                unknown => {
                    let known = SECTIONS.iter().copied().chain(["Transform"]);
                    faults.add_unknown(&key.span, "section of a template", unknown, known);
                }
            }
        }
        if root.get("Resources").is_none() {
            faults.add(&(root.span.start..root.span.start), "\"Resources\" is missing: a template without it makes nothing");
        }
        sections
    }

    fn transform(&mut self, node: &Node, faults: &mut Faults) {
        match &node.kind {
            Kind::Str(name) => self.macros.push(name.clone()),
            Kind::List(items) => {
                for item in items {
                    self.transform(item, faults);
                }
            }
            Kind::Map(_) => self.macros.push(named_macro(node)),
            _ => faults.add(&node.span, format!("Transform must name a macro, not {}", node.describe())),
        }
    }

    fn resource(&mut self, logical: &'a Key, node: &'a Node, faults: &mut Faults) {
        if logical.text.starts_with("Fn::ForEach") {
            self.loops.push(logical);
            return;
        }
        if logical.text == "Fn::Transform" {
            self.macros.push(named_macro(node));
            return;
        }
        if logical.text.is_empty() || !logical.text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            faults.add(&logical.span, format!("the logical id {:?} must be letters and digits", logical.text.as_str()));
        }
        let Some(entries) = node.entries(&format!("resource {}", logical.text), faults) else { return };
        for (key, _) in entries {
            let word = key.text.as_str();
            if !ATTRIBUTES.contains(&word) && !word.starts_with("Fn::Transform") {
                faults.add_unknown(&key.span, "attribute of a resource", word, ATTRIBUTES);
            }
        }
        if let Some(transform) = node.get("Fn::Transform") {
            self.macros.push(named_macro(transform));
        }
        let Some(named) = node.get("Type") else {
            faults.add(&logical.span, format!("resource {} has no \"Type\"", logical.text));
            return;
        };
        let Some(resource_type) = named.string("Type", faults) else { return };
        if !is_type(&resource_type) {
            faults.add_with_help(
                &named.span,
                format!("{:?} is no type of a resource", resource_type.as_str()),
                "types are like AWS::DynamoDB::Table",
            );
        }
        let properties = node.get("Properties").filter(|node| !matches!(node.kind, Kind::Null));
        if let Some(properties) = properties {
            properties.entries("Properties", faults);
        }
        let condition = node.get("Condition").and_then(|node| Some((node.string("Condition", faults)?, node.span.clone())));
        let depends_on = match node.get("DependsOn") {
            None => Vec::new(),
            Some(one @ Node { kind: Kind::Str(name), .. }) => vec![(name.clone(), one.span.clone())],
            Some(many) => many
                .list("DependsOn", faults)
                .unwrap_or_default()
                .iter()
                .filter_map(|node| Some((node.string("each of DependsOn", faults)?, node.span.clone())))
                .collect(),
        };
        self.resources.push(Declared { logical, resource_type, properties, condition, depends_on });
    }
}

fn named<'a>(node: &'a Node, section: &str, faults: &mut Faults) -> HashMap<&'a str, &'a Node> {
    node.entries(section, faults).unwrap_or_default().iter().map(|(key, node)| (key.text.as_str(), node)).collect()
}

fn named_macro(node: &Node) -> ArcStr {
    node.get("Name").and_then(Node::as_str).cloned().unwrap_or_else(|| arcstr::literal!("Fn::Transform"))
}

/// `AWS::Service::Thing`, a third party's, a module (`…::MODULE`) or `Custom::Anything`.
fn is_type(name: &str) -> bool {
    let parts: Vec<&str> = name.split("::").collect();
    let word =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@' | b'-'));
    parts.len() >= 2 && parts.len() <= 4 && parts.iter().all(word) && (parts.len() > 2 || parts.first() == Some(&"Custom"))
}
