//! Batches: one JSON line in, one line out, in order, whatever a line holds.
//!
//! Lines are read by the parser that sees a key written twice, since policies stand inside them: such a policy has no certain meaning,
//! while the rest of its line does.

use crate::cli::{Exit, Failure, output};
use crate::iam::document::{self, Fault};
use crate::model::{Interner, Value};
use anyhow::Context as _;
use std::io::{BufRead, Read as _};
use std::path::Path;

/// The most bytes of a line: far above what ten thousand statements take.
const LONGEST: usize = 32 << 20;

/// Answers every line of a file, or of standard input where it is called `-`. Empty lines are passed over.
pub fn answer(file: &Path, answered: impl Fn(&[u8]) -> String) -> Result<Exit, Failure> {
    let cannot = || format!("cannot read {}", file.display());
    let mut input: Box<dyn BufRead> = if file == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(std::io::BufReader::new(std::fs::File::open(file).with_context(cannot)?))
    };
    let mut line = Vec::new();
    loop {
        line.clear();
        // One byte more than is read tells a line that is too long; the rest of it is passed over.
        let read = input.by_ref().take(LONGEST as u64 + 2).read_until(b'\n', &mut line).with_context(cannot)?;
        if read == 0 {
            return Ok(Exit::Clean);
        }
        if line.len() > LONGEST && !line.ends_with(b"\n") {
            input.skip_until(b'\n').with_context(cannot)?;
        }
        if !line.iter().all(u8::is_ascii_whitespace) {
            output::print(&answered(&line))?;
        }
    }
}

/// A line as a value, with every key that is written twice.
pub fn read(line: &[u8]) -> Result<(Value, Vec<Fault>), String> {
    if line.len() > LONGEST {
        return Err(format!("the line has more than the {LONGEST} bytes that are read"));
    }
    let text = std::str::from_utf8(line).map_err(|error| format!("the line is no UTF-8: {error}"))?;
    document::read_json(text, &Interner::new()).map_err(|fault| format!("the line is {fault}"))
}

/// The first key that is written twice inside what stands at a place.
pub fn fault_in<'a>(place: &str, twice: &'a [Fault]) -> Option<&'a Fault> {
    twice.iter().find(|fault| fault.place.strip_prefix(place).is_some_and(|rest| rest.starts_with(['.', '['])))
}
