//! How a mistake is placed, drawn and answered with a suggestion.

use super::*;

#[test]
fn a_mistake_is_drawn_under_its_line_with_what_to_do() {
    let source = Source::new("rules/x.yaml", "id: x\nsevirity: high\n");
    let diagnostic = Diagnostic::at(&source, 6..14, "unknown key \"sevirity\"").help("did you mean \"severity\"?");
    insta::assert_snapshot!(render(&[diagnostic], render::Colour::Off), @r#"
    error: unknown key "sevirity"
     --> rules/x.yaml:2:1
      |
    2 | sevirity: high
      | ^^^^^^^^
      |
      = help: did you mean "severity"?
    "#);
}

#[test]
fn a_kind_and_its_gravity_stand_in_the_title() {
    let source = Source::new("p.json", "{}");
    let diagnostic = Diagnostic::at(&source, 0..1, "open to all").of_kind("public", Gravity::SecurityWarning);
    insta::assert_snapshot!(render(&[diagnostic], render::Colour::Off), @r"
    security warning[public]: open to all
     --> p.json:1:1
      |
    1 | {}
      | ^
    ");
}

#[test]
fn a_word_is_suggested_for_a_slip_and_not_for_another_word() {
    let known = ["severity", "resource", "PAY_PER_REQUEST"];
    assert_eq!(suggest("sevirity", known), Some("severity"));
    assert_eq!(suggest("pay-per-request", known), Some("PAY_PER_REQUEST"));
    assert_eq!(suggest("banana", known), None);
}

#[test]
fn a_place_counts_characters_and_survives_any_offset() {
    let source = Source::new("x", "aé\nb");
    assert_eq!(source.place(3), (1, 3));
    assert_eq!(source.place(4), (2, 1));
    assert_eq!(source.place(2), (1, 2));
    assert_eq!(source.place(99), (2, 2));
}
