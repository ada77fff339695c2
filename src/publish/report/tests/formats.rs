//! The parts, pinned, and byte for byte the same when they are rendered again.

use super::story::data;
use crate::publish::report::{Data, FORMATS, find_format};

fn text(format: &str, data: &Data) -> String {
    String::from_utf8((find_format(format).unwrap().render)(data).unwrap()).unwrap()
}

#[test]
fn the_html_is_what_it_was() {
    insta::assert_snapshot!(text("html", &data()));
}

#[test]
fn the_markdown_is_what_it_was() {
    insta::assert_snapshot!(text("markdown", &data()));
}

#[test]
fn the_csv_is_what_it_was() {
    insta::assert_snapshot!(text("csv", &data()).replace('\r', ""));
}

#[test]
fn the_json_is_what_it_was() {
    insta::assert_snapshot!(text("json", &data()));
}

#[test]
fn formats_are_sorted_and_their_parts_have_names_of_their_own() {
    assert!(FORMATS.is_sorted_by_key(|format| format.name));
    let parts: std::collections::BTreeSet<&str> = FORMATS.iter().map(|format| format.part).collect();
    assert_eq!(parts.len(), FORMATS.len());
}

#[test]
fn data_that_was_written_and_read_again_renders_the_same_bytes() {
    let first = data();
    let kept = (find_format("json").unwrap().render)(&first).unwrap();
    let again: Data = serde_json::from_slice(&kept).unwrap();
    assert_eq!(again, first);
    // The PDF has a test of its own: unoptimised, it takes seconds.
    for format in FORMATS.iter().filter(|format| format.name != "pdf") {
        assert!((format.render)(&first).unwrap() == (format.render)(&again).unwrap(), "{}", format.name);
    }
}
