//! File → resources with coverage. Bounded: a small file may not unfold into a large one.

use super::format::{End, Header, Line, SCHEMA};
use crate::collect::{Request, unasked};
use crate::model::call::Place;
use crate::model::coverage::{Coverage, Outcome, ScopeRow};
use crate::model::inventory::Collected;
use crate::model::{AccountId, CallId, Gap, GapKind, Resource, ResourceType};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

/// How much is read.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most bytes after decompression.
    pub total_bytes: u64,
    /// The most bytes of a line.
    pub line_bytes: u64,
}

impl Default for Limits {
    /// 4 GiB, about four million resources; 16 MiB a line, far above AWS's largest answer for one resource.
    fn default() -> Self {
        Self { total_bytes: 4 << 30, line_bytes: 16 << 20 }
    }
}

/// Why a recording cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
    #[error("is no recording: its first line is not a header with \"schema\":\"{SCHEMA}\" (`ledgerline collect` writes one)")]
    Foreign,
    #[error("has the schema {0:?}; this version reads {SCHEMA}")]
    OtherSchema(String),
    #[error("line {line}: {error}")]
    Line { line: u64, error: serde_json::Error },
    #[error("line {line} is longer than {limit} bytes")]
    LongLine { line: u64, limit: u64 },
    #[error("unfolds to more than {0} bytes")]
    TooLarge(u64),
    #[error("is cut short: it ends after line {line} without its last line; collect it again")]
    Truncated { line: u64 },
    #[error("line {line}: there is more after the last line")]
    Surplus { line: u64 },
    #[error("line {line}: the last line counts {said:?}, but there are {seen:?}")]
    Miscounted { line: u64, said: End, seen: End },
}

/// The magic number of a zstd frame.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Whether these first bytes of a file may begin a recording: a zstd frame, or its header as plain text.
pub fn looks_like_recording(head: &[u8]) -> bool {
    head.starts_with(&ZSTD) || String::from_utf8_lossy(head).contains("ledgerline.recording/")
}

/// The lines of a recording, counted and bounded.
struct Lines<'a> {
    reader: BufReader<Box<dyn Read + 'a>>,
    limits: Limits,
    line: u64,
    bytes: u64,
    buffer: Vec<u8>,
}

impl<'a> Lines<'a> {
    fn of(bytes: &'a mut dyn Read, limits: Limits) -> Result<Self, ReadError> {
        let mut plain = BufReader::new(bytes);
        let compressed = plain.fill_buf()?.starts_with(&ZSTD);
        let unfolded: Box<dyn Read + 'a> = if compressed { Box::new(zstd::Decoder::with_buffer(plain)?) } else { Box::new(plain) };
        Ok(Self { reader: BufReader::new(unfolded), limits, line: 0, bytes: 0, buffer: Vec::new() })
    }

    /// The next line that is not blank; none at the end.
    fn next(&mut self) -> Result<Option<&[u8]>, ReadError> {
        loop {
            self.buffer.clear();
            self.line += 1;
            let read = (&mut self.reader).take(self.limits.line_bytes + 1).read_until(b'\n', &mut self.buffer).map_err(|error| {
                // A cut zstd frame is an I/O error of its decoder.
                if error.kind() == std::io::ErrorKind::UnexpectedEof { ReadError::Truncated { line: self.line - 1 } } else { error.into() }
            })? as u64;
            if read == 0 {
                return Ok(None);
            }
            self.bytes += read;
            if self.bytes > self.limits.total_bytes {
                return Err(ReadError::TooLarge(self.limits.total_bytes));
            }
            if read > self.limits.line_bytes {
                return Err(ReadError::LongLine { line: self.line, limit: self.limits.line_bytes });
            }
            if !self.buffer.trim_ascii().is_empty() {
                return Ok(Some(&self.buffer));
            }
        }
    }

    fn header(&mut self) -> Result<Header, ReadError> {
        let line = match self.next() {
            Ok(Some(line)) => line,
            Ok(None) | Err(ReadError::LongLine { .. }) => return Err(ReadError::Foreign),
            Err(error) => return Err(error),
        };
        let json: serde_json::Value = serde_json::from_slice(line).map_err(|_| ReadError::Foreign)?;
        match json.get("schema").and_then(serde_json::Value::as_str) {
            Some(SCHEMA) => serde_json::from_value(json).map_err(|error| ReadError::Line { line: 1, error }),
            Some(other) if other.starts_with("ledgerline.recording/") => Err(ReadError::OtherSchema(other.to_owned())),
            _ => Err(ReadError::Foreign),
        }
    }
}

/// Reads the header alone.
pub(super) fn header(bytes: &mut dyn Read, limits: Limits) -> Result<Header, ReadError> {
    Lines::of(bytes, limits)?.header()
}

