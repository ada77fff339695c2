//! Whatever is written: a fault or a program, never an overflow or a panic.

use super::world::world;
use crate::evaluate::expr::Fault;
use proptest::prelude::*;

/// Threads have 2 MiB of stack unless said otherwise, and async workers no more.
fn on_a_small_stack(sources: Vec<String>) -> Vec<Result<(), Vec<Fault>>> {
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || {
            let world = world();
            sources
                .iter()
                .map(|source| {
                    let program = world.compile(source)?;
                    let (table, inventory, params) = (world.table(), crate::model::Inventory::default(), super::world::params());
                    let environment = crate::model::inventory::Known::None;
                    let subject =
                        crate::evaluate::expr::Subject::new(&table, &environment, &inventory, &world.catalogue, super::world::now());
                    program.eval(&subject.frame(&params));
                    program.trace(&subject.frame(&params));
                    Ok(())
                })
                .collect()
        })
        .unwrap()
        .join()
        .unwrap()
}

#[test]
fn enormous_expressions_are_refused_before_the_parser_sees_them() {
    let faults = on_a_small_stack(vec![
        vec!["1"; 1500].join("+"),
        "(".repeat(1000) + "1" + &")".repeat(1000),
        "[".repeat(60) + &"]".repeat(60),
        "true ? ".repeat(40) + "1" + &" : 2".repeat(40),
        "!".repeat(3000) + "true",
        "a".repeat(5000),
        "x".to_owned() + &".y".repeat(900),
        "1 in ".repeat(500) + "[1]",
    ]);
    for fault in faults {
        assert_eq!(fault.unwrap_err().len(), 1);
    }
}

#[test]
fn the_largest_expressions_within_the_limits_fit_on_a_small_stack() {
    let most = super::super::scan::MOST_TERMS;
    let deepest = super::super::scan::DEEPEST;
    let results = on_a_small_stack(vec![
        vec!["1"; most].join("+"),
        vec!["properties.Units == 5"; most / 2].join(" && "),
        format!("{}{}{}", "(".repeat(deepest), vec!["1"; most - deepest].join("*"), ")".repeat(deepest)),
        format!("{}1{}", "[".repeat(deepest), "]".repeat(deepest)),
        format!("{}1{}", "{'a': ".repeat(deepest), "}".repeat(deepest)),
        format!("properties.Document{}", ".y".repeat(most - 2)),
        format!("properties.Document{}", "['y']".repeat(most - 2)),
        format!("{}true", "!".repeat(most)),
        "true ? 1 : ".repeat(most / 2).chars().take(11 * deepest).collect::<String>() + "2",
        format!("'a'{}", ".trim()".repeat(most / 2)),
        format!("{}{}{}", "[1 == 1 in ".repeat(deepest), "1", "]".repeat(deepest)),
        format!("{}{}{}", "{'a': -1 + !".repeat(deepest), "true", "}".repeat(deepest)),
        format!("{}{}{}", "size([1 + 2 * ".repeat(deepest / 2), vec!["1"; most / 2].join("*"), "])".repeat(deepest / 2)),
        format!("name{}", ".split('')".repeat(most / 2)),
        format!("[1]{}", ".map(x, x)".repeat(most / 3)),
        "1 == ".repeat(most) + "1",
    ]);
    let understood = results.iter().filter(|result| result.is_ok()).count();
    assert!(understood >= 9, "{results:?}");
}

/// Pieces that expressions are made of, and some that they are not.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "properties", "state", "tags", "name", "params", "resource", "now", "x", "has", "all", "exists", "map", "filter", "find", "size",
            "optional", "BillingMode", "Indexes", "Document", "true", "null", "in", "matches", "days", "duration", "timestamp", "lib", "words",
        ]).prop_map(str::to_owned),
        4 => prop::sample::select(vec![
            ".", "(", ")", "[", "]", "{", "}", ",", ":", "?", "+", "-", "*", "/", "%", "!", "==", "!=", "<", ">=", "&&", "||", " ", "\n", ".?", "[?", "//",
        ]).prop_map(str::to_owned),
        2 => prop::sample::select(vec![
            "1", "0x1F", "1.5e3", "1e999", "99999999999999999999", "7u", "'a'", "\"b\"", "r'\\d'", "b'x'", "'''t'''", "'\\u00e4'", "'\\q'", "'open", "'90d'", "'AWS::IAM::Role'",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => any::<char>().prop_map(String::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nonsense_is_refused_with_places_inside_the_source(pieces in prop::collection::vec(piece(), 0..40)) {
        let source = pieces.concat();
        let world = world();
        if let Err(faults) = world.compile(&source) {
            prop_assert!(!faults.is_empty());
            for fault in faults {
                prop_assert!(!fault.message.contains("could not be parsed"), "{source:?}: {fault:?}");
                prop_assert!(fault.span.start <= fault.span.end && fault.span.end <= source.len(), "{source:?}: {fault:?}");
                prop_assert!(source.get(fault.span.clone()).is_some(), "{source:?}: {fault:?}");
            }
        }
        let _ = crate::evaluate::expr::Template::compile(&format!("{{{{ {source} }}}}"), &world.scope(crate::evaluate::expr::Demand::Anything));
    }

    #[test]
    fn a_mangled_expression_is_still_no_danger(at in 0_usize..200, cut in 0_usize..4, put in piece()) {
        let mut source = "has(properties.TimeToLiveSpecification) && properties.Indexes.filter(i, i.IndexName.matches('^a')).all(x, x.Keys.exists(k, k == 'ä' || size(k) > 2 ? true : tags.exists(t, t in ['a', params.mode])))".to_owned();
        let (start, end) = (at.min(source.len()), (at + cut).min(source.len()));
        if source.is_char_boundary(start) && source.is_char_boundary(end) {
            source.replace_range(start..end, &put);
        }
        let _ = world().compile(&source);
    }
}
