//! Expressions and the values that they have.

use super::world::{gap, now, params, world};
use crate::evaluate::expr::{Demand, Part, Subject, Traced, compile};
use crate::model::inventory::Known;
use crate::model::{GapKind, Interner, Inventory, Resource, Value};

/// Each holds over the table.
const TRUE: &[&str] = &[
    "properties.BillingMode == 'PROVISIONED'",
    "'PROVISIONED' == properties.BillingMode",
    "properties.BillingMode != 'PAY_PER_REQUEST'",
    "properties.BillingMode in ['PROVISIONED']",
    "properties.BillingMode == params.mode",
    "name in params.names && !('y' in params.names)",
    "properties.Units + 1 == 6 && properties.Units * 2 == 10 && properties.Units / 2 == 2 && properties.Units % 2 == 1",
    "-properties.Units < 0 && properties.Units - 10 == -5",
    "properties.Document.n + 1 == 8",
    "properties.Ratio < 1 && properties.Ratio == 0.5 && properties.Ratio + 1 == 1.5",
    "properties.Price == 0.1 && properties.Price * 3 == 0.3 && properties.Price < 1",
    "properties.Price + 0.2 == 0.3",
    "decimal('0.1') + decimal('0.2') == 0.3 && decimal(2) > 1.99999999999999999999",
    "9007199254740993 != 9007199254740992.0",
    "properties.CreatedAt < now && now - properties.CreatedAt > days(90)",
    "now - properties.CreatedAt > duration('90d') && duration('1h30m') == duration('90m')",
    "(now - properties.CreatedAt).getDays() == 326",
    "timestamp('2026-01-01') == properties.CreatedAt && timestamp('2026-01-01T00:00:00Z') + days(1) > properties.CreatedAt",
    "string(properties.CreatedAt) == '2026-01-01T00:00:00Z'",
    "'Owner' in tags && tags.Owner == 'shop'",
    "has(tags.Owner) && tags['Owner'].startsWith('sh') && !has(tags.Team)",
    "has(tags['cost-center']) && tags['cost-center'] == '42'",
    "'cost-center' in tags && !('x' in tags) && size(tags) == 2 && tags.size() == 2",
    "tags.exists(k, k.matches('^cost')) && tags.all(k, tags[k] != '')",
    "has(properties.TimeToLiveSpecification) && properties.TimeToLiveSpecification.Enabled",
    "!has(properties.TimeToLiveSpecification.AttributeName) && !has(properties.Extra.deep.down)",
    "has(properties.TimeToLiveSpecification.AttributeName) ? properties.TimeToLiveSpecification.AttributeName == 'x' : true",
    "!has(properties.TableClass) || properties.TableClass == 'STANDARD'",
    "properties.Indexes.all(i, size(i.IndexName) == 3)",
    "properties.Indexes.exists(i, has(i.Reads) && i.Reads == 1)",
    "properties.Indexes.exists_one(i, i.IndexName == 'two')",
    "properties.Indexes.filter(i, !has(i.Reads))[0].IndexName == 'two'",
    "properties.Indexes.map(i, i.IndexName) == ['one', 'two']",
    "properties.Indexes.map(i, has(i.Reads), i.IndexName).join(',') == 'one'",
    "properties.Indexes.exists(i, i.Keys.exists(k, k == 'k' && i.IndexName == 'one'))",
    "properties.Document.Statement.exists(s, s.Effect == 'Allow' && s.Action == '*')",
    "properties.Document['Statement'][0]['Effect'] == 'Allow'",
    "properties.Document.nothing == null && has(properties.Document.nothing)",
    "properties.Labels == {'x': '1'} && {'a': 1, 'b': [1, 2]} == {'b': [1, 2], 'a': 1.0}",
    "['a', 'b'] == properties.Names && properties.Names in [['a', 'b']] && properties.Names + ['c'] == ['a', 'b', 'c']",
    "'some words'.split(' ') == ['some', 'words'] && ' x '.trim() == 'x' && 'aB'.lowerAscii() + 'aB'.upperAscii() == 'abAB'",
    "'a.b'.replace('.', '-') == 'a-b' && 'abc'.contains('b') && 'abc'.endsWith('c') && size('äö') == 2",
    "int('12') == 12 && double('1.5') == 1.5 && string(1.5) == '1.5' && string(2) + 'x' == '2x' && bool('true') && int(2.9) == 2",
    "account == '111111111111' && region == 'us-east-1' && environment == 'production' && name == resource.name",
    "resource.type == 'AWS::DynamoDB::Table' && resource.properties.Units == 5 && resource.tags == tags && has(resource.properties)",
    "state.ItemCount == 3 && state.ItemCount >= 3 && state.ItemCount <= 3 && !(state.ItemCount > 3)",
    "lib.words('some words').exists(w, w.word == 'words') && lib.count(properties.Labels) == 1",
    "resource == resource && resource.id != ''",
    "matches(name, 'ord') && 'x' < 'y' && true > false",
    "1 == 1.0 && [1] == [1.0] && 0x10 == 16 && 5u == 5 && 'a' + \"b\" == r'ab'",
];

