//! Types whose properties or state differ from what is written in a few places only: one function each.

use super::{Resolver, Target, decided, each_meant, targets, written};
use crate::collect::cloudformation::draft::Draft;
use crate::collect::cloudformation::identity::Identity;
use crate::collect::cloudformation::resolve::gap;
use crate::collect::cloudformation::told::Told;
use arcstr::ArcStr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) fn fold(drafts: &mut [Draft], resolver: &Resolver<'_>) {
    for draft in drafts.iter_mut() {
        match draft.resource_type.as_str() {
            "AWS::Cognito::UserPool" => triggers(draft),
            "AWS::CertificateManager::Certificate" => certificate(draft),
            "AWS::KMS::Key" => key(draft),
            "AWS::Budgets::Budget" => budget(draft),
            "AWS::SNS::Subscription" => endpoint(draft),
            "AWS::ApplicationAutoScaling::ScalableTarget" => scaled(draft),
            _ => {}
        }
    }
    pool_names(drafts, resolver);
    topic_policies(drafts, resolver);
    scaling_policies(drafts, resolver);
    aliases(drafts, resolver);
}

/// Subscriptions that a topic writes in itself, each a resource of its own as it is in an account.
pub(super) fn subscriptions(drafts: &[Draft]) -> Vec<Draft> {
    let mut made = Vec::new();
    for topic in drafts.iter().filter(|draft| draft.resource_type == "AWS::SNS::Topic") {
        let arn = topic.identity.id.clone().map_or_else(|| gap(arcstr::format!("the ARN of {}", topic.logical)), Told::Text);
        for (index, written) in topic.property("Subscription").map(Told::items).unwrap_or_default().iter().enumerate() {
            let mut properties = match written {
                Told::Map(entries) => entries.clone(),
                other => {
                    let why = other.first_gap().map_or_else(|| gap("the subscription"), |why| Told::Gap(Arc::clone(why)));
                    BTreeMap::from([("Protocol".into(), why.clone()), ("Endpoint".into(), why)])
                }
            };
            properties.insert("TopicArn".into(), arn.clone());
            made.push(Draft {
                logical: arcstr::format!("{}.Subscription[{index}]", topic.logical),
                declared_type: arcstr::literal!("AWS::SNS::Subscription"),
                resource_type: arcstr::literal!("AWS::SNS::Subscription"),
                at: topic.at,
                start: topic.start,
                identity: Identity::default(),
                tags: Told::Map(BTreeMap::new()),
                tagged: false,
                properties: Told::Map(properties),
                state: BTreeMap::new(),
                undecided: topic.undecided.clone(),
            });
        }
    }
    made
}

/// The functions that Cognito calls, sorted, each once.
fn triggers(draft: &mut Draft) {
    let mut arns = BTreeSet::new();
    let mut unknown = None;
    let config = draft.property("LambdaConfig").cloned().unwrap_or(Told::Null);
    if let Told::Map(entries) = &config {
        for (name, told) in entries.iter().filter(|(name, _)| name.as_str() != "KMSKeyID") {
            let told = told.get("LambdaArn").unwrap_or(told);
            match (told.word(), told.first_gap()) {
                (Some(arn), _) => _ = arns.insert(arn),
                (None, Some(why)) => unknown = Some(Told::Gap(Arc::clone(why))),
                (None, None) => unknown = Some(gap(arcstr::format!("the function of {name}"))),
            }
        }
        draft.tell("KmsKeyArn", entries.get("KMSKeyID").cloned().unwrap_or(Told::Null));
    } else {
        unknown = config.first_gap().map(|why| Told::Gap(Arc::clone(why)));
        draft.tell("KmsKeyArn", unknown.clone().unwrap_or(Told::Null));
    }
    draft.tell("TriggerArns", Told::List(arns.into_iter().map(Told::Text).chain(unknown).collect()));
}

/// The name of the pool that groups and clients belong to.
fn pool_names(drafts: &mut [Draft], resolver: &Resolver<'_>) {
    let names: BTreeMap<ArcStr, ArcStr> = drafts
        .iter()
        .filter(|draft| draft.resource_type == "AWS::Cognito::UserPool")
        .filter_map(|draft| Some((draft.logical.clone(), draft.identity.name.clone()?)))
        .collect();
    for draft in drafts.iter_mut() {
        if !["AWS::Cognito::UserPoolGroup", "AWS::Cognito::UserPoolClient"].contains(&draft.resource_type.as_str()) {
            continue;
        }
        if let [Target::Logical(logical)] = targets(resolver, written(resolver, draft, "UserPoolId")).as_slice()
            && let Some(name) = names.get(logical)
        {
            draft.tell("UserPoolName", Told::text(name.clone()));
        }
    }
}

