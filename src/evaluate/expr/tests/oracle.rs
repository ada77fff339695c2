//! The `cel` crate's own interpreter is the judge of our evaluator, over values without gaps: the same expression over the
//! same values has the same value, or fails in both.
//!
//! Left out is where we differ on purpose: has() below what is absent is false here and an error there, numbers of two kinds
//! may be added here, and gaps are unknown there.

use super::world::{now, params, world};
use crate::evaluate::expr::Subject;
use crate::model::inventory::Known;
use crate::model::{Interner, Inventory, Value};
use cel::{Context, Env};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::HashMap;
use std::sync::Arc;

/// What `properties` holds.
fn values() -> impl Strategy<Value = serde_json::Value> {
    let text = prop::sample::select(vec!["", "a", "b", "ab", "abc", "A.b", "ä"]);
    let number = prop_oneof![-3_i64..4, Just(i64::MAX), Just(i64::MIN)];
    let item = (text.clone(), -2_i64..5, any::<bool>()).prop_map(|(name, n, flag)| serde_json::json!({"name": name, "n": n, "flag": flag}));
    (
        (number, -2_i64..3, -2.0_f64..2.0, any::<bool>()),
        (text.clone(), text.clone()),
        prop::collection::vec(-2_i64..5, 0..4),
        prop::collection::vec(text.clone(), 0..4),
        prop::collection::vec(item, 0..4),
        prop::collection::hash_map(prop::sample::select(vec!["a", "b", "c-d"]), text, 0..3),
    )
        .prop_map(|((n, k, d, b), (s, t), xs, ss, os, m)| {
            // Halves are exact in text and in binary.
            let d = (d * 2.0).round() / 2.0 + 0.25;
            serde_json::json!({"n": n, "k": k, "d": d, "b": b, "s": s, "t": t, "xs": xs, "ss": ss, "os": os, "m": m})
        })
}

fn int(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop::sample::select(vec![
        "properties.n",
        "properties.k",
        "0",
        "1",
        "2",
        "-1",
        "size(properties.s)",
        "size(properties.xs)",
        "properties.ss.size()",
        "size(properties.m)",
        "properties.xs[0]",
        "properties.xs[1]",
        "properties.os[0].n",
        "int('3')",
        "int(properties.d)",
    ])
    .prop_map(str::to_owned);
    if depth == 0 {
        return leaf.boxed();
    }
    prop_oneof![
        3 => leaf,
        2 => (int(depth - 1), prop::sample::select(vec!["+", "-", "*", "/", "%"]), int(depth - 1)).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        1 => int(depth - 1).prop_map(|a| format!("-({a})")),
        1 => (bool(depth - 1), int(depth - 1), int(depth - 1)).prop_map(|(c, a, b)| format!("({c} ? {a} : {b})")),
        1 => bool(depth - 1).prop_map(|c| format!("size(properties.xs.filter(x, x > 0 || {c}))")),
    ]
    .boxed()
}

fn text(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop::sample::select(vec![
        "properties.s",
        "properties.t",
        "'a'",
        "''",
        "'ab'",
        "properties.ss[0]",
        "properties.os[0].name",
        "properties.m.a",
        "properties.m['c-d']",
        "string(properties.n)",
        "string(properties.b)",
    ])
    .prop_map(str::to_owned);
    if depth == 0 {
        return leaf.boxed();
    }
    prop_oneof![
        3 => leaf,
        1 => (text(depth - 1), text(depth - 1)).prop_map(|(a, b)| format!("({a} + {b})")),
        1 => (bool(depth - 1), text(depth - 1), text(depth - 1)).prop_map(|(c, a, b)| format!("({c} ? {a} : {b})")),
    ]
    .boxed()
}

fn list(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop::sample::select(vec![
        "properties.xs",
        "[1, 2]",
        "[]",
        "properties.xs.filter(x, x > 0)",
        "properties.os.map(o, o.n)",
        "properties.os.map(o, o.flag, o.n)",
        "properties.xs.map(x, x * 2)",
    ])
    .prop_map(str::to_owned);
    if depth == 0 {
        return leaf.boxed();
    }
    prop_oneof![
        3 => leaf,
        1 => (list(depth - 1), list(depth - 1)).prop_map(|(a, b)| format!("({a} + {b})")),
        1 => int(depth - 1).prop_map(|a| format!("[{a}, 1]")),
        1 => (list(depth - 1), int(depth - 1)).prop_map(|(xs, a)| format!("{xs}.map(z, z == {a} ? 1 : z)")),
    ]
    .boxed()
}

