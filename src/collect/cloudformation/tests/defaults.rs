//! What AWS does where a template says nothing: every row of every table, and the catalogue walked for what no row speaks of.

use super::super::kind::{self, Default, Kind, TABLES};
use super::super::told::Told;
use super::*;
use crate::model::catalogue::FieldType;
use crate::model::path::Step;

fn kinds() -> Vec<Kind> {
    TABLES
        .iter()
        .flat_map(|(service, text)| serde_saphyr::from_str::<Vec<Kind>>(text).unwrap_or_else(|error| panic!("{service}: {error}")))
        .collect()
}

fn rows(kinds: &[Kind]) -> impl Iterator<Item = (&Kind, &Default)> {
    kinds.iter().flat_map(|kind| kind.defaults.iter().map(move |row| (kind, row)))
}

/// Properties that have just what a row lies in, with a value at its own place where one is given.
fn around(steps: &[Step], own: Option<&Told>) -> Told {
    match steps.split_first() {
        None => own.cloned().unwrap_or(Told::Null),
        Some((Step::Key(key), [])) => Told::Map(own.map(|own| (key.clone(), own.clone())).into_iter().collect()),
        Some((Step::Key(key), rest)) => Told::Map([(key.clone(), around(rest, own))].into()),
        Some((_, rest)) => Told::List(vec![around(rest, own)]),
    }
}

fn found<'a>(told: &'a Told, steps: &[Step]) -> Option<&'a Told> {
    steps.iter().try_fold(told, |told, step| match step {
        Step::Key(key) => told.get(key),
        _ => told.items().first(),
    })
}

#[test]
fn every_row_writes_what_is_left_out_and_leaves_what_is_there() {
    let kinds = kinds();
    for (kind, row) in rows(&kinds) {
        let place = format!("{} {}", kind.resource_type, row.at);
        let mut left_out = around(row.at.steps(), None);
        kind.complete(&mut left_out);
        let written = found(&left_out, row.at.steps()).unwrap_or_else(|| panic!("{place} writes nothing"));
        assert_eq!(matches!(written, Told::Gap(_)), row.unknown, "{place}");
        if !row.unknown {
            // Rows that lie in this one may add to it.
            let said = Told::of(&row.is);
            match (&said, written) {
                (Told::Map(said), Told::Map(written)) => {
                    assert!(said.iter().all(|(key, value)| written.get(key) == Some(value)), "{place}");
                }
                (said, written) => assert_eq!(said, written, "{place}"),
            }
        }
        let own = Told::text("written");
        let mut there = around(row.at.steps(), Some(&own));
        kind.complete(&mut there);
        assert_eq!(found(&there, row.at.steps()), Some(&own), "{place}");
    }
}

#[test]
fn every_row_has_a_source_and_speaks_of_what_the_catalogue_has() {
    let catalogue = catalogue();
    let kinds = kinds();
    for kind in &kinds {
        assert!(catalogue.find(&kind.resource_type).is_some(), "{} is not in the catalogue", kind.resource_type);
        assert!(kind::find(kind.resource_type.as_str()).is_some());
    }
    let mut seen = std::collections::BTreeSet::new();
    for (kind, row) in rows(&kinds) {
        let place = format!("{} {}", kind.resource_type, row.at);
        assert!(row.source.len() > 10, "{place} has no source");
        assert!(seen.insert(place.clone()), "{place} twice");
        let path = Path::new([Step::Key("properties".into())].into_iter().chain(row.at.steps().iter().cloned()).collect());
        // A property that ids are made of need not be judged.
        let of_id = kind.id.as_ref().is_some_and(|id| id.contains(&format!("{{{}}}", row.at)));
        let field = catalogue.find(&kind.resource_type).and_then(|spec| spec.field(&path));
        assert!(field.is_some() || of_id, "{place} is not in the catalogue");
        if let Some(field) = field.filter(|_| !row.unknown) {
            let interner = Interner::new();
            let untold = std::sync::Arc::new(super::super::untold());
            let read = super::super::shape::Shaper { interner: &interner, untold: &untold }.read(&Told::of(&row.is), &field.ty);
            // What rows of their own write inside is not there yet.
            let fits = read.as_gap().is_none() && read.first_gap().is_none_or(|gap| gap.detail == "known after apply");
            assert!(fits, "{place}: {read:?} does not fit {:?}", field.ty);
        }
    }
}

/// A resource of each type with nothing written of it.
fn bare(catalogue: &Catalogue) -> Vec<Resource> {
    let types: Vec<&str> = catalogue.types().map(|spec| spec.resource_type.as_str()).filter(|name| name.starts_with("AWS::")).collect();
    let text: String = types.iter().enumerate().map(|(at, name)| format!("  R{at}:\n    Type: {name}\n")).collect();
    with(&text)
}

