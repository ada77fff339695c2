//! A gap survives every operator, every function and every macro: the tests walk their registries.

use super::world::{World, denied, gap, world};
use crate::evaluate::expr::{Demand, builtin};
use crate::model::{GapKind, Interner, Resource, Value};
use serde_json::json;

/// The table with a gap at each of these places of its document: `gap` itself, `list` that holds one, `map` that holds one.
fn holed(world: &World) -> Resource {
    let mut table = world.table();
    let document =
        json!({"list": ["a", "GAP", "c"], "map": {"a": 1, "b": "GAP"}, "deep": [{"x": ["GAP"]}], "n": 7, "text": "abc", "nothing": null});
    let interner = Interner::new();
    table.properties =
        Value::from_json(&json!({"Document": document, "Labels": {"k": "GAP", "known": "x"}, "Names": ["a", "GAP"]}), &interner);
    for path in [
        "properties.Document.gap",
        "properties.Document.list[1]",
        "properties.Document.map.b",
        "properties.Document.only.b",
        "properties.Document.deep[0].x[0]",
    ] {
        overwrite(&mut table, path, &interner);
    }
    for path in
        ["properties.Labels.k", "properties.Names[1]", "properties.BillingMode", "properties.TimeToLiveSpecification", "properties.Units"]
    {
        overwrite(&mut table, path, &interner);
    }
    table
}

fn overwrite(table: &mut Resource, path: &str, interner: &Interner) {
    table.put_gap(&path.parse().unwrap(), &denied(), interner);
}

fn over(world: &World, source: &str, table: &Resource) -> Value {
    world.over(source, table)
}

#[test]
fn every_operator_hands_a_gap_on() {
    let (world, doc) = (world(), "properties.Document");
    let table = holed(&world);
    let g = format!("{doc}.gap");
    let mut sources = Vec::new();
    for operator in ["==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "in", "&&", "||"] {
        for other in
            ["1", "'a'", "true", "false", "null", "[1]", "{'a': 1}", &format!("{doc}.n"), &format!("{doc}.missing"), "now", "days(1)"]
        {
            // What CEL absorbs.
            let absorbed = matches!((operator, other), ("&&", "false") | ("||", "true"));
            if !absorbed && world.compile(&format!("{g} {operator} {other}")).is_ok() {
                sources.push(format!("{g} {operator} {other}"));
            }
            if !absorbed && world.compile(&format!("{other} {operator} {g}")).is_ok() {
                sources.push(format!("{other} {operator} {g}"));
            }
        }
    }
    assert!(sources.len() > 150, "{}", sources.len());
    sources.extend([
        format!("!{g}"),
        format!("-{g}"),
        format!("{g}.x"),
        format!("{g}['x']"),
        format!("{g}[0]"),
        format!("{doc}[{g}]"),
        format!("has({g})"),
        format!("has({g}.x.y)"),
        format!("{g} ? 1 : 1"),
        format!("{doc}.map == {{'a': 1, 'b': 2}}"),
        format!("{doc}.only != {{}}"),
        format!("{doc}.only == {{}}"),
        format!("size({doc}.only) == 0"),
        format!("{doc}.list == ['a', 'b', 'c']"),
        format!("{doc}.list != ['a', 'b', 'c']"),
        format!("{doc} == {doc}"),
        format!("'b' in {doc}.list"),
        format!("'b' in {doc}.map"),
        format!("{doc}.list in [['a', 'b', 'c']]"),
        format!("[{g}] == [1]"),
        format!("{{'a': {g}}} == {{'a': 1}}"),
        format!("{doc}.deep == [{{'x': [1]}}]"),
        format!("{doc}.list[1] == 'b'"),
        format!("{doc}.list + ['d'] != ['a', 'b', 'c', 'd']"),
        "has(properties.Labels.k)".into(),
        "'k' in properties.Labels".into(),
        "'b' in properties.Names".into(),
        "properties.Labels != {'known': 'x'}".into(),
        "has(properties.TimeToLiveSpecification)".into(),
        "has(properties.TimeToLiveSpecification) && properties.TimeToLiveSpecification.Enabled".into(),
        "properties.BillingMode == 'PROVISIONED'".into(),
        "properties.BillingMode != 'PROVISIONED'".into(),
        "properties.BillingMode in ['PROVISIONED']".into(),
        "properties.Units + 1 > 2".into(),
        "'x' + properties.BillingMode".into(),
        "properties.BillingMode.matches('x')".into(),
    ]);
    for source in sources {
        let value = over(&world, &source, &table);
        assert_eq!(value.first_gap().map(|gap| gap.kind), Some(GapKind::Denied), "{source} is {value:?}");
        if !source.contains('+') {
            assert_eq!(gap(&value), Some(GapKind::Denied), "{source} is {value:?}");
        }
    }
}

