//! The weekly report: what was remembered ([`Material`]) → what a report says ([`Data`]) → its parts, one a format → a signed
//! manifest ([`manifest`]).
//!
//! Each step is a pure function, so that an auditor who has the data can make the same bytes again. Asking the store, the key's
//! file and the schedule are `daemon`'s.

mod assemble;
pub mod costs;
mod csv;
pub mod data;
mod html;
mod json;
pub mod manifest;
mod markdown;
mod material;
mod past;
#[cfg(feature = "pdf")]
mod pdf;
pub mod trend;
mod words;

#[cfg(test)]
pub(crate) mod tests;

pub use assemble::{NoAudit, assemble, audit_of, id_of, looks_back_to, months};
pub use data::Data;
pub use material::{FrameworkInfo, KnownWaiver, Material, Question};

/// A format of the report.
#[derive(Clone, Copy)]
pub struct Format {
    /// What `--format` calls it.
    pub name: &'static str,
    /// One line of help.
    pub about: &'static str,
    /// The name of its part, which may be a file's.
    pub part: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Writes it: the same data, the same bytes.
    pub render: fn(&Data) -> Result<Vec<u8>, RenderError>,
}

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Format").field(&self.name).finish()
    }
}

/// A part could not be written: a fault of the program, since every text is allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("internal error: the report could not be written: {0}")]
pub struct RenderError(pub String);

/// Every format, sorted by name.
pub const FORMATS: &[Format] = &[
    csv::FORMAT,
    html::FORMAT,
    json::FORMAT,
    markdown::FORMAT,
    #[cfg(feature = "pdf")]
    pdf::FORMAT,
];

/// The format of this name.
pub fn find_format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// What a list of reports shows of one.
pub fn headline(data: &Data) -> serde_json::Value {
    serde_json::json!({
        "verdict": words::verdict(data),
        "since": data.since,
        "open": data.verdict.now.open,
        "waived": data.verdict.now.waived,
        "past_due": data.verdict.past_due,
        "new": data.changes.new.len(),
        "resolved": data.changes.resolved.len(),
        "comparable": data.comparison.is_comparable(),
        "coverage": data.audit.coverage,
        "rules_digest": data.audit.rules_digest,
    })
}
