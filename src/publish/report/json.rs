//! `json`: the data itself. Read back, it renders every other part again.

use super::data::Data;
use super::{Format, RenderError};
use crate::publish::export::json::write_value;

/// The format's entry in the list.
pub const FORMAT: Format =
    Format { name: "json", about: "the data of the report, complete", part: "report.json", media_type: "application/json", render };

fn render(data: &Data) -> Result<Vec<u8>, RenderError> {
    let mut bytes = Vec::new();
    write_value(data, serde_json::ser::PrettyFormatter::new(), &mut bytes).map_err(|error| RenderError(error.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}
