//! What belongs to whom, and who names whom.

use super::build;
use crate::model::catalogue::{Catalogue, TypeSpec};
use crate::model::environment::{Environment, Ownership};
use crate::model::inventory::Known;
use crate::model::path::Path;
use crate::model::resource::ResourceRecord;
use crate::model::{Coverage, Gap, GapKind, Interner, Inventory, Resource};
use arcstr::ArcStr;
use serde_json::{Value as Json, json};
use std::sync::{Arc, LazyLock};

const CATALOGUE: &str = "
- type: AWS::DynamoDB::Table
  listing: dynamodb:ListTables
  relations:
    - { path: 'properties.Replicas[].Arn', to: AWS::DynamoDB::Table, by: id }
  properties: { type: object, fields: {} }
- type: AWS::Lambda::Function
  listing: lambda:ListFunctions
  relations:
    - { path: properties.Role, to: AWS::IAM::Role, by: id }
    - { path: properties.LoggingConfig.LogGroup, to: AWS::Logs::LogGroup, by: name }
  properties: { type: object, fields: {} }
- type: AWS::IAM::Role
  reach: global
  listing: iam:GetAccountAuthorizationDetails
  relations:
    - { path: 'properties.ManagedPolicyArns[]', to: AWS::IAM::ManagedPolicy, by: id }
  properties: { type: object, fields: {} }
";

fn catalogue() -> &'static Catalogue {
    static READ: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(serde_saphyr::from_str::<Vec<TypeSpec>>(CATALOGUE).unwrap()));
    &READ
}

fn resource(resource_type: &str, name: &str, tags: Json, properties: Json) -> Resource {
    let global = resource_type.starts_with("AWS::IAM");
    let record = ResourceRecord {
        id: format!("arn:{resource_type}/{name}").into(),
        resource_type: resource_type.into(),
        name: name.into(),
        account: "111111111111".into(),
        region: if global { "global" } else { "us-east-2" }.into(),
        tags,
        properties,
        state: Json::Null,
        gaps: Vec::new(),
        origin: None,
    };
    Resource::from_record(&record, catalogue(), &Interner::new())
}

fn table(name: &str, tags: Json) -> Resource {
    resource("AWS::DynamoDB::Table", name, tags, Json::Null)
}

fn denied() -> Arc<Gap> {
    Arc::new(Gap::new(GapKind::Denied, "AccessDenied"))
}

fn with_gap(mut resource: Resource, path: &str) -> Resource {
    resource.put_gap(&path.parse::<Path>().unwrap(), &denied(), &Interner::new());
    resource
}

fn environment(name: &str) -> Environment {
    Environment { name: name.into(), ..Environment::default() }
}

fn by_names(name: &str, globs: &[&str]) -> Environment {
    Environment { names: globs.iter().copied().map(ArcStr::from).collect(), ..environment(name) }
}

fn by_tag(name: &str, key: &str, globs: &[&str]) -> Environment {
    Environment { tags: [(key.into(), globs.iter().copied().map(ArcStr::from).collect())].into(), ..environment(name) }
}

fn belongs(resource: Resource, environments: Vec<Environment>) -> Known<ArcStr> {
    let ownership = Ownership { environments, owner_tags: Vec::new() };
    build(vec![resource], Coverage::default(), &ownership, catalogue()).facts(0).unwrap().environment.clone()
}

fn is(name: &str) -> Known<ArcStr> {
    Known::Is(name.into())
}

#[test]
fn the_first_environment_that_matches_wins() {
    let environments = || vec![by_names("dev", &["*-dev-*"]), by_names("all", &["*"])];
    assert_eq!(belongs(table("x-dev-y", Json::Null), environments()), is("dev"));
    assert_eq!(belongs(table("x-prod-y", Json::Null), environments()), is("all"));
    assert_eq!(belongs(table("x", Json::Null), vec![by_names("dev", &["y"])]), Known::None);
}

#[test]
fn patterns_are_anchored_at_both_ends() {
    let production = || vec![by_names("production", &["prod", "prod-*"]), by_tag("production", "Environment", &["prod"])];
    assert_eq!(belongs(table("nonprod-x", json!({ "Environment": "nonprod" })), production()), Known::None);
    assert_eq!(belongs(table("prod-x", Json::Null), production()), is("production"));
    assert_eq!(belongs(table("x", json!({ "Environment": "prod" })), production()), is("production"));
    assert_eq!(belongs(table("x/prod", Json::Null), production()), Known::None);
}

#[test]
fn a_star_crosses_the_slashes_of_log_groups() {
    assert_eq!(belongs(table("/aws/lambda/aws-devops-dev-x", Json::Null), vec![by_names("dev", &["*-dev-*"])]), is("dev"));
}

