//! `table`: for people at a terminal. What fails comes first and the worst of it on top; below it what could not be told;
//! then the counts, what could not be read and which permission would mend that, and what was asked of AWS.
//!
//! The table has no frame: lines can be copied, searched and piped. Colours are added after the layout, to the severity
//! word that we wrote ourselves at the start of a line, so that they neither shift columns nor can be forged by a name.

mod summary;

use super::{Colour, Format, Look, printable};
use crate::model::report::{Report, ResultRow};
use crate::model::rule::Severity;
use crate::model::verdict::Status;
use comfy_table::{ColumnConstraint, ContentArrangement, Table};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::io;

/// The format's entry in the list.
pub const FORMAT: Format = Format { name: "table", about: "for people: findings, counts and what could not be read", write };

/// The order of the sections, with their headings.
const SECTIONS: [(Status, &str); 5] = [
    (Status::Fail, "Failing"),
    (Status::Waived, "Waived"),
    (Status::Unknown, "Unknown"),
    (Status::Pass, "Passing"),
    (Status::NotApplicable, "Not applicable"),
];

/// Narrower terminals get this width: below it, words would be cut apart.
const NARROWEST: u16 = 60;

/// From this width on, rule ids are never cut apart.
const WIDE: u16 = 100;

fn write(report: &Report, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    let places: BTreeSet<_> = report.results.iter().map(|row| (&row.resource.account, &row.resource.region)).collect();
    let show = Show { look, places: if places.len() > 1 { Places::Shown } else { Places::Same } };
    for (status, heading) in SECTIONS {
        let mut rows: Vec<&ResultRow> = report.results.iter().filter(|row| row.status == status).collect();
        if rows.is_empty() {
            continue;
        }
        // The sort is stable: within a severity the order of every output stays.
        rows.sort_by_key(|row| Reverse(row.severity));
        writeln!(out, "{} ({})", show.strong(heading), rows.len())?;
        show.section(&rows, out)?;
        writeln!(out)?;
    }
    summary::write(report, show, out)
}

/// Whether the account and region of each row are worth a column.
#[derive(Clone, Copy)]
enum Places {
    Same,
    Shown,
}

#[derive(Clone, Copy)]
struct Show {
    look: Look,
    places: Places,
}

impl Show {
    fn section(self, rows: &[&ResultRow], out: &mut dyn io::Write) -> io::Result<()> {
        let mut table = Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        if let Some(width) = self.look.width {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(width.max(NARROWEST));
        }
        for row in rows {
            let mut cells = vec![format!("  {}", row.severity), printable(row.rule.as_str()).into_owned()];
            match self.places {
                Places::Same => {}
                Places::Shown => {
                    cells.push(format!("{}/{}", printable(row.resource.account.as_str()), printable(row.resource.region.as_str())));
                }
            }
            cells.push(subject(row));
            cells.push(message(row));
            table.add_row(cells);
        }
        if let Some(severity) = table.column_mut(0) {
            severity.set_padding((0, 1));
            severity.set_constraint(ColumnConstraint::ContentWidth);
        }
        // A rule id that is cut apart cannot be copied.
        if self.look.width.is_some_and(|width| width >= WIDE)
            && let Some(rule) = table.column_mut(1)
        {
            rule.set_constraint(ColumnConstraint::ContentWidth);
        }
        for line in table.lines() {
            writeln!(out, "{}", self.coloured(line.trim_end()))?;
        }
        Ok(())
    }

    /// Colours the severity at the start of a row's first line.
    fn coloured(self, line: &str) -> String {
        match self.look.colour {
            Colour::Plain => line.to_owned(),
            Colour::Ansi => {
                let found = Severity::ALL.iter().find_map(|severity| {
                    let rest = line.strip_prefix("  ")?.strip_prefix(severity.as_str())?;
                    rest.starts_with(' ').then_some((*severity, rest))
                });
                match found {
                    Some((severity, rest)) => {
                        let style = severity_style(severity);
                        format!("  {style}{severity}{style:#}{rest}")
                    }
                    None => line.to_owned(),
                }
            }
        }
    }

    fn strong(self, text: &str) -> String {
        self.styled(text, anstyle::Style::new().bold())
    }

    fn styled(self, text: &str, style: anstyle::Style) -> String {
        match self.look.colour {
            Colour::Plain => text.to_owned(),
            Colour::Ansi => format!("{style}{text}{style:#}"),
        }
    }
}

fn severity_style(severity: Severity) -> anstyle::Style {
    use anstyle::AnsiColor;
    match severity {
        Severity::Critical => AnsiColor::BrightRed.on_default().bold(),
        Severity::High => AnsiColor::Red.on_default(),
        Severity::Medium => AnsiColor::Yellow.on_default(),
        Severity::Low => AnsiColor::Cyan.on_default(),
        Severity::Info => anstyle::Style::new().dimmed(),
    }
}

/// What the row speaks of: the short type with the name, and the part of it.
fn subject(row: &ResultRow) -> String {
    let resource_type = printable(row.resource.resource_type.as_str());
    let short = resource_type.split_once("::").map_or(&*resource_type, |(_, rest)| rest);
    let name = match (&row.resource.name, &row.resource.id) {
        (Some(name), _) => printable(name),
        (None, Some(id)) => printable(id.as_str()),
        (None, None) => "(not listed)".into(),
    };
    // What the sub-key of a contract says of type and name stands before it already.
    let named = || Some(format!("/{}/{}", row.resource.resource_type, row.resource.name.as_ref()?));
    let part = row.sub_key.as_ref().map(|sub_key| named().map_or_else(|| sub_key.to_string(), |named| sub_key.replacen(&named, "", 1)));
    match part {
        Some(sub_key) => format!("{short} {name} [{}]", printable(&sub_key)),
        None => format!("{short} {name}"),
    }
}

fn message(row: &ResultRow) -> String {
    let mut message = printable(&row.message).into_owned();
    if let Some(origin) = &row.resource.origin {
        message.push_str(&format!(" (at {})", printable(&origin.place())));
    }
    if let Some(waiver) = &row.waiver {
        message.push_str(&format!(" (waived: {})", printable(&waiver.summary())));
    }
    if let Some(savings) = row.monthly_savings_usd {
        message.push_str(&format!(" (saves {savings} USD a month)"));
    }
    message
}