#[test]
fn expressions_have_the_values_that_cel_gives_them() {
    let world = world();
    for source in TRUE {
        assert_eq!(world.eval(source).to_json(), true, "{source}");
    }
}

#[test]
fn what_goes_wrong_over_the_data_is_a_gap_and_never_a_verdict() {
    let world = world();
    for (source, kind) in [
        ("properties.Units / 0 == 1", GapKind::Failed),
        ("properties.Units % (5 - properties.Units) == 1", GapKind::Failed),
        ("properties.Units + 9223372036854775807 > 0", GapKind::Failed),
        ("properties.Document.n + 'x' == 'x'", GapKind::Failed),
        ("properties.Document.n.deeper == 1", GapKind::Absent),
        ("properties.Document.missing == 1", GapKind::Absent),
        ("properties.Document.missing != 1", GapKind::Absent),
        ("properties.Document.Statement[9].Effect == 'x'", GapKind::Absent),
        ("properties.Document.n < 'x'", GapKind::Failed),
        ("properties.Document.n.all(x, x)", GapKind::Failed),
        ("properties.Document.n", GapKind::Failed),
        ("properties.Document.n && true", GapKind::Failed),
        ("!properties.Document.text", GapKind::Failed),
        ("properties.Document.n.startsWith('x')", GapKind::Failed),
        ("properties.Document.n.matches('x')", GapKind::Failed),
        ("int(properties.Document.text) == 1", GapKind::Failed),
        ("timestamp(properties.Document.text) < now", GapKind::Failed),
        ("lib.unsure()", GapKind::Undecidable),
    ] {
        let program = compile(source, &world.scope(Demand::Boolean)).unwrap();
        let table = world.table();
        let (inventory, environment, params) = (Inventory::default(), Known::None, params());
        let subject = Subject::new(&table, &environment, &inventory, &world.catalogue, now());
        let gap = program.truth(&subject.frame(&params)).expect_err(source);
        assert_eq!(gap.kind, kind, "{source}: {gap}");
    }
}

#[test]
fn a_value_that_does_not_fit_its_type_is_not_known() {
    let world = world();
    let mut record = serde_json::to_value(world.table().to_record()).unwrap();
    record["properties"]["BillingMode"] = serde_json::json!(["odd"]);
    record["properties"]["Units"] = serde_json::json!("many");
    record["properties"]["TableName"] = serde_json::Value::Null;
    let table = Resource::from_record(&serde_json::from_value(record).unwrap(), &world.catalogue, &Interner::new());
    assert_eq!(gap(&world.over("properties.BillingMode != 'PROVISIONED'", &table)), Some(GapKind::Failed));
    assert_eq!(gap(&world.over("properties.Units == 3", &table)), Some(GapKind::Failed));
    assert_eq!(gap(&world.over("properties.TableName == 'x'", &table)), Some(GapKind::Absent));
    assert_eq!(world.over("has(properties.TableName)", &table).to_json(), false);
}