#[test]
fn what_no_template_can_tell_is_a_gap_and_never_absent() {
    let catalogue = catalogue();
    let resources = bare(catalogue);
    assert!(resources.len() > 40);
    for resource in &resources {
        let spec = catalogue.find(&resource.resource_type).unwrap();
        let rows = kind::find(resource.resource_type.as_str());
        for (name, field) in spec.properties.fields().into_iter().flatten() {
            let place = format!("{} {name}", resource.resource_type);
            let read = resource.properties.get(name);
            assert!(!field.always || read.is_some(), "{place} is always there");
            // What is always there is a gap unless a row says what AWS does, or another resource of the template would.
            if field.always && rows.is_none_or(|kind| kind.default_of(name).is_none()) && !TOLD_BY_OTHERS.contains(&place.as_str()) {
                assert!(read.is_some_and(Value::holds_gap), "{place}: {read:?}");
            }
        }
        for (name, field) in spec.state.fields().into_iter().flatten() {
            let place = format!("{} state.{name}", resource.resource_type);
            let purpose = field.call.as_ref().and_then(|call| spec.find_call(call)).is_some_and(|call| call.purpose.is_some());
            let read = resource.state.get(name);
            if !purpose && !TOLD_BY_OTHERS.contains(&place.as_str()) {
                assert!(read.is_some_and(|read| read.as_gap().is_some()), "{place}: {read:?}");
            }
        }
        no_always_is_missing(&resource.properties, &spec.properties, resource.resource_type.as_str());
    }
}

/// What the template tells as a whole, by what it has or lacks beside the resource.
const TOLD_BY_OTHERS: [&str; 36] = [
    "AWS::ApiGateway::Authorizer state.FunctionArn",
    "AWS::ApiGateway::Authorizer state.FunctionQualifier",
    "AWS::ApiGateway::DomainName state.CertificateArn",
    "AWS::ApiGateway::Method state.AuthorizerArn",
    "AWS::ApiGateway::Method state.FunctionArn",
    "AWS::ApiGateway::Method state.FunctionQualifier",
    "AWS::ApiGateway::Stage state.VariableNames",
    "AWS::ApplicationAutoScaling::ScalableTarget state.ScalingPolicies",
    "AWS::Budgets::Budget state.MailSubscribers",
    "AWS::Budgets::Budget state.SubscribedTopics",
    "AWS::CloudWatch::Alarm state.ForeignTopicsLive",
    "AWS::CloudWatch::Alarm state.LocalTopics",
    "AWS::CloudWatch::Alarm state.WatchedMetrics",
    "AWS::CloudWatch::CompositeAlarm state.ForeignTopicsLive",
    "AWS::CloudWatch::CompositeAlarm state.LocalTopics",
    "AWS::Cognito::UserPool state.KmsKeyArn",
    "AWS::Cognito::UserPool state.TriggerArns",
    "AWS::DynamoDB::Table state.GlobalSecondaryIndexes",
    "AWS::DynamoDB::Table state.LocalSecondaryIndexes",
    "AWS::DynamoDB::Table state.Replicas",
    "AWS::DynamoDB::Table state.SSEStatus",
    "AWS::DynamoDB::Table state.TimeToLiveStatus",
    "AWS::IAM::ManagedPolicy state.AttachmentCount",
    "AWS::IAM::ManagedPolicy state.AwsManaged",
    "AWS::IAM::ManagedPolicy state.PermissionsBoundaryUsageCount",
    "AWS::KMS::Key state.Aliases",
    "AWS::KMS::Key state.KeyManager",
    "AWS::Lambda::EventSourceMapping state.State",
    "AWS::Lambda::Function LoggingConfig",
    "AWS::Lambda::Function state.EnvironmentSecrets",
    "AWS::Lambda::Function state.EnvironmentVariableNames",
    "AWS::Lambda::Function state.EventInvokeConfigs",
    "AWS::Lambda::Function state.FunctionUrls",
    "AWS::Lambda::Function state.Policy",
    "AWS::Lambda::Function state.ProvisionedConcurrency",
    "AWS::Lambda::Function state.Version",
];

fn no_always_is_missing(value: &Value, ty: &FieldType, place: &str) {
    match (value, ty) {
        (Value::Map(map), FieldType::Object { fields }) => {
            for (name, field) in fields {
                let place = format!("{place}.{name}");
                match map.get(name) {
                    Some(inner) => no_always_is_missing(inner, &field.ty, &place),
                    None => assert!(!field.always, "{place} is always there"),
                }
            }
        }
        (Value::List(items), FieldType::List { items: ty }) => items.iter().for_each(|item| no_always_is_missing(item, ty, place)),
        _ => {}
    }
}