#[test]
fn every_condition_must_hold() {
    let both = || Environment { names: vec!["x*".into()], ..by_tag("dev", "Environment", &["dev", "development"]) };
    assert_eq!(belongs(table("x", json!({ "Environment": "development" })), vec![both()]), is("dev"));
    assert_eq!(belongs(table("y", json!({ "Environment": "dev" })), vec![both()]), Known::None);
    assert_eq!(belongs(table("x", json!({ "environment": "dev" })), vec![both()]), Known::None, "keys are case-sensitive");
    let elsewhere = Environment { accounts: vec!["222222222222".into()], ..environment("dev") };
    assert_eq!(belongs(table("x", Json::Null), vec![elsewhere]), Known::None);
}

#[test]
fn global_resources_match_whatever_the_region() {
    let here = || Environment { regions: vec!["eu-west-1".into()], ..environment("eu") };
    assert_eq!(belongs(resource("AWS::IAM::Role", "r", Json::Null, Json::Null), vec![here()]), is("eu"));
    assert_eq!(belongs(table("t", Json::Null), vec![here()]), Known::None);
}

#[test]
fn where_tags_decide_and_are_a_gap_the_environment_is_a_gap() {
    let untold = with_gap(table("x", Json::Null), "tags");
    let environments = vec![by_tag("dev", "Environment", &["dev"]), by_names("all", &["*"])];
    assert_eq!(belongs(untold, environments.clone()), Known::Gap(denied()), "a later one must not win over an undecided earlier one");
    let untold = with_gap(table("x", json!({ "Owner": "a" })), "tags.Environment");
    assert_eq!(belongs(untold, environments), Known::Gap(denied()));
}

#[test]
fn tags_that_are_a_gap_do_not_matter_where_another_condition_decides() {
    let untold = || with_gap(table("x", Json::Null), "tags");
    let ruled_out = Environment { names: vec!["y".into()], ..by_tag("dev", "Environment", &["dev"]) };
    assert_eq!(belongs(untold(), vec![ruled_out, by_names("all", &["*"])]), is("all"));
    assert_eq!(belongs(untold(), vec![by_names("all", &["*"]), by_tag("dev", "Environment", &["dev"])]), is("all"));
    // One tag is known not to fit, the other is not known: ruled out.
    let mut two = by_tag("dev", "Environment", &["dev"]);
    two.tags.insert("Team".into(), vec!["a".into()]);
    assert_eq!(belongs(with_gap(table("x", json!({ "Team": "b" })), "tags.Environment"), vec![two]), Known::None);
}

#[test]
fn a_broken_pattern_decides_nothing() {
    let found = belongs(table("x", Json::Null), vec![by_names("dev", &["[", "y"]), by_names("all", &["*"])]);
    assert!(matches!(found, Known::Gap(_)), "{found:?}");
    assert_eq!(belongs(table("x", Json::Null), vec![by_names("dev", &["[", "x"])]), is("dev"));
}

fn owner(resource: Resource) -> Known<ArcStr> {
    let ownership = Ownership { environments: Vec::new(), owner_tags: vec!["Owner".into(), "Team".into()] };
    build(vec![resource], Coverage::default(), &ownership, catalogue()).facts(0).unwrap().owner.clone()
}

#[test]
fn the_first_owner_tag_that_says_something_wins() {
    assert_eq!(owner(table("t", json!({ "Team": "b", "Owner": "a" }))), is("a"));
    assert_eq!(owner(table("t", json!({ "Team": "b", "Owner": " " }))), is("b"));
    assert_eq!(owner(table("t", json!({ "owner": "a" }))), Known::None);
    assert_eq!(owner(with_gap(table("t", Json::Null), "tags")), Known::Gap(denied()));
    assert_eq!(owner(with_gap(table("t", json!({ "Team": "b" })), "tags.Owner")), Known::Gap(denied()));
    assert_eq!(owner(with_gap(table("t", json!({ "Owner": "a" })), "tags.Team")), is("a"));
}

fn inventory(resources: Vec<Resource>) -> Inventory {
    build(resources, Coverage::default(), &Ownership::default(), catalogue())
}

fn related(inventory: &Inventory, id: &str) -> Vec<String> {
    let positions = inventory.related(inventory.with_id(id).next().unwrap());
    positions.iter().map(|position| inventory.resource(*position).unwrap().id.to_string()).collect()
}

#[test]
fn functions_find_their_role_and_log_group_and_back() {
    let function = json!({ "Role": "arn:AWS::IAM::Role/r", "LoggingConfig": { "LogGroup": "/aws/lambda/f" } });
    let mut elsewhere = resource("AWS::Logs::LogGroup", "/aws/lambda/f", Json::Null, Json::Null);
    elsewhere.region = "eu-west-1".into();
    elsewhere.id = "another".into();
    let inventory = inventory(vec![
        elsewhere,
        resource("AWS::Lambda::Function", "f", Json::Null, function),
        resource("AWS::Logs::LogGroup", "/aws/lambda/f", Json::Null, Json::Null),
        resource("AWS::IAM::Role", "r", Json::Null, json!({ "ManagedPolicyArns": ["gone", "arn:AWS::IAM::ManagedPolicy/p"] })),
        resource("AWS::IAM::ManagedPolicy", "p", Json::Null, Json::Null),
    ]);
    let ids = ["arn:AWS::IAM::Role/r", "arn:AWS::Logs::LogGroup//aws/lambda/f"];
    assert_eq!(related(&inventory, "arn:AWS::Lambda::Function/f"), ids);
    assert_eq!(related(&inventory, ids[1]), ["arn:AWS::Lambda::Function/f"]);
    assert_eq!(related(&inventory, ids[0]), ["arn:AWS::IAM::ManagedPolicy/p", "arn:AWS::Lambda::Function/f"]);
    assert_eq!(related(&inventory, "another"), [""; 0]);
}

