//! Faults that are found when a rule is loaded: all at once, each at its place, with a suggestion.

use super::world::world;
use crate::evaluate::expr::{Demand, compile};

/// Each fault as "place | message | help".
fn faults(source: &str) -> Vec<String> {
    match compile(source, &world().scope(Demand::Anything)) {
        Ok(_) => Vec::new(),
        Err(faults) => faults
            .iter()
            .map(|fault| {
                let help = fault.help.as_ref().map_or(String::new(), |help| format!(" | {help}"));
                format!("{} | {}{help}", &source[fault.span.clone()], fault.message)
            })
            .collect(),
    }
}

#[test]
fn mistakes_are_explained_where_they_stand() {
    let sources = [
        "properties.BilingMode == 'x'",
        "property.BillingMode == 'x'",
        "BillingMode == 'PROVISIONED'",
        "properties.BillingMode == 'PAY_PER_REQEST'",
        "properties.BillingMode in ['PROVISIONED', 'PAYPERREQUEST']",
        "'C' in properties.Modes",
        "properties.BillingMode == 5",
        "properties.Units == '5'",
        "properties.CreatedAt < '2026-01-01'",
        "now - properties.CreatedAt > 90",
        "properties.TableClass == 'STANDARD'",
        "properties.TimeToLiveSpecification.Enabled",
        "properties.TimeToLiveSpecification.AttributeName == 'x'",
        "tags.Owner == 'x'",
        "tags[name] == 'x'",
        "properties.Indexes.all(i, i.Reads > 1)",
        "properties.Indexes.filter(i, true)[0].Reads == 1",
        "properties.Indexes.map(i, i.IndexNam)",
        "properties.BillingMode == null",
        "find('AWS::Logs::LogGroup', name).properties.Class == 'x'",
        "find('AWS::Logs::LogGrop', name) == null",
        "find(name, name) == null",
        "params.dais > 3",
        "resource.propertys.X",
        "a.?b",
        "[?properties.Units]",
        "properties.Units.orValue(1)",
        "optional.of(1)",
        "contain('a', 'b')",
        "'a'.contain('b')",
        "size(1)",
        "'a'.size('b')",
        "startsWith('a', 'b')",
        "name.matches('(')",
        "name.matches(params.mode)",
        "timestamp('yesterday') < now",
        "duration('90 days')",
        "lib.word('x')",
        "lib.words(1)",
        "lib.words()",
        "lib",
        "has(name)",
        "has(properties)",
        "has(properties.BilingMode)",
        "properties.Units.all(x, true)",
        "properties.Names.all(x, x)",
        "properties.Names.all('x', true)",
        "properties.Names.all(name, true)",
        "properties.Names.all(a, properties.Names.all(b, properties.Names.all(c, true)))",
        "properties.Names.all(a, all('AWS::Logs::LogGroup').exists(g, g.name == a))",
        "!properties.BillingMode",
        "properties.Units && true",
        "name + 1",
        "-name",
        "name.x",
        "Msg{a: 1}",
        "b'x' == 'x'",
        "{1: 2}",
        "99999999999999999999",
        "1 +",
        "(1",
        "1)",
        "'open",
        "a = b",
        "a & b",
        "§",
        "",
        "`a`",
        "'\\q'",
        "name ==\n  'ä' && propertys.X == 'ö' && state.Count == 1",
    ];
    let told: Vec<String> = sources
        .iter()
        .map(|source| {
            let faults = faults(source);
            assert!(!faults.is_empty(), "{source}");
            format!("{source}\n    {}", faults.join("\n    "))
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_fault_of_an_enum_stands_where_the_literal_stands() {
    let faults = compile("properties.BillingMode == 'PAY_PER_REQEST'", &world().scope(Demand::Boolean)).unwrap_err();
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].span.start, 26);
    assert_eq!(faults[0].message, "'PAY_PER_REQEST' is not one of PAY_PER_REQUEST, PROVISIONED");
}

#[test]
fn all_faults_come_at_once_and_none_twice() {
    assert_eq!(
        faults("properties.A == 1 || tags.B == 'x' || foo(1) || properties.TimeToLiveSpecification.Nope == properties.Q.R").len(),
        6
    );
}

#[test]
fn a_guard_makes_an_optional_place_readable() {
    for source in [
        "has(properties.TableClass) && properties.TableClass == 'x'",
        "!has(properties.TableClass) || properties.TableClass == 'x'",
        "has(properties.TableClass) ? properties.TableClass == 'x' : false",
        "!has(properties.TableClass) ? true : properties.TableClass == 'x'",
        "has(properties.TableClass) && (name == 'x' || properties.TableClass == 'x')",
        "(has(properties.TableClass) && name == 'x') && (true && properties.TableClass == 'x')",
        "!(!has(properties.TableClass) || name == 'x') && properties.TableClass == 'x'",
        "has(properties.TimeToLiveSpecification.AttributeName) && properties.TimeToLiveSpecification.Enabled",
        "has(resource.properties.TableClass) && properties.TableClass == 'x'",
        "has(properties.TableClass) && properties['TableClass'] == 'x'",
        "'TableClass' in properties && properties.TableClass == 'x'",
        "'a-b' in tags && tags['a-b'] == 'x'",
        "name in tags && tags[name] == 'x'",
        "tags.all(k, tags[k] != '')",
        "properties.Indexes.all(i, has(i.Reads) && i.Reads > 1)",
        "properties.Indexes.map(i, has(i.Reads), i.Reads) == []",
        "find('AWS::Logs::LogGroup', name) != null && find('AWS::Logs::LogGroup', name).name == 'x'",
        "find('AWS::Logs::LogGroup', name) == null || find('AWS::Logs::LogGroup', name).name == 'x'",
    ] {
        assert_eq!(faults(source), Vec::<String>::new(), "{source}");
    }
    for source in [
        "has(properties.TableClass) || properties.TableClass == 'x'",
        "!has(properties.TableClass) && properties.TableClass == 'x'",
        "(has(properties.TableClass) || name == 'x') && properties.TableClass == 'x'",
        "has(properties.TableClass) ? true : properties.TableClass == 'x'",
        "has(properties.TimeToLiveSpecification) && properties.TimeToLiveSpecification.AttributeName == 'x'",
        "properties.Indexes.exists(i, has(i.Reads)) && properties.Indexes.all(i, i.Reads > 1)",
        "properties.Indexes.all(i, has(i.Reads) || properties.Indexes.all(j, has(j.Reads) && i.Reads > 1))",
        "'a' in tags && tags.b == 'x'",
    ] {
        assert_eq!(faults(source).len(), 1, "{source}");
    }
}

#[test]
fn what_when_makes_sure_of_holds_in_assert() {
    let mut world = world();
    let assert = "properties.TableClass == 'STANDARD'";
    assert!(compile(assert, &world.scope(Demand::Boolean)).is_err());
    let when = world.compile("name != 'x' && has(properties.TableClass) && properties.Indexes.exists(i, has(i.Reads))").unwrap();
    world.guaranteed = when.guarantees().clone();
    assert!(compile(assert, &world.scope(Demand::Boolean)).is_ok());
    assert!(compile("properties.Indexes.all(i, i.Reads > 1)", &world.scope(Demand::Boolean)).is_err());
}

#[test]
fn a_type_that_the_catalogue_lacks_is_not_checked_but_its_tags_are() {
    let mut world = world();
    world.resource_type = "AWS::Some::Thing".into();
    assert!(compile("properties.Anything.goes == 1 && state.x", &world.scope(Demand::Boolean)).is_ok());
    assert!(compile("tags.Owner == 'x'", &world.scope(Demand::Boolean)).is_err());
}

#[test]
fn an_expression_yields_what_is_demanded() {
    let world = world();
    assert!(compile("properties.Units", &world.scope(Demand::Boolean)).is_err());
    assert!(compile("properties.Document.x", &world.scope(Demand::Boolean)).is_ok());
    assert!(compile("properties.Price * 3", &world.scope(Demand::Amount)).is_ok());
    assert!(compile("name", &world.scope(Demand::Amount)).is_err());
}
