//! Rule texts → archive, byte for byte the same for the same texts: sorted, without times, owners or modes of the machine that
//! made it, so that whoever has the rules can check the digest. (A later version of the compressor may pack tighter: then the
//! archive that was published is what counts.)

use super::{MANIFEST, Manifest};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// zstd's level: what takes a blink for a hundred rules.
const LEVEL: i32 = 19;

/// How an archive is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// `.tar.zst`
    Zstd,
    /// `.tar.gz`
    Gzip,
}

impl Packing {
    /// What the name of a file asks for.
    pub fn of(name: &str) -> Option<Self> {
        if name.ends_with(".tar.zst") {
            Some(Self::Zstd)
        } else if name.ends_with(".tar.gz") || name.ends_with(".tgz") {
            Some(Self::Gzip)
        } else {
            None
        }
    }
}

/// The archive of these files, by path within it; `pack.yaml` is written anew.
///
/// # Errors
/// A path that is longer than tar can hold.
pub fn write(manifest: &Manifest, files: &BTreeMap<String, String>, packing: Packing) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    archive.mode(tar::HeaderMode::Deterministic);
    let text = manifest.text();
    add(&mut archive, MANIFEST, &text)?;
    for (path, text) in files.iter().filter(|(path, _)| *path != MANIFEST) {
        add(&mut archive, path, text)?;
    }
    let archive = archive.into_inner()?;
    match packing {
        Packing::Zstd => zstd::stream::encode_all(archive.as_slice(), LEVEL),
        Packing::Gzip => {
            let mut encoder = flate2::GzBuilder::new().mtime(0).write(Vec::new(), flate2::Compression::best());
            encoder.write_all(&archive)?;
            encoder.finish()
        }
    }
}

fn add(archive: &mut tar::Builder<Vec<u8>>, path: &str, text: &str) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_size(text.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(0);
    header.set_entry_type(tar::EntryType::Regular);
    archive.append_data(&mut header, path, text.as_bytes())
}