/// A certificate is for its own name too (API reference of DescribeCertificate, SubjectAlternativeNames).
fn certificate(draft: &mut Draft) {
    let own = draft.property("DomainName").cloned().unwrap_or_else(|| gap("the domain"));
    let mut names = vec![own.clone()];
    match draft.property("SubjectAlternativeNames") {
        None => {}
        Some(Told::List(more)) => names.extend(more.iter().filter(|name| **name != own).cloned()),
        Some(other) => names.push(other.first_gap().map_or_else(|| gap("its other names"), |why| Told::Gap(Arc::clone(why)))),
    }
    draft.put("SubjectAlternativeNames", Told::List(names));
}

/// What a live key shows only while something is under way, or only where it can be.
fn key(draft: &mut Draft) {
    draft.drop("PendingWindowInDays");
    let rotates = draft.property("EnableKeyRotation").map_or(Some(false), Told::flag);
    match rotates {
        Some(true) => {
            if draft.property("RotationPeriodInDays").is_none() {
                // CloudFormation User Guide: the default value is 365 days.
                draft.put("RotationPeriodInDays", Told::Int(365));
            }
        }
        Some(false) => draft.drop("RotationPeriodInDays"),
        None => draft.put("RotationPeriodInDays", gap("whether it rotates")),
    }
    let word = |name: &str, default: &str| draft.property(name).map_or_else(|| Some(default.into()), Told::word);
    let (spec, origin): (Option<ArcStr>, Option<ArcStr>) = (word("KeySpec", "SYMMETRIC_DEFAULT"), word("Origin", "AWS_KMS"));
    // KMS tells of rotation only where it can rotate by itself.
    if spec.is_some_and(|spec| spec != "SYMMETRIC_DEFAULT") || origin.is_some_and(|origin| origin != "AWS_KMS") {
        draft.put("EnableKeyRotation", gap("whether KMS can rotate it"));
    }
    draft.tell("KeyManager", Told::text("CUSTOMER"));
}

/// The aliases of each key.
fn aliases(drafts: &mut [Draft], resolver: &Resolver<'_>) {
    let mut named: BTreeMap<ArcStr, Vec<Told>> = BTreeMap::new();
    for draft in drafts.iter().filter(|draft| draft.resource_type == "AWS::KMS::Alias") {
        if let [Target::Logical(key)] = targets(resolver, written(resolver, draft, "TargetKeyId")).as_slice() {
            let name = draft.property("AliasName").cloned().unwrap_or_else(|| gap("the alias"));
            named.entry(key.clone()).or_default().push(decided(draft, name));
        }
    }
    for draft in drafts.iter_mut().filter(|draft| draft.resource_type == "AWS::KMS::Key") {
        let aliases = named.remove(&draft.logical).unwrap_or_default();
        draft.tell("Aliases", Told::List(aliases));
    }
}

/// Addresses of people are not kept; what a budget counts is said in two words.
fn budget(draft: &mut Draft) {
    if let Some(Told::Map(mut budget)) = draft.property("Budget").cloned() {
        let filtered = ["CostFilters", "FilterExpression"].iter().any(|name| budget.get(*name).is_some_and(|told| *told != Told::Null));
        let adjusting = budget.get("AutoAdjustData").is_some_and(|told| *told != Told::Null);
        budget.insert("Filtered".into(), Told::Bool(filtered));
        budget.insert("AutoAdjusting".into(), Told::Bool(adjusting));
        draft.put("Budget", Told::Map(budget));
    }
    let mut topics = BTreeSet::new();
    let (mut people, mut unknown) = (0_i64, None);
    match draft.property("NotificationsWithSubscribers").cloned() {
        None => {}
        Some(Told::List(mut notifications)) => {
            for notification in &mut notifications {
                let Told::Map(entries) = notification else { continue };
                let Some(Told::List(subscribers)) = entries.get_mut("Subscribers") else { continue };
                for subscriber in subscribers {
                    let kind = subscriber.get("SubscriptionType").and_then(Told::word);
                    match kind.as_deref() {
                        Some("SNS") => match subscriber.get("Address").map(|address| (address.word(), address.first_gap())) {
                            Some((Some(arn), _)) => _ = topics.insert(arn),
                            Some((None, Some(why))) => unknown = Some(Told::Gap(Arc::clone(why))),
                            Some((None, None)) | None => unknown = Some(gap("a topic")),
                        },
                        _ => {
                            people += 1;
                            if let Told::Map(entries) = subscriber {
                                entries.remove("Address");
                            }
                        }
                    }
                }
            }
            draft.put("NotificationsWithSubscribers", Told::List(notifications));
        }
        Some(other) => unknown = Some(other.first_gap().map_or_else(|| gap("who is told"), |why| Told::Gap(Arc::clone(why)))),
    }
    draft.tell("MailSubscribers", Told::Int(people));
    draft.tell("SubscribedTopics", Told::List(topics.into_iter().map(Told::Text).chain(unknown).collect()));
}

