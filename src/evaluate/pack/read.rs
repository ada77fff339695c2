//! Archive → rule texts. Everything that should not be in it is told at once; one such thing refuses the archive.

use super::{LONGEST_PATH, MANIFEST, MOST_ENTRIES, MOST_PACKED, MOST_UNPACKED, Manifest};
use crate::diag::{Diagnostic, Source};
use crate::evaluate::rulefile::MOST_BYTES;
use std::collections::BTreeSet;
use std::io::{self, Read};
use tar::EntryType;

const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// The largest window that a zstd stream may ask for, as a power of two: 8 MiB, what levels up to 19 use.
const WINDOW: u32 = 23;

/// Whether the first bytes of a file are those of a pack. A tar archive without compression is none.
pub fn looks_like_pack(head: &[u8]) -> bool {
    head.starts_with(&ZSTD) || head.starts_with(&GZIP)
}

/// What a pack says about itself, and its files by path.
pub type Unpacked = (Manifest, Vec<(String, String)>);

/// What a pack says about itself, and its YAML files by their paths below `name`, which is what the operator calls the archive.
///
/// # Errors
/// Everything that an archive of rules does not hold: links, devices, paths that are absolute or lead upwards, names that are no
/// text or come twice, too many or too large files, no `pack.yaml`. An archive that cannot be read.
pub fn read(archive: &[u8], name: &str) -> Result<Unpacked, Vec<Diagnostic>> {
    let whole = |message: String| Diagnostic::whole(name, message);
    if archive.len() > MOST_PACKED {
        return Err(vec![whole(format!("the pack has {} bytes, more than the {MOST_PACKED} that are read", archive.len()))]);
    }
    let unreadable = |error: io::Error| vec![whole(format!("the pack cannot be read: {error}"))];
    let stream: Box<dyn Read + '_> = if archive.starts_with(&ZSTD) {
        let mut decoder = zstd::stream::read::Decoder::with_buffer(archive).map_err(unreadable)?;
        decoder.window_log_max(WINDOW).map_err(unreadable)?;
        Box::new(decoder)
    } else if archive.starts_with(&GZIP) {
        Box::new(flate2::read::GzDecoder::new(archive))
    } else {
        return Err(vec![whole("this is no pack: neither zstd nor gzip".to_owned()).help("`ledgerline rules pack` writes one")]);
    };
    let mut files = Files { name, seen: BTreeSet::new(), texts: Vec::new(), faults: Vec::new() };
    files.read(stream).map_err(|error| [std::mem::take(&mut files.faults), unreadable(error)].concat())?;
    files.finish()
}

/// What was found so far.
struct Files<'n> {
    name: &'n str,
    seen: BTreeSet<String>,
    texts: Vec<(String, String)>,
    faults: Vec<Diagnostic>,
}

impl Files<'_> {
    fn read(&mut self, stream: Box<dyn Read + '_>) -> io::Result<()> {
        let mut archive = tar::Archive::new(Bounded { stream, left: MOST_UNPACKED });
        for (count, entry) in archive.entries()?.enumerate() {
            if count >= MOST_ENTRIES {
                return Err(io::Error::other(format!("it has more than {MOST_ENTRIES} entries")));
            }
            self.entry(entry?)?;
        }
        Ok(())
    }

    fn entry(&mut self, mut entry: tar::Entry<'_, Bounded<'_>>) -> io::Result<()> {
        let (kind, size, bytes) = (entry.header().entry_type(), entry.size(), entry.path_bytes().into_owned());
        let Ok(written) = std::str::from_utf8(&bytes) else {
            self.refuse(&String::from_utf8_lossy(&bytes), "its name is no UTF-8");
            return Ok(());
        };
        match kind {
            // What git adds: the commit that the archive was made from.
            EntryType::XGlobalHeader => return Ok(()),
            EntryType::Regular | EntryType::Directory => {}
            other => {
                self.refuse(written, what(other));
                return Ok(());
            }
        }
        let path = match inside(written) {
            Ok(path) => path,
            Err(why) => {
                self.refuse(written, why);
                return Ok(());
            }
        };
        if kind == EntryType::Directory {
            return Ok(());
        }
        if !self.seen.insert(path.clone()) {
            self.refuse(written, "it is there twice");
            return Ok(());
        }
        let hidden = path.split('/').any(|part| part.starts_with('.'));
        let is_yaml = path.ends_with(".yaml") || path.ends_with(".yml");
        if hidden || !is_yaml {
            return Ok(());
        }
        if size > MOST_BYTES as u64 {
            self.refuse(written, "it is larger than a rule file may be");
            return Ok(());
        }
        let mut text = Vec::new();
        // The header's size is not trusted: what is read counts.
        entry.by_ref().take(MOST_BYTES as u64 + 1).read_to_end(&mut text)?;
        match String::from_utf8(text) {
            Ok(text) if text.len() <= MOST_BYTES => self.texts.push((path, text)),
            Ok(_) => self.refuse(written, "it is larger than a rule file may be"),
            Err(_) => self.refuse(written, "its text is no UTF-8"),
        }
        Ok(())
    }

    fn refuse(&mut self, path: &str, why: &str) {
        self.faults.push(Diagnostic::whole(self.name, format!("the pack is refused for {path:?}: {why}")));
    }

    fn finish(self) -> Result<Unpacked, Vec<Diagnostic>> {
        let Self { name, texts, mut faults, .. } = self;
        let manifest = match texts.iter().find(|(path, _)| path == MANIFEST) {
            Some((path, text)) => Manifest::read(&Source::new(format!("{name}/{path}"), text.as_str())),
            None => Err(vec![Diagnostic::whole(name, format!("the pack has no {MANIFEST}")).help("it holds `name:` and `version:`")]),
        };
        let manifest = match manifest {
            Ok(manifest) if faults.is_empty() => manifest,
            Ok(_) => return Err(faults),
            Err(found) => {
                faults.extend(found);
                return Err(faults);
            }
        };
        let files: Vec<(String, String)> =
            texts.into_iter().filter(|(path, _)| path != MANIFEST).map(|(path, text)| (format!("{name}/{path}"), text)).collect();
        if files.is_empty() {
            return Err(vec![Diagnostic::whole(name, "the pack holds no rule")]);
        }
        Ok((manifest, files))
    }
}

/// What an entry is that has no place in a pack.
fn what(kind: EntryType) -> &'static str {
    match kind {
        EntryType::Symlink | EntryType::Link => "it is a link",
        EntryType::Char | EntryType::Block => "it is a device",
        EntryType::Fifo => "it is a pipe",
        _ => "it is neither a file nor a folder",
    }
}

/// The path without `./`, where it stays inside the archive.
fn inside(written: &str) -> Result<String, &'static str> {
    if written.len() > LONGEST_PATH {
        return Err("its path is too long");
    }
    if written.starts_with('/') {
        return Err("its path is absolute");
    }
    if written.contains(['\\', ':']) || written.chars().any(char::is_control) {
        return Err("its path has characters that no rule's path has");
    }
    let parts: Vec<&str> = written.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") {
        return Err("its path leads upwards");
    }
    Ok(parts.join("/"))
}

/// A stream that fails where it yields more than it may.
struct Bounded<'a> {
    stream: Box<dyn Read + 'a>,
    left: u64,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or_else(|| io::Error::other(format!("it unpacks to more than {} MiB", MOST_UNPACKED >> 20)))?;
        Ok(count)
    }
}
