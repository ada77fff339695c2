//! Resources with coverage → file, whole or not at all, readable by its owner alone.

use super::format::{End, Header, Line, SCHEMA};
use crate::model::inventory::Collected;
use crate::model::value::Time;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A recording that could not be written. What stood under the name before is still there.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the recording {}: {source}", path.display())]
pub struct WriteError {
    path: PathBuf,
    source: std::io::Error,
}

/// zstd's default level: tables of 1,000 resources compress about twentyfold, faster than AWS answers.
const LEVEL: i32 = 3;

/// Writes a recording. Resources and rows are sorted, so that two recordings of the same state are the same bytes.
///
/// # Errors
/// [`WriteError`] with the file and what the system said; the file is then as it was.
pub fn write(path: &Path, collected: &Collected, version: &str, now: Time) -> Result<(), WriteError> {
    let failed = |source| WriteError { path: path.to_owned(), source };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A temporary file has mode 0600, and keeps it when it takes its name.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let mut encoder = zstd::Encoder::new(std::io::BufWriter::new(file.as_file_mut()), LEVEL).map_err(failed)?;
    encoder.include_checksum(true).map_err(failed)?;
    let mut line = |value: serde_json::Result<Vec<u8>>| -> std::io::Result<()> {
        encoder.write_all(&value?)?;
        encoder.write_all(b"\n")
    };
    let header = Header {
        schema: SCHEMA.to_owned(),
        version: version.to_owned(),
        collected_at: collected.collected_at.unwrap_or(now),
        identities: collected.identities.clone(),
    };
    line(serde_json::to_vec(&header)).map_err(failed)?;
    let mut end = End::default();
    for row in collected.coverage.rows() {
        end.scopes += 1;
        line(serde_json::to_vec(&Line::Scope(row.clone()))).map_err(failed)?;
    }
    let mut resources: Vec<_> = collected.resources.iter().collect();
    resources.sort_by(|a, b| (&a.account, &a.region, &a.resource_type, &a.id).cmp(&(&b.account, &b.region, &b.resource_type, &b.id)));
    for resource in resources {
        end.resources += 1;
        line(serde_json::to_vec(&Line::Resource(Box::new(resource.to_record())))).map_err(failed)?;
    }
    let mut costs: Vec<_> = collected.costs.iter().collect();
    costs.sort_by(|a, b| (&a.account, &a.service, a.day, a.basis).cmp(&(&b.account, &b.service, b.day, b.basis)));
    for cost in costs {
        end.costs += 1;
        line(serde_json::to_vec(&Line::Cost(cost.clone()))).map_err(failed)?;
    }
    let bills = &collected.ledger;
    let planes = bills.readings.iter().map(|reading| Line::Plane(Box::new(reading.clone())));
    let tags = bills.tags.iter().map(|tag| Line::Tag(tag.clone()));
    for bill in planes.chain(tags).chain(bills.forecasts.iter().map(|forecast| Line::Forecast(forecast.clone()))) {
        end.bills += 1;
        line(serde_json::to_vec(&bill)).map_err(failed)?;
    }
    line(serde_json::to_vec(&Line::End(end))).map_err(failed)?;
    encoder.finish().and_then(|mut buffer| buffer.flush()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
