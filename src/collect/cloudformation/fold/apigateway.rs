//! REST APIs: paths are resources of their own in a template, and part of each method in an account. AWS makes all ids; what a
//! part belongs to is followed by its reference.

use super::{Resolver, Target, targets, written};
use crate::collect::aws::invocation::{self, Invoked};
use crate::collect::cloudformation::draft::Draft;
use crate::collect::cloudformation::resolve::gap;
use crate::collect::cloudformation::told::Told;
use arcstr::ArcStr;
use std::collections::{BTreeSet, HashMap};

const RESOURCE: &str = "AWS::ApiGateway::Resource";
/// The deepest path that is followed.
const DEEPEST: usize = 64;

pub(super) fn fold(drafts: &mut [Draft], resolver: &Resolver<'_>) {
    let paths = paths(drafts, resolver);
    let apis: HashMap<ArcStr, ArcStr> = drafts
        .iter()
        .filter(|draft| draft.resource_type == "AWS::ApiGateway::RestApi")
        .map(|draft| (draft.logical.clone(), draft.identity.name.clone().unwrap_or_else(|| draft.logical.clone())))
        .collect();
    for draft in drafts.iter_mut() {
        let part = match draft.resource_type.as_str() {
            "AWS::ApiGateway::Method" => method(draft, resolver, &paths),
            "AWS::ApiGateway::Stage" => stage(draft),
            "AWS::ApiGateway::Authorizer" => authorizer(draft),
            "AWS::ApiGateway::DomainName" => {
                let shown = draft.property("RegionalCertificateArn").or_else(|| draft.property("CertificateArn")).cloned();
                draft.tell("CertificateArn", shown.unwrap_or(Told::Null));
                continue;
            }
            "AWS::ApiGateway::BasePathMapping" => {
                mapping(draft);
                continue;
            }
            _ => continue,
        };
        // Parts are known by the API's name and their own.
        let api = match targets(resolver, written(resolver, draft, "RestApiId")).as_slice() {
            [Target::Logical(logical)] => apis.get(logical).cloned(),
            _ => None,
        };
        draft.identity.name = api.zip(part).map(|(api, part)| arcstr::format!("{api}/{part}"));
    }
}

/// The path of each `AWS::ApiGateway::Resource`, by logical id; none where a part of it is not known.
fn paths(drafts: &[Draft], resolver: &Resolver<'_>) -> HashMap<ArcStr, ArcStr> {
    let steps: HashMap<&ArcStr, (Option<ArcStr>, Option<ArcStr>)> = drafts
        .iter()
        .filter(|draft| draft.declared_type == RESOURCE)
        .map(|draft| {
            let part = draft.property("PathPart").and_then(Told::word);
            let parent = match targets(resolver, written(resolver, draft, "ParentId")).as_slice() {
                [Target::Logical(logical)] => Some(logical.clone()),
                _ => None,
            };
            (&draft.logical, (part, parent))
        })
        .collect();
    let path = |from: &ArcStr| {
        let mut parts = Vec::new();
        let mut here = from.clone();
        while let Some((part, parent)) = steps.get(&here) {
            parts.push(part.clone()?);
            // The root resource is an attribute of the API.
            here = parent.clone()?;
            if parts.len() > DEEPEST {
                return None;
            }
        }
        parts.reverse();
        Some(arcstr::format!("/{}", parts.join("/")))
    };
    steps.keys().filter_map(|logical| Some(((*logical).clone(), path(logical)?))).collect()
}

