//! Placeholders: what there is, what is refused, and what a line looks like.

use super::super::tests::{batch, change, finding};
use super::*;
use crate::model::finding::ChangeKind;

fn line(text: &str) -> String {
    let batch = batch(vec![change(ChangeKind::Reopened, finding(1))]);
    let told = Told { notice: &batch.notices[0], page_url: None };
    Template::parse(text).unwrap().render(&told, |_, value| format!("‹{value}›"))
}

#[test]
fn values_are_escaped_and_the_operators_own_text_is_not() {
    assert_eq!(line("*{{severity}}* {{ name }} <here>"), "*‹high› ‹u1› <here>".replace("*‹high›", "*‹high›*"));
    assert_eq!(line("no placeholder }}"), "no placeholder }}");
    assert_eq!(line("{{ remedy }} {{ owner }} {{ change }}"), "‹Give it one.› ‹team-a› ‹came back›");
}

#[test]
fn every_placeholder_has_a_value_or_is_known_to_have_none() {
    assert!(PLACEHOLDERS.is_sorted());
    let empty = ["link", "savings"];
    for name in PLACEHOLDERS {
        assert_eq!(line(&format!("{{{{ {name} }}}}")) == "‹›", empty.contains(name), "{name}");
    }
}

#[test]
fn every_mistake_is_told() {
    assert_eq!(
        Template::parse("{{ severty }} {{ x.y }} {{ title"),
        Err(vec![Mistake::Unknown("severty".to_owned()), Mistake::Unknown("x.y".to_owned()), Mistake::Open])
    );
}