#[test]
fn every_function_hands_a_gap_on() {
    let world = world();
    let table = holed(&world);
    let sample = |takes: builtin::Takes| match takes {
        builtin::Takes::Bool => "true",
        builtin::Takes::Int => "1",
        builtin::Takes::Double => "1.5",
        builtin::Takes::Decimal => "decimal('1')",
        builtin::Takes::Text => "'a'",
        builtin::Takes::Time => "now",
        builtin::Takes::Span => "days(1)",
        builtin::Takes::List => "['a']",
        builtin::Takes::Map => "{'a': 1}",
    };
    let mut count = 0;
    for function in builtin::ALL {
        assert!(gap(&world.eval(function.example)).is_none(), "{}", function.example);
        for (takes, _) in function.overloads {
            for position in 0..takes.len() {
                for hole in ["properties.Document.gap", "properties.Document.list", "properties.Document.map"] {
                    let holds = match takes[position] {
                        builtin::Takes::List => hole.ends_with("list") || hole.ends_with("gap"),
                        builtin::Takes::Map => hole.ends_with("map") || hole.ends_with("gap"),
                        _ => hole.ends_with("gap"),
                    };
                    if !holds {
                        continue;
                    }
                    let arguments: Vec<&str> =
                        takes.iter().enumerate().map(|(at, takes)| if at == position { hole } else { sample(*takes) }).collect();
                    let source = match function.style {
                        builtin::Style::Method => format!("{}.{}({})", arguments[0], function.name, arguments[1..].join(", ")),
                        builtin::Style::Global | builtin::Style::Both => format!("{}({})", function.name, arguments.join(", ")),
                    };
                    assert_eq!(gap(&over(&world, &source, &table)), Some(GapKind::Denied), "{source}");
                    count += 1;
                }
            }
        }
    }
    for function in world.functions.iter().filter(|function| !function.parameters.is_empty()) {
        for hole in ["gap", "map"] {
            let source = format!("{}(properties.Document.{hole})", function.name);
            assert_eq!(gap(&over(&world, &source, &table)), Some(GapKind::Denied), "{source}");
        }
    }
    assert!(count > 40, "{count}");
}

#[test]
fn every_macro_hands_a_gap_on() {
    let world = world();
    let table = holed(&world);
    for source in [
        "properties.Document.gap.all(x, true)",
        "properties.Document.gap.exists(x, false)",
        "properties.Document.gap.exists_one(x, true)",
        "properties.Document.gap.filter(x, true)",
        "properties.Document.gap.map(x, x)",
        "properties.Document.list.all(x, x != 'z')",
        "properties.Document.list.all(x, true)",
        "properties.Document.list.exists(x, x == 'z')",
        "properties.Document.list.exists_one(x, x == 'a')",
        "size(properties.Document.list.filter(x, x != 'z')) == 3",
        "properties.Document.list.filter(x, x == 'c') == ['c']",
        "properties.Document.list.filter(x, x != 'a')[0] == 'c'",
        "properties.Document.list.filter(x, x != 'a')[1] == 'c'",
        "properties.Document.list.map(x, x == 'z').exists(x, x)",
        "properties.Document.list.map(x, 'z') == ['z', 'z', 'z']",
        "properties.Document.list.map(x, x != 'q', 1).size() == 3",
        "properties.Document.map.all(k, k != 'z')",
        "properties.Document.map.exists(k, k == 'b')",
        "properties.Labels.all(k, properties.Labels[k] == 'x')",
        "properties.Names.all(n, n.startsWith('a'))",
        "[1, 2].all(x, properties.Document.gap == x)",
        "[1, 2].map(x, properties.Document.gap)[0] == 1",
        "properties.Names.join(',') == 'a'",
    ] {
        assert_eq!(gap(&over(&world, source, &table)), Some(GapKind::Denied), "{source}");
    }
}

#[test]
fn what_is_certain_absorbs_a_gap() {
    let world = world();
    let table = holed(&world);
    for (source, value) in [
        ("false && properties.Document.gap", false),
        ("properties.Document.gap && false", false),
        ("true || properties.Document.gap", true),
        ("properties.Document.gap || true", true),
        ("properties.Document.list.exists(x, x == 'c')", true),
        ("properties.Document.list.all(x, x != 'c')", false),
        ("'c' in properties.Document.list", true),
        ("'a' in properties.Document.map", true),
        ("'z' in properties.Document.map", false),
        ("has(properties.Document.map.a)", true),
        ("properties.Document.list == ['a', 'b']", false),
        ("properties.Document.list == ['z', 'b', 'c']", false),
        ("properties.Document.list != ['z', 'b', 'c']", true),
        ("properties.Document.map == {'a': 2, 'b': 2}", false),
        ("properties.Document.map == {'b': 2}", false),
        ("properties.Document.list[2] == 'c'", true),
        ("properties.Document.list.filter(x, x != 'z')[0] == 'a'", true),
        ("properties.Document.n == 7 || properties.Document.gap", true),
    ] {
        assert_eq!(over(&world, source, &table).to_json(), value, "{source}");
    }
}

#[test]
fn a_gap_outranks_other_errors() {
    let world = world();
    let table = holed(&world);
    for source in [
        "properties.Document.gap && properties.Document.missing",
        "properties.Document.missing && properties.Document.gap",
        "properties.Document.missing || properties.Document.gap",
        "properties.Document.missing == properties.Document.gap",
        "1 / 0 + properties.Document.gap",
        "[properties.Document.missing, properties.Document.gap].exists(x, x == 1)",
        "properties.Document.missing.startsWith(properties.Document.gap)",
    ] {
        assert_eq!(gap(&over(&world, source, &table)), Some(GapKind::Denied), "{source}");
    }
    let program = world.compile("properties.Document.gap && properties.Document.missing").unwrap();
    assert!(crate::evaluate::expr::compile(program.source(), &world.scope(Demand::Boolean)).is_ok());
}
