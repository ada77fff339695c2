//! The dated table of public CloudFormation types: what each is identified by, which properties it has, which of them AWS
//! never tells, and what its `list` and `read` handlers need.
//!
//! From AWS's public registry schemas, as the PyPI package `cfn-lint` (MIT-0) carries them; `generate.py` packs the facts
//! into one blob of 150 KB that the build embeds. Asking `cloudformation:DescribeType` instead would cost a call a type
//! before any rule could be checked, and rules are checked without credentials. It is a snapshot: a type that is not here
//! is *unlisted*, never "does not exist".
//!
//! The text, after zstd: a line with the format, the date and the source, then a line a type, sorted; columns are parted by
//! tabs, words by commas:
//!
//! ```text
//! type, handlers (l: list, r: read), permissions of list, permissions of read, primary identifier, property with the tags,
//! top-level properties, write-only properties (a/*/b: in each item), what the list handler must be told
//! ```

mod loose;
mod permission;
mod refused;

#[cfg(test)]
mod tests;

pub use loose::{GET, LIST, loose_types};

use crate::model::Path;
use crate::model::path::Step;
use std::io::Read as _;
use std::sync::LazyLock;

/// A file that is no table of types.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryFault {
    /// It does not unpack.
    #[error("not packed with zstd, not text, or larger than 16 MiB")]
    NotPacked,
    /// It is something else, or of another version.
    #[error("not a table of CloudFormation types of this version")]
    Foreign,
    /// A line does not have its columns, or stands out of order.
    #[error("damaged at line {0}")]
    Broken(usize),
}

/// All public types that AWS had listed on [`Registry::date`].
#[derive(Debug)]
pub struct Registry {
    text: String,
    /// Where each line of a type begins and ends.
    lines: Vec<(usize, usize)>,
}

/// The first words, with the version of the layout.
const HEAD: &str = "cloudformation-types 1\t";
/// Many times of what the table of October 2026 unpacks to.
const LARGEST: u64 = 16 << 20;
/// How many columns a line has.
const COLUMNS: usize = 9;

impl Registry {
    /// The table that is part of the binary.
    ///
    /// # Panics
    /// Never for a binary that passed its tests.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Registry> = LazyLock::new(|| {
            Registry::read(include_bytes!("types.tsv.zst")).unwrap_or_else(|fault| panic!("internal error: the table of types: {fault}"))
        });
        &EMBEDDED
    }

    /// Unpacks and checks a table.
    ///
    /// # Errors
    /// [`RegistryFault`] where it is none.
    pub fn read(packed: &[u8]) -> Result<Self, RegistryFault> {
        let mut text = String::new();
        let unpacked = zstd::stream::read::Decoder::new(packed).and_then(|decoder| decoder.take(LARGEST + 1).read_to_string(&mut text));
        if unpacked.is_err() || text.len() as u64 > LARGEST {
            return Err(RegistryFault::NotPacked);
        }
        if !text.starts_with(HEAD) {
            return Err(RegistryFault::Foreign);
        }
        let mut lines = Vec::new();
        let (mut at, mut before) = (0, "");
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let end = at + line.trim_end_matches('\n').len();
            if number > 0 {
                let name = line.split('\t').next().unwrap_or_default();
                if line.split('\t').count() != COLUMNS || name <= before {
                    return Err(RegistryFault::Broken(number + 1));
                }
                before = name;
                lines.push((at, end));
            }
            at += line.len();
        }
        Ok(Self { lines, text })
    }

    /// The day that AWS published the schemas, `2026-10-20`.
    pub fn date(&self) -> &str {
        self.text.lines().next().and_then(|head| head.split('\t').nth(1)).unwrap_or_default()
    }

    /// The type of this name.
    pub fn find(&self, name: &str) -> Option<Row<'_>> {
        let at = self.lines.binary_search_by(|line| self.line(*line).split('\t').next().unwrap_or_default().cmp(name)).ok()?;
        Some(Row { line: self.line(*self.lines.get(at)?) })
    }

    /// All types, sorted by name.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.lines.iter().map(|line| Row { line: self.line(*line) })
    }

    fn line(&self, (from, to): (usize, usize)) -> &str {
        self.text.get(from..to).unwrap_or_default()
    }
}

/// One type.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    line: &'a str,
}

impl<'a> Row<'a> {
    fn column(self, at: usize) -> &'a str {
        self.line.split('\t').nth(at).unwrap_or_default()
    }

    fn words(self, at: usize) -> impl Iterator<Item = &'a str> {
        self.column(at).split(',').filter(|word| !word.is_empty())
    }

    /// Its name.
    pub fn name(self) -> &'a str {
        self.column(0)
    }

    /// Whether it has a handler that lists.
    pub fn lists(self) -> bool {
        self.column(1).contains('l')
    }

    /// Whether it has a handler that reads one.
    pub fn reads(self) -> bool {
        self.column(1).contains('r')
    }

    /// The IAM actions, or patterns of such, that its `list` handler makes with the caller's credentials.
    pub fn list_permissions(self) -> impl Iterator<Item = &'a str> {
        self.words(2)
    }

    /// The IAM actions, or patterns of such, that its `read` handler makes with the caller's credentials.
    pub fn read_permissions(self) -> impl Iterator<Item = &'a str> {
        self.words(3)
    }

    /// The properties that identify a resource, in the order of the identifier's parts; `A/B` where one lies inside another.
    pub fn identifier(self) -> impl Iterator<Item = &'a str> {
        self.words(4)
    }

    /// The top-level property that holds the tags.
    pub fn tags(self) -> Option<&'a str> {
        Some(self.column(5)).filter(|name| !name.is_empty())
    }

    /// The top-level properties, sorted.
    pub fn properties(self) -> impl Iterator<Item = &'a str> {
        self.words(6)
    }

    /// What AWS takes and never tells, as paths of a resource.
    pub fn untold(self) -> impl Iterator<Item = Path> {
        self.words(7).map(|pointer| {
            let steps = pointer.split('/').map(|step| if step == "*" { Step::Every } else { Step::Key(step.into()) });
            Path::new([Step::Key("properties".into())].into_iter().chain(steps).collect())
        })
    }

    /// What the `list` handler must be told: the resource that those listed hang on. Without any, all can be listed.
    pub fn hangs_on(self) -> impl Iterator<Item = &'a str> {
        self.words(8)
    }
}