fn bool(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop::sample::select(vec![
        "true",
        "false",
        "properties.b",
        "properties.os[0].flag",
        "has(properties.n)",
        "has(properties.zz)",
        "has(properties.m.a)",
        "'b' in properties.m",
        "properties.d > 0.25",
        "properties.d == 1.25",
        "properties.s.matches('^a')",
        "properties.missing",
        "properties.os.exists(o, o.flag)",
        "properties.os.all(o, o.n > 0)",
        "properties.os.exists_one(o, o.name == 'a')",
        "properties.m.all(key, key != 'a')",
        "properties.m.exists(key, properties.m[key] == 'ab')",
        "properties.ss.all(x, x.size() < 3)",
        "properties.xs.exists(x, properties.ss.exists(y, y.size() == x))",
        "properties.m == {'a': 'b'}",
        "properties.n == properties.s",
        "properties.os == [{'name': 'a', 'n': 1, 'flag': true}]",
        "properties.s == 1",
        "[properties.n] == ['a']",
        "properties.n in ['a', 1]",
        "null == properties.b",
    ])
    .prop_map(str::to_owned);
    if depth == 0 {
        return leaf.boxed();
    }
    let next = depth - 1;
    prop_oneof![
        3 => leaf,
        3 => (bool(next), prop::sample::select(vec!["&&", "||"]), bool(next)).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        1 => bool(next).prop_map(|a| format!("!({a})")),
        2 => (int(next), prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]), int(next)).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        2 => (text(next), prop::sample::select(vec!["==", "!=", "<", ">="]), text(next)).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        1 => (text(next), prop::sample::select(vec!["contains", "startsWith", "endsWith"]), text(next)).prop_map(|(a, f, b)| format!("({a}).{f}({b})")),
        1 => (int(next), list(next)).prop_map(|(a, xs)| format!("({a} in {xs})")),
        1 => (list(next), list(next)).prop_map(|(a, b)| format!("({a} == {b})")),
        1 => (list(next), prop::sample::select(vec!["all", "exists", "exists_one"]), int(next)).prop_map(|(xs, f, a)| format!("{xs}.{f}(v, v > {a})")),
        1 => (bool(next), bool(next), bool(next)).prop_map(|(c, a, b)| format!("({c} ? {a} : {b})")),
    ]
    .boxed()
}

/// The value as the interpreter takes it. Whole numbers are signed, unlike in its own reading of JSON.
fn theirs(value: &serde_json::Value) -> cel::Value {
    match value {
        serde_json::Value::Null => cel::Value::Null,
        serde_json::Value::Bool(bool) => cel::Value::Bool(*bool),
        serde_json::Value::Number(number) => number.as_i64().map_or_else(|| cel::Value::Float(number.as_f64().unwrap()), cel::Value::Int),
        serde_json::Value::String(text) => cel::Value::String(Arc::new(text.clone())),
        serde_json::Value::Array(items) => cel::Value::List(Arc::new(items.iter().map(theirs).collect())),
        serde_json::Value::Object(entries) => {
            let entries: HashMap<String, cel::Value> = entries.iter().map(|(key, value)| (key.clone(), theirs(value))).collect();
            entries.into()
        }
    }
}

#[test]
fn the_interpreter_of_the_cel_crate_agrees() {
    // Its parser needs a deep stack, ours brings its own.
    std::thread::Builder::new().stack_size(256 << 20).spawn(compare).unwrap().join().unwrap();
}

fn compare() {
    let mut world = world();
    world.resource_type = "AWS::Not::Known".into();
    // Always the same cases: a failure here is no accident of the day.
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let env = Arc::new(Env::stdlib());
    let samples: Vec<serde_json::Value> = (0..16).map(|_| values().new_tree(&mut runner).unwrap().current()).collect();
    let (inventory, environment, params) = (Inventory::default(), Known::None, params());
    let (mut agreed, mut failed, mut refused) = (0, 0, 0);
    let strategy = bool(3);
    for _ in 0..700 {
        let source = strategy.new_tree(&mut runner).unwrap().current();
        let ours = match world.compile(&source) {
            Ok(program) => program,
            // Impossible comparisons between literals, and what is too large.
            Err(_) => {
                refused += 1;
                continue;
            }
        };
        let judge = env.compile(&source).unwrap();
        for sample in &samples {
            let mut context = Context::with_env(Arc::clone(&env));
            context.add_variable_from_value("properties", theirs(sample));
            let verdict = judge.execute(&context);
            let mut resource = world.table();
            resource.properties = Value::from_json(sample, &Interner::new());
            let subject = Subject::new(&resource, &environment, &inventory, &world.catalogue, now());
            let value = ours.eval(&subject.frame(&params));
            match (&verdict, &value) {
                (Ok(cel::Value::Bool(theirs)), Value::Bool(ours)) if theirs == ours => agreed += 1,
                (Ok(cel::Value::Bool(_)) | Err(_), Value::Gap(_)) if verdict.is_err() => failed += 1,
                _ => panic!("{source}\nover {sample}\nis {verdict:?} there and {value:?} here"),
            }
        }
    }
    assert!(agreed > 5000 && failed > 500 && refused < 300, "{agreed} agreed, {failed} failed in both, {refused} refused");
}
