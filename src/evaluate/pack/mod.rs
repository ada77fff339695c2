//! Rule packs: rules of others as one versioned archive, known by its digest.
//!
//! A pack is a tar archive, compressed with zstd or gzip, of rule files in folders and `pack.yaml` with its name and version. It is
//! read in memory and never unpacked: what no file is written from cannot be written outside its folder. All the same an archive
//! with links, devices, or paths that lead elsewhere is refused whole: whoever made it meant something else than rules.

mod read;
mod write;

#[cfg(test)]
mod tests;

use super::rulefile::check::{is_id, is_version};
use crate::diag::yaml::{self, Table};
use crate::diag::{Diagnostic, Faults, Source};
use arcstr::ArcStr;
use sha2::Digest as _;

pub use read::{looks_like_pack, read};
pub use write::{Packing, write};

/// The file that names a pack; no rule.
pub const MANIFEST: &str = "pack.yaml";
/// The largest archive that is read, in bytes, as it lies on disk.
pub const MOST_PACKED: usize = 32 << 20;
/// The most bytes of an archive when it is unpacked: what a few kilobytes of zeros could grow to is cut here.
const MOST_UNPACKED: u64 = 64 << 20;
/// The most entries of an archive.
const MOST_ENTRIES: usize = 4096;
/// The longest path in an archive, in bytes.
const LONGEST_PATH: usize = 200;

/// What a pack says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Its name: small words joined by `-`.
    pub name: ArcStr,
    /// Its version, as in `1.2.0`.
    pub version: ArcStr,
}

impl Manifest {
    /// A manifest of these words.
    ///
    /// # Errors
    /// A sentence for each word that cannot be what it should be.
    pub fn new(name: &str, version: &str) -> Result<Self, Vec<String>> {
        let mut faults = Vec::new();
        if !is_id(name) {
            faults.push(format!("{name:?} can't be a pack's name: use small words joined by -, as in acme-baseline"));
        }
        if !is_version(version) {
            faults.push(format!("{version:?} can't be a pack's version: write three numbers, as in 1.2.0"));
        }
        if faults.is_empty() { Ok(Self { name: name.into(), version: version.into() }) } else { Err(faults) }
    }

    /// Reads `pack.yaml`.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn read(file: &Source) -> Result<Self, Vec<Diagnostic>> {
        let root = yaml::parse(file).map_err(|diagnostic| vec![diagnostic])?;
        let mut faults = Faults::new(file.clone());
        let mut manifest = None;
        if let Some(table) = Table::of(&root, "pack.yaml", &mut faults) {
            let mut word = |key: &'static str| {
                let node = table.required(key, &mut faults)?;
                node.word(key, &mut faults)
            };
            let (name, version) = (word("name"), word("version"));
            if let (Some(name), Some(version)) = (name, version) {
                match Self::new(&name, &version) {
                    Ok(read) => manifest = Some(read),
                    Err(said) => said.into_iter().for_each(|said| faults.add(table.span(), said)),
                }
            }
            table.finish("pack.yaml", &mut faults);
        }
        match manifest {
            Some(manifest) if faults.is_empty() => Ok(manifest),
            Some(_) | None => Err(faults.into_diagnostics()),
        }
    }

    /// The text of `pack.yaml`.
    fn text(&self) -> String {
        format!("name: {}\nversion: {}\n", self.name, self.version)
    }
}

/// SHA-256 of an archive as it lies on disk, in lower-case hex: what `sha256sum` prints.
pub fn digest(archive: &[u8]) -> String {
    sha2::Sha256::digest(archive).iter().map(|byte| format!("{byte:02x}")).collect()
}
