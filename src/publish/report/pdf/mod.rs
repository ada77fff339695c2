//! `pdf`: the summary on paper, by Typst as a library.
//!
//! A browser would print the HTML, where there is one; Typst is in the binary, brings its own typefaces, takes under a second, and
//! makes the same bytes each time: its world is one template and one file of data, without a clock, a network or packages. What
//! others wrote is data, read as JSON and set as text: Typst never reads it as markup.

mod summary;
#[cfg(test)]
mod tests;
mod world;

use super::data::Data;
use super::{Format, RenderError};
use chrono::{Datelike as _, Timelike as _};
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_pdf::{PdfOptions, Timestamp};

/// The format's entry in the list.
pub const FORMAT: Format =
    Format { name: "pdf", about: "the summary, for paper", part: "report.pdf", media_type: "application/pdf", render };

fn render(data: &Data) -> Result<Vec<u8>, RenderError> {
    let world = world::Summary::new(&summary::summary(data));
    let bytes = compile(&world, data);
    // What was remembered to lay out faster the next time would stay in a daemon's memory for a week.
    typst::comemo::evict(0);
    bytes
}

fn compile(world: &world::Summary, data: &Data) -> Result<Vec<u8>, RenderError> {
    let document = typst::compile(world).output.map_err(|errors| fault(&errors))?;
    let options = PdfOptions {
        ident: Smart::Custom(format!("ledgerline report {}", data.id)),
        creator: Smart::Custom(Some("Ledgerline".to_owned())),
        timestamp: timestamp(data),
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| fault(&errors))
}

/// The time of the report: that of making it would make each copy another.
fn timestamp(data: &Data) -> Option<Timestamp> {
    let at = data.as_of.naive_utc();
    let small = |number: u32| u8::try_from(number).ok();
    let (month, day, hour) = (small(at.month())?, small(at.day())?, small(at.hour())?);
    let moment = Datetime::from_ymd_hms(at.year(), month, day, hour, small(at.minute())?, small(at.second())?)?;
    Some(Timestamp::new_utc(moment))
}

fn fault(errors: &[SourceDiagnostic]) -> RenderError {
    RenderError(errors.iter().map(|error| error.message.to_string()).collect::<Vec<_>>().join("; "))
}
