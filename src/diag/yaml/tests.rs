//! Places inside YAML, and files that are refused.

use super::*;
use crate::diag::Faults;

fn source(text: &str) -> Source {
    Source::new("x.yaml", text)
}

/// The characters of the file that byte `offset` of the scalar under `key` is said to stand at.
fn located(text: &str, key: &str, needle: &str) -> String {
    let source = source(text);
    let root = parse(&source).unwrap();
    let node = root.get(key).unwrap();
    let offset = node.as_str().unwrap().find(needle).unwrap();
    source.text[node.locate(&source, offset)..].chars().take(needle.len()).collect()
}

#[test]
fn a_place_inside_an_expression_is_found_in_every_style_of_scalar() {
    for text in [
        "é: 1\nassert: properties.A == \"x\"\n",
        "assert: 'properties.A == \"x\" && it''s == properties.A'\n",
        "assert: \"'it\\\\s' == \\\"x\\\" || properties.A == 1\"\n",
        "assert: |\n    a == 1 &&\n    properties.A == 2\nother: 1\n",
        "assert: >-\n    a == 1 &&\n      properties.A == 2\n",
        "assert:\n  a == 1 &&\n  properties.A == 2\n",
    ] {
        assert_eq!(located(text, "assert", "properties.A"), "properties.A", "{text}");
    }
}

#[test]
fn every_mistake_of_a_table_is_reported_with_its_place() {
    let source = source("name: 3\nsevirity: high\ncount: many\n");
    let root = parse(&source).unwrap();
    let mut faults = Faults::new(source);
    let table = Table::of(&root, "a rule", &mut faults).unwrap();
    table.required("name", &mut faults).map(|node| node.string("name", &mut faults));
    table.optional("severity");
    table.required("count", &mut faults).map(|node| node.integer("count", &mut faults));
    table.required("title", &mut faults);
    table.finish("a rule", &mut faults);
    let said: Vec<String> = faults.into_diagnostics().iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "x.yaml:1:1: \"title\" is missing",
            "x.yaml:1:7: name must be text, not a whole number",
            "x.yaml:2:1: unknown key of a rule \"sevirity\" (did you mean \"severity\"?)",
            "x.yaml:3:8: count must be a whole number, not text",
        ]
    );
}

#[test]
fn what_a_file_of_ours_never_needs_is_refused_in_words() {
    let deep = format!("a: {}{}", "[".repeat(100), "]".repeat(100));
    let endless = "[".repeat(500_000);
    for (text, said) in [
        ("a: &x 1\nb: *x\n", "anchors"),
        ("a: 1\na: 2\n", "given twice"),
        ("a: 1\n---\nb: 2\n", "second document"),
        ("[1]: 2\n", "key must be text"),
        ("a: [1\n", "not valid YAML"),
        (deep.as_str(), "nested more than"),
        (endless.as_str(), ""),
    ] {
        let error = parse(&source(text)).unwrap_err();
        assert!(error.message.contains(said), "{text}: {error}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(?s).{0,80}") {
        let source = source(&text);
        if let Ok(node) = parse(&source) {
            node.locate(&source, 3);
        }
    }
}
