//! Whether a report is as it was made: each part, the signature, and its place behind the one before.

use super::{Manifest, SCHEMA, is_signed, sha256};
use arcstr::ArcStr;

/// What is wrong with a report, in words for whoever has to find out why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The manifest cannot be read.
    #[error("the manifest is none of ours: {0}")]
    Unreadable(String),
    /// The signature does not fit.
    #[error("the signature does not fit the manifest: one of both was changed after signing")]
    Signature,
    /// Somebody else signed it.
    #[error("the manifest is signed by the key {0}, which is not the one that was named")]
    Stranger(ArcStr),
    /// A part is not there.
    #[error("the part {0} is missing")]
    Missing(ArcStr),
    /// A part has a name that no part of ours has.
    #[error("the manifest names a part {0:?}, which is no file name")]
    Name(ArcStr),
    /// A part was changed.
    #[error("the part {name} was changed: its SHA-256 is {found}, the manifest says {said}")]
    Changed {
        /// Its name.
        name: ArcStr,
        /// The digest of what is there.
        found: ArcStr,
        /// The digest of what was there.
        said: ArcStr,
    },
    /// The chain does not begin with the first report.
    #[error("report {report} follows report {previous}, which is missing: the beginning of the chain was taken away")]
    Beginning {
        /// The first that is there.
        report: ArcStr,
        /// The one before it.
        previous: ArcStr,
    },
    /// A report does not follow the one before.
    #[error("report {report} does not follow report {previous}: one between or before them was changed, added or taken out")]
    Broken {
        /// The later.
        report: ArcStr,
        /// The one that should be before it.
        previous: ArcStr,
    },
    /// The key changed.
    #[error("report {report} is signed by another key than report {previous}")]
    KeyChanged {
        /// The later.
        report: ArcStr,
        /// The earlier.
        previous: ArcStr,
    },
}

/// A report whose manifest could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it says.
    pub manifest: Manifest,
    /// The SHA-256 of its bytes.
    pub sha256: ArcStr,
}

/// Checks one report: signature, key and parts. `keys` are the public keys that it may be signed by, any where none is named;
/// `content` answers the bytes of a part.
pub fn check(
    manifest: &str,
    signature: &str,
    keys: &[ArcStr],
    mut content: impl FnMut(&str) -> Option<Vec<u8>>,
) -> (Option<Link>, Vec<Fault>) {
    let mut faults = Vec::new();
    let link = match serde_json::from_str::<Manifest>(manifest) {
        Ok(read) if read.schema == SCHEMA => Link { manifest: read, sha256: sha256(manifest.as_bytes()) },
        Ok(read) => return (None, vec![Fault::Unreadable(format!("its schema is {:?}", read.schema.as_str()))]),
        Err(error) => return (None, vec![Fault::Unreadable(error.to_string())]),
    };
    let key = &link.manifest.public_key;
    if !is_signed(manifest.as_bytes(), signature.trim(), key) {
        faults.push(Fault::Signature);
    }
    if !keys.is_empty() && !keys.contains(key) {
        faults.push(Fault::Stranger(key.clone()));
    }
    for part in &link.manifest.parts {
        if !is_file_name(&part.name) {
            faults.push(Fault::Name(part.name.clone()));
            continue;
        }
        let Some(bytes) = content(&part.name) else {
            faults.push(Fault::Missing(part.name.clone()));
            continue;
        };
        let found = sha256(&bytes);
        if found != part.sha256 || bytes.len() as u64 != part.bytes {
            faults.push(Fault::Changed { name: part.name.clone(), found, said: part.sha256.clone() });
        }
    }
    (Some(link), faults)
}

/// A manifest may come from anybody: its names never lead out of the folder.
fn is_file_name(name: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(plain)
}

/// Checks that reports follow each other, oldest first. Where `from_the_first`, the first one must have none before it.
pub fn check_chain(links: &[Link], from_the_first: bool) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Some(Link { manifest, .. }) = links.first()
        && let Some(previous) = manifest.previous.as_ref().filter(|_| from_the_first)
    {
        faults.push(Fault::Beginning { report: manifest.report.clone(), previous: previous.report.clone() });
    }
    for (before, after) in links.iter().zip(links.iter().skip(1)) {
        let (report, previous) = (after.manifest.report.clone(), before.manifest.report.clone());
        let follows = after.manifest.previous.as_ref().is_some_and(|named| named.sha256 == before.sha256 && named.report == previous);
        if !follows {
            faults.push(Fault::Broken { report: report.clone(), previous: previous.clone() });
        }
        if after.manifest.public_key != before.manifest.public_key {
            faults.push(Fault::KeyChanged { report, previous });
        }
    }
    faults
}
