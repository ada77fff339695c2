//! What strangers write stays text; what an independent renderer makes of it is tested in `tests/it/exports.rs`.

use super::super::tests::report;
use super::super::{find_format, write as write_report};
use super::*;

#[test]
fn a_report_has_counts_tables_and_remedies() {
    let mut out = Vec::new();
    write_report(find_format("markdown").unwrap(), &report(), Look::default(), &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

#[test]
fn only_plain_words_stand_outside_of_code() {
    for plain in ["users", "table users is billed PROVISIONED", "Tische für alle, 5 % (oder so).", "日本 2", "a-b c"] {
        assert_eq!(text(plain), plain);
    }
    let marked = [
        "",
        "*a*",
        "_a_",
        "<b>",
        "@team",
        "#12",
        "www.example.com",
        "http://x",
        "a.b",
        "[a](b)",
        "- a",
        "1. a b.c",
        "a\\",
        "a|b",
        "`",
        " a",
        "a ",
        "a  b",
        "=1+1",
        "-a",
        "a~b",
        "&amp;",
        "a\nb",
        "\u{202e}a",
        "a!",
        "a: b",
        "(a",
        "a--b",
    ];
    for marked in marked {
        assert_ne!(text(marked), marked, "{marked:?}");
        assert!(marked.is_empty() || text(marked).starts_with('`'), "{marked:?}");
    }
}

#[test]
fn code_is_fenced_by_more_than_it_holds() {
    assert_eq!(code("a"), "`a`");
    assert_eq!(code("a`b"), "``a`b``");
    assert_eq!(code("`a"), "`` `a ``");
    assert_eq!(code("a|b\n"), "`a\\u{7c}b\\n`");
    assert_eq!(code(""), "–");
    assert_eq!(fenced("a ```` b"), "`````\na ```` b\n`````");
    assert_eq!(fenced("plain\n\u{1b}x\n"), "```\nplain\n\\u{1b}x\n```");
}

proptest::proptest! {
    /// A cell stays one cell, and a line one line.
    #[test]
    fn no_text_ends_its_cell(content in "(?s).{0,40}") {
        for written in [text(&content), code(&content)] {
            assert!(!written.contains(['|', '\n', '\r']), "{written:?}");
            let ticks = written.len() - written.trim_start_matches('`').len();
            if ticks > 0 {
                let inner = &written[ticks..written.len() - ticks];
                assert!(longest_run(inner) < ticks || inner.starts_with(' '), "{written:?}");
                assert!(inner.split(|c| c != '`').all(|run| run.len() != ticks), "{written:?}");
            }
        }
    }
}