/// What is kept of an endpoint: the ARN of a queue, function or stream; scheme and host of a web address. Nothing else.
fn endpoint(draft: &mut Draft) {
    let Some(word) = draft.property("Endpoint").and_then(Told::word) else { return };
    let protocol = draft.property("Protocol").and_then(Told::word).unwrap_or_default();
    let kept = match protocol.as_str() {
        "sqs" | "lambda" | "firehose" if word.starts_with("arn:") => Some(word.to_string()),
        "http" | "https" => word.split_once("://").and_then(|(scheme, rest)| {
            let authority = rest.split(['/', '?', '#', '\\']).next()?;
            let host = authority.rsplit('@').next().filter(|host| !host.is_empty())?;
            Some(format!("{}://{}", scheme.to_lowercase(), host.to_lowercase()))
        }),
        _ => None,
    };
    match kept {
        Some(kept) => draft.put("Endpoint", Told::text(kept)),
        None => draft.drop("Endpoint"),
    }
}

/// The policy of a topic is a resource of its own.
fn topic_policies(drafts: &mut [Draft], resolver: &Resolver<'_>) {
    for at in 0..drafts.len() {
        let Some(draft) = drafts.get(at).filter(|draft| draft.declared_type == "AWS::SNS::TopicPolicy") else { continue };
        let policy = draft.property("PolicyDocument").cloned().unwrap_or_else(|| gap("the policy"));
        let part = decided(draft, policy);
        for target in targets(resolver, written(resolver, draft, "Topics")) {
            for (topic, part) in each_meant(drafts, "AWS::SNS::Topic", &target, &part) {
                topic.tell("Policy", part);
            }
        }
    }
}

/// `table/orders`, `table/orders/index/by-tenant` and `function:orders:live` name what is scaled.
fn scaled(draft: &mut Draft) {
    let words = ["ResourceId", "ScalableDimension", "ServiceNamespace"].map(|name| draft.property(name).and_then(Told::word));
    if let [Some(resource), Some(dimension), Some(namespace)] = &words {
        draft.identity.name = Some(arcstr::format!("{resource}|{dimension}|{namespace}"));
    }
    moves(draft, words.first().cloned().flatten());
    draft.tell("ScalingPolicies", Told::List(Vec::new()));
}

fn moves(draft: &mut Draft, resource: Option<ArcStr>) {
    let Some(resource) = resource else { return };
    let table = resource.strip_prefix("table/").and_then(|rest| rest.split('/').next());
    let function = resource.strip_prefix("function:").and_then(|rest| rest.split(':').next());
    draft.tell("TableName", table.map_or(Told::Null, Told::text));
    draft.tell("FunctionName", function.map_or(Told::Null, Told::text));
}

/// A policy may name its target by reference instead of saying it again.
fn scaling_policies(drafts: &mut [Draft], resolver: &Resolver<'_>) {
    const TARGET: &str = "AWS::ApplicationAutoScaling::ScalableTarget";
    const SAID: [&str; 3] = ["ResourceId", "ScalableDimension", "ServiceNamespace"];
    for at in 0..drafts.len() {
        let Some(draft) = drafts.get(at).filter(|draft| draft.resource_type == "AWS::ApplicationAutoScaling::ScalingPolicy") else {
            continue;
        };
        let property = |name: &str| draft.property(name).cloned().unwrap_or_else(|| gap(arcstr::format!("{name} of {}", draft.logical)));
        let part = decided(draft, Told::map([("PolicyName", property("PolicyName")), ("PolicyType", property("PolicyType"))]));
        let mut named = targets(resolver, written(resolver, draft, "ScalingTargetId"));
        let words = SAID.map(|name| draft.property(name).and_then(Told::word));
        if let [Some(resource), Some(dimension), Some(namespace)] = &words {
            named.push(Target::Name(arcstr::format!("{resource}|{dimension}|{namespace}")));
        }
        if named.is_empty() {
            named.push(Target::Unknown(gap("which target it moves")));
        }
        let mut said = None;
        for target in named {
            for (moved, part) in each_meant(drafts, TARGET, &target, &part) {
                if let Some(Told::List(policies)) = moved.state.get_mut("ScalingPolicies") {
                    policies.push(part);
                }
                if matches!(target, Target::Logical(_)) {
                    said = Some(SAID.map(|name| moved.property(name).cloned()));
                }
            }
        }
        let Some(policy) = drafts.get_mut(at) else { continue };
        for (name, told) in SAID.iter().zip(said.into_iter().flatten()) {
            if let Some(told) = told.filter(|_| policy.property(name).is_none()) {
                policy.put(name, told);
            }
        }
        let resource = policy.property("ResourceId").and_then(Told::word);
        moves(policy, resource);
    }
}