#[test]
fn a_replica_is_found_in_its_region_although_it_has_the_same_name() {
    let replica = |region: &str, other: &str| {
        let mut table = resource("AWS::DynamoDB::Table", "t", Json::Null, json!({ "Replicas": [{ "Arn": other }] }));
        (table.region, table.id) = (region.into(), format!("arn:{region}/t").into());
        table
    };
    let inventory =
        inventory(vec![replica("us-east-2", "arn:eu-west-1/t"), replica("eu-west-1", "arn:us-east-2/t"), table("t", Json::Null)]);
    assert_eq!(related(&inventory, "arn:us-east-2/t"), ["arn:eu-west-1/t"]);
    assert_eq!(related(&inventory, "arn:eu-west-1/t"), ["arn:us-east-2/t"]);
}

#[test]
fn another_account_s_resource_of_the_same_id_is_not_related() {
    let mut role = resource("AWS::IAM::Role", "r", Json::Null, json!({ "ManagedPolicyArns": ["arn:AWS::IAM::ManagedPolicy/p"] }));
    role.account = "222222222222".into();
    let inventory = inventory(vec![role, resource("AWS::IAM::ManagedPolicy", "p", Json::Null, Json::Null)]);
    assert_eq!(related(&inventory, "arn:AWS::IAM::Role/r"), [""; 0]);
}

#[test]
fn a_relation_that_could_not_be_read_is_no_absence() {
    let function = with_gap(resource("AWS::Lambda::Function", "f", Json::Null, Json::Null), "properties.LoggingConfig");
    let inventory = inventory(vec![function, resource("AWS::Logs::LogGroup", "g", Json::Null, Json::Null)]);
    let at = |id: &str| inventory.with_id(id).next().unwrap();
    let (function, group) = (at("arn:AWS::Lambda::Function/f"), at("arn:AWS::Logs::LogGroup/g"));
    assert_eq!(inventory.unsure(function, &"AWS::Logs::LogGroup".into()), Some(&denied()));
    assert_eq!(inventory.unsure(group, &"AWS::Lambda::Function".into()), Some(&denied()));
    assert_eq!(inventory.unsure(function, &"AWS::IAM::Role".into()), None);
}

#[test]
fn what_comes_twice_is_kept_once_as_it_came_first() {
    let inventory = inventory(vec![
        table("b", json!({ "from": "first" })),
        table("a", Json::Null),
        table("b", json!({ "from": "second" })),
        table("b", json!({ "from": "third" })),
    ]);
    let names: Vec<_> = inventory.resources().iter().map(|resource| resource.name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(inventory.resources()[1].tags.get("from").unwrap().as_str(), Some("first"));
    assert_eq!(inventory.duplicates(), ["arn:AWS::DynamoDB::Table/b".into()]);
}

#[test]
fn ten_thousand_resources_with_fifty_tags_are_no_trouble() {
    let tags: serde_json::Map<_, _> = (0..50).map(|number| (format!("key{number}"), json!("value\n\u{1b}[31m"))).collect();
    let interner = Interner::new();
    let shared = crate::model::Value::from_json(&Json::Object(tags), &interner);
    let resources = (0..10_000).map(|number| Resource { tags: shared.clone(), ..table(&format!("t{number}"), Json::Null) }).collect();
    let ownership = Ownership {
        environments: (0..10).map(|number| by_tag("e", "key49", &[&format!("no{number}*")])).chain([by_names("all", &["t*"])]).collect(),
        owner_tags: vec!["Owner".into()],
    };
    let inventory = build(resources, Coverage::default(), &ownership, catalogue());
    assert_eq!(inventory.resources().len(), 10_000);
    assert_eq!(inventory.facts(9_999).unwrap().environment, is("all"));
}

/// Data beside the collectors: a typo there would relate nothing, silently.
#[test]
fn relations_of_the_catalogue_name_paths_and_types_that_it_has() {
    let catalogue = crate::collect::aws::catalogue();
    let relations = || catalogue.types().flat_map(|spec| spec.relations.iter().map(move |relation| (spec, relation)));
    assert!(relations().count() >= 8);
    for (spec, relation) in relations() {
        assert!(spec.field(&relation.path).is_some(), "{} has no {}", spec.resource_type, relation.path);
        assert!(catalogue.find(&relation.to).is_some(), "{} names {}, which is no type", spec.resource_type, relation.to);
    }
}
