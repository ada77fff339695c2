//! `html`: the whole report as one file that needs nothing else: no script, no font, no address. For the screen, light or dark,
//! and for paper.
//!
//! It stays under [`MOST_BYTES`] whatever the account holds: lists show their first rows, findings are told in full until the room
//! is used up (at most [`MOST_IN_FULL`]), and the rest are grouped by rule. The complete list is the CSV part.

mod changes;
mod controls;
mod findings;
mod head;
mod money;
mod trend;

use super::data::Data;
use super::words;
use super::{Format, RenderError};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The format's entry in the list.
pub const FORMAT: Format = Format {
    name: "html",
    about: "the whole report as one file, for screen and paper",
    part: "report.html",
    media_type: "text/html; charset=utf-8",
    render,
};

/// The most bytes of the file: 2 MiB.
pub const MOST_BYTES: usize = 2 * 1024 * 1024;
/// What is left for the end of the page and the groups of the findings that are not told in full.
const RESERVE: usize = 192 * 1024;
/// Findings that are told in full.
pub const MOST_IN_FULL: usize = 1_000;

/// The style sheet.
const STYLE: &str = include_str!("style.css");

fn render(data: &Data) -> Result<Vec<u8>, RenderError> {
    let before = sections(data).into_string();
    let room = MOST_BYTES.saturating_sub(before.len() + STYLE.len() + RESERVE);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="color-scheme" content="light dark";
                title { "Ledgerline report, " (words::time(data.as_of)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (head::header(data))
                main {
                    (PreEscaped(before))
                    (findings::sections(data, room))
                }
                footer {
                    p {
                        "Made by Ledgerline " (words::clip(&data.version, 40)) " as report " code { (words::clip(&data.id, 40)) }
                        ". The complete list of findings is " code { "findings.csv" } ", all data with all evidence " code { "report.json" } "; "
                        code { "manifest.json" } " has the SHA-256 of each part and is signed: " code { "ledgerline report verify" } "."
                    }
                }
            }
        }
    };
    Ok(page.into_string().into_bytes())
}

/// Everything between the header and the findings.
fn sections(data: &Data) -> Markup {
    html! {
        (head::strip(data))
        (changes::changes(data))
        (changes::top(data))
        (changes::owners(data))
        (changes::exceptions(data))
        (controls::controls(data))
        (money::costs(data))
        (trend::weeks(data))
    }
}

/// A section with its heading.
fn section(id: &str, title: &str, body: &Markup) -> Markup {
    html! {
        section id=(id) aria-labelledby={ (id) "-title" } {
            h2 id={ (id) "-title" } { (title) }
            (body)
        }
    }
}

/// How many rows are not shown.
fn more(all: usize, shown: usize, part: &str) -> Markup {
    html! {
        @if all > shown {
            p.more { (all - shown) " more are in " code { (part) } "." }
        }
    }
}