/// Reads what the request needs of a recording.
pub(super) fn read(bytes: &mut dyn Read, limits: Limits, request: &Request<'_>) -> Result<Collected, ReadError> {
    let mut lines = Lines::of(bytes, limits)?;
    let header = lines.header()?;
    let mut collected = Collected { identities: header.identities, collected_at: Some(header.collected_at), ..Collected::default() };
    let (mut recorded, mut seen) = (Coverage::default(), End::default());
    loop {
        let number = lines.line + 1;
        let Some(text) = lines.next()? else { return Err(ReadError::Truncated { line: number - 1 }) };
        match serde_json::from_slice(text).map_err(|error| ReadError::Line { line: number, error })? {
            Line::Scope(row) => {
                seen.scopes += 1;
                if request.scope.looks_at(&row.account, &row.region) {
                    recorded.add(row);
                }
            }
            Line::Resource(record) => {
                seen.resources += 1;
                if request.scope.looks_at(&record.account, &record.region) && request.needs.wants_type(record.resource_type.as_str()) {
                    collected.resources.push(Resource::from_record(&record, request.catalogue, request.interner));
                }
            }
            Line::Cost(row) => {
                seen.costs += 1;
                if looks_at(request, &row.account) {
                    collected.costs.push(row);
                }
            }
            Line::Plane(reading) => {
                seen.bills += 1;
                if looks_at(request, &reading.payer) {
                    collected.ledger.readings.push(*reading);
                }
            }
            Line::Tag(tag) => {
                seen.bills += 1;
                if looks_at(request, &tag.payer) {
                    collected.ledger.tags.push(tag);
                }
            }
            Line::Forecast(forecast) => {
                seen.bills += 1;
                if looks_at(request, &forecast.payer) {
                    collected.ledger.forecasts.push(forecast);
                }
            }
            // Read on to the end: only there the checksum is compared.
            Line::End(said) if said == seen => match lines.next()? {
                None => break,
                Some(_) => return Err(ReadError::Surplus { line: number + 1 }),
            },
            Line::End(said) => return Err(ReadError::Miscounted { line: number, said, seen }),
        }
    }
    collected.coverage = needed(&recorded, request);
    mark_what_was_not_recorded(&mut collected.resources, &recorded, request);
    unasked::mark(&mut collected.resources, request);
    Ok(collected)
}

/// Whether the pass looks at an account.
fn looks_at(request: &Request<'_>, account: &AccountId) -> bool {
    request.scope.accounts.as_ref().is_none_or(|accounts| accounts.contains(account))
}

/// The recorded rows that this request needs, and a `skipped` row for each needed call that was not recorded.
fn needed(recorded: &Coverage, request: &Request<'_>) -> Coverage {
    let places: BTreeSet<Place> = recorded.rows().map(|row| Place { account: row.account.clone(), region: row.region.clone() }).collect();
    let mut coverage = Coverage::default();
    for (resource_type, calls) in request.needs.types() {
        let global = request.catalogue.find(resource_type).is_some_and(|spec| spec.reach == crate::model::catalogue::Reach::Global);
        for place in places.iter().filter(|place| place.region.is_global() == global) {
            for call in calls {
                coverage
                    .add(recorded.find(place, resource_type, call).cloned().unwrap_or_else(|| not_recorded(place, resource_type, call)));
            }
        }
    }
    coverage
}

fn not_recorded(place: &Place, resource_type: &ResourceType, call: &CallId) -> ScopeRow {
    ScopeRow {
        account: place.account.clone(),
        region: place.region.clone(),
        resource_type: resource_type.clone(),
        call: call.clone(),
        outcome: Outcome::Skipped,
        resources: 0,
        reason: Some(arcstr::literal!("not recorded")),
        permission: None,
    }
}

/// Puts a gap wherever a call would have brought something that the recording does not have.
fn mark_what_was_not_recorded(resources: &mut [Resource], recorded: &Coverage, request: &Request<'_>) {
    for resource in resources {
        let Some(spec) = request.catalogue.find(&resource.resource_type) else { continue };
        let place = Place { account: resource.account.clone(), region: resource.region.clone() };
        for call in spec.calls.iter().filter(|call| !unasked::is_extra(call)) {
            if recorded.find(&place, &resource.resource_type, &call.call).is_none() {
                let gap = Gap {
                    kind: GapKind::NotRecorded,
                    call: Some(call.call.clone()),
                    permission: None,
                    detail: arcstr::literal!("not recorded"),
                };
                resource.put_call_gap(spec, &call.call, &Arc::new(gap), request.interner);
            }
        }
    }
}