fn method(draft: &mut Draft, resolver: &Resolver<'_>, paths: &HashMap<ArcStr, ArcStr>) -> Option<ArcStr> {
    let path = match targets(resolver, written(resolver, draft, "ResourceId")).as_slice() {
        [Target::Logical(logical)] => {
            let root = resolver.sections.resources.iter().any(|other| other.logical.text == *logical && other.resource_type != RESOURCE);
            if root { Some(arcstr::literal!("/")) } else { paths.get(logical).cloned() }
        }
        _ => None,
    };
    let verb = draft.property("HttpMethod").and_then(Told::word);
    let known = path.clone().zip(verb).map(|(path, verb)| arcstr::format!("{verb} {path}"));
    draft.tell("Path", path.map_or_else(|| gap("the path"), Told::Text));
    draft.tell("Method", known.clone().map_or_else(|| gap("verb and path"), Told::Text));
    if draft.property("AuthorizerId").is_none() {
        draft.tell("AuthorizerArn", Told::Null);
    }
    if let Some(Told::Map(mut integration)) = draft.property("Integration").cloned() {
        let uri = integration.get("Uri").cloned();
        invokes(draft, uri.as_ref());
        if let Some(word) = uri.as_ref().and_then(Told::word) {
            integration.insert("Uri".into(), Told::text(invocation::without_credentials(&word)));
        }
        draft.put("Integration", Told::Map(integration));
    } else if draft.property("Integration").is_none() {
        invokes(draft, None);
    }
    known
}

/// Which function an address names, as state.
fn invokes(draft: &mut Draft, uri: Option<&Told>) {
    let (function, qualifier) = match uri.map(|uri| (uri.word(), uri)) {
        None => (Told::Null, Told::Null),
        Some((Some(word), _)) => match invocation::invoked(&word) {
            Invoked::Function(arn, qualifier) => (Told::text(arn), qualifier.map_or(Told::Null, Told::text)),
            Invoked::Variable => (gap("a stage variable names the function"), gap("a stage variable names the function")),
            Invoked::Other => (Told::Null, Told::Null),
        },
        Some((None, uri)) => {
            let why = uri.first_gap().map_or_else(|| gap("the address"), |why| Told::Gap(std::sync::Arc::clone(why)));
            (why.clone(), why)
        }
    };
    draft.tell("FunctionArn", function);
    draft.tell("FunctionQualifier", qualifier);
}

fn stage(draft: &mut Draft) -> Option<ArcStr> {
    let names = match draft.property("Variables") {
        None => Told::List(Vec::new()),
        Some(Told::Map(entries)) => Told::List(entries.keys().map(|name| Told::text(name.clone())).collect()),
        Some(other) => other.first_gap().map_or_else(|| gap("the variables"), |why| Told::Gap(std::sync::Arc::clone(why))),
    };
    draft.tell("VariableNames", names);
    if let Some(Told::List(mut settings)) = draft.property("MethodSettings").cloned() {
        for setting in &mut settings {
            if let Told::Map(entries) = setting
                && let Some(path) = entries.get("ResourcePath").and_then(Told::word)
            {
                // Slashes inside a path may be written ~1, as the API has them.
                let path = path.replace("~1", "/");
                entries.insert("ResourcePath".into(), Told::text(arcstr::format!("/{}", path.trim_start_matches('/'))));
            }
        }
        draft.put("MethodSettings", Told::List(settings));
    }
    draft.property("StageName").and_then(Told::word)
}

fn authorizer(draft: &mut Draft) -> Option<ArcStr> {
    let uri = draft.property("AuthorizerUri").cloned();
    invokes(draft, uri.as_ref());
    draft.property("Name").and_then(Told::word)
}

fn mapping(draft: &mut Draft) {
    let root = draft.property("BasePath").and_then(Told::word).is_some_and(|path| path.is_empty() || path == "(none)");
    if root {
        draft.drop("BasePath");
    }
    let path = match draft.property("BasePath") {
        None => Some(ArcStr::new()),
        Some(told) => told.word(),
    };
    let domain = draft.property("DomainName").and_then(Told::word);
    draft.identity.name = domain.zip(path).map(|(domain, path)| arcstr::format!("{domain}/{path}"));
}

/// The types of which an API's document of its own, which is not read, may have more.
pub(super) fn described_elsewhere(drafts: &[Draft]) -> BTreeSet<&'static str> {
    let described = |draft: &&Draft| ["Body", "BodyS3Location"].iter().any(|name| draft.property(name).is_some());
    let parts = |draft: &Draft| match draft.resource_type.as_str() {
        "AWS::ApiGateway::RestApi" => Some("AWS::ApiGateway::Method"),
        "AWS::ApiGatewayV2::Api" => Some("AWS::ApiGatewayV2::Route"),
        _ => None,
    };
    drafts.iter().filter(described).filter_map(parts).collect()
}