#[test]
fn an_evaluation_ends_when_its_steps_are_used_up() {
    let world = world();
    let mut table = world.table();
    let many: Vec<i64> = (0..2000).collect();
    table.properties = Value::from_json(&serde_json::json!({"Document": {"many": many}}), &Interner::new());
    let twice = "properties.Document.many.all(x, properties.Document.many.exists(y, x + y >= 0 && y > 5000) || true)";
    assert_eq!(gap(&world.over(twice, &table)), Some(GapKind::StepLimit));
    // Even where the limit is reached behind something that would absorb it.
    assert_eq!(gap(&world.over(&format!("{twice} || true"), &table)), Some(GapKind::StepLimit));
    assert_eq!(world.over("properties.Document.many.all(x, x >= 0)", &table).to_json(), true);
}

#[test]
fn the_parts_of_an_expression_can_be_seen() {
    let world = world();
    let program = world.compile("properties.Units > params.days && has(tags.Owner) || (name + 'x').size() == 7").unwrap();
    let table = world.table();
    let (inventory, environment, params) = (Inventory::default(), Known::None, params());
    let subject = Subject::new(&table, &environment, &inventory, &world.catalogue, now());
    insta::assert_snapshot!(drawn(&program.trace(&subject.frame(&params))));
    let expected: Vec<String> = program
        .expected()
        .iter()
        .map(|expected| format!("{}: {}", expected.path(), expected.value(&subject.frame(&params)).to_text()))
        .collect();
    assert_eq!(expected, ["properties.Units: > 30", "tags.Owner: present"]);
}

/// A tree with two spaces a level, and what became of each part.
fn drawn(traced: &Traced) -> String {
    let value = traced.value.as_ref().map_or("-".to_owned(), |value| match value.as_gap() {
        Some(gap) => format!("{:?}", gap.kind),
        None => value.to_text(),
    });
    let item = traced.item.as_ref().map(|item| format!("[{}] ", item.to_text())).unwrap_or_default();
    let mut lines = vec![format!("{item}{} = {value} {:?}", traced.source, traced.part)];
    lines.extend(traced.parts.iter().flat_map(|part| drawn(part).lines().map(|line| format!("  {line}")).collect::<Vec<_>>()));
    lines.join("\n")
}

#[test]
fn what_decided_and_what_was_not_looked_at_is_told() {
    let world = world();
    let table = world.table();
    let (inventory, environment, params) = (Inventory::default(), Known::None, params());
    let subject = Subject::new(&table, &environment, &inventory, &world.catalogue, now());
    let trace = |source: &str| world.compile(source).unwrap().trace(&subject.frame(&params));
    let states = |traced: &Traced| traced.parts.iter().map(|part| part.part).collect::<Vec<_>>();
    // A gap that the other side absorbs, a side that nobody looked at, a branch that was not taken.
    assert_eq!(states(&trace("properties.Units / 0 == 1 || true")), [Part::Absorbed, Part::Evaluated]);
    assert_eq!(
        states(&trace("properties.Units == 5 || properties.Units == 6 || properties.Units == 7")),
        [Part::Evaluated, Part::Skipped, Part::Skipped]
    );
    assert_eq!(states(&trace("properties.Units == 5 ? name == 'a' : name == 'b'")), [Part::Evaluated, Part::Evaluated, Part::Skipped]);
    let unknown = trace("properties.Units / 0 == 1 ? name == 'a' : name == 'b'");
    assert_eq!(states(&unknown), [Part::Evaluated, Part::Skipped, Part::Skipped]);
    // A comprehension stops where an item decides.
    assert_eq!(
        drawn(&trace("[1, 2, 3].all(x, x < 2)")),
        "[1, 2, 3].all(x, x < 2) = false Evaluated\n  [1, 2, 3] = 1, 2, 3 Evaluated\n  [1] x < 2 = true Evaluated\n    x = 1 Evaluated\n  [2] x < 2 = false Evaluated\n    x = 2 Evaluated"
    );
    let mut sides = Vec::new();
    trace("[1, 2, 3].all(x, x < 2 && x > 0)").conditions(&mut sides);
    assert_eq!(sides.iter().map(|(_, side)| *side).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!(world.compile("[1].all(x, x < 2 && (x > 0 || x == -1))").unwrap().conditions().len(), 3);
}
