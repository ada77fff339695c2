//! Finds the data files of an export on this machine.
//!
//! A folder that holds manifests is read by them and by nothing else. One without any is taken as it is, every `.parquet`, `.csv` and
//! `.csv.gz` in it: there is nothing that could tell whether it is complete, and the caller says so.

use super::manifest::{self, MOST_BYTES};
use super::{DataFile, ExportFault, Why, is_manifest, listed};
use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Folders in folders, this deep: prefix, export, data, month, delivery.
const DEEPEST: usize = 8;
const ENDINGS: [&str; 3] = [".parquet", ".csv", ".csv.gz"];

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The data files.
    pub files: Vec<DataFile>,
    /// The manifests that name them. None where there is none.
    pub manifests: Vec<DataFile>,
}

impl Found {
    /// Holds if no manifest was replaced since: a new delivery would otherwise be mixed with the old one.
    ///
    /// # Errors
    /// [`Why::Replaced`] where one was.
    pub fn recheck(&self) -> Result<(), ExportFault> {
        self.manifests.iter().try_for_each(|manifest| manifest.pin.check(&manifest.path, &manifest.name))
    }
}

/// Finds the data files of a file, a manifest, or a folder.
///
/// # Errors
/// Where there are none, or not all that a manifest names.
pub fn find(path: &Path) -> Result<Found, ExportFault> {
    let name = path.display().to_string();
    let there = std::fs::metadata(path).map_err(|why| ExportFault::new(&name, Why::Unreadable(why)))?;
    if there.is_file() {
        let file = DataFile::at(path.to_owned(), name.clone())?;
        return if is_manifest(&name) { of_manifests(vec![file]) } else { Ok(Found { files: vec![file], manifests: Vec::new() }) };
    }
    let mut paths = BTreeSet::new();
    walk(path, DEEPEST, &mut paths)?;
    let manifests: Vec<String> = paths.iter().filter(|path| is_manifest(path)).cloned().collect();
    if !manifests.is_empty() {
        let manifests = manifest::newest(manifests).into_iter().map(|path| DataFile::at(PathBuf::from(&path), path));
        return of_manifests(manifests.collect::<Result<_, _>>()?);
    }
    let data = paths.into_iter().filter(|path| ENDINGS.iter().any(|ending| path.to_ascii_lowercase().ends_with(ending)));
    let files = data.map(|path| DataFile::at(PathBuf::from(&path), path)).collect::<Result<Vec<_>, _>>()?;
    if files.is_empty() {
        return Err(ExportFault::new(&name, Why::Nothing("holds neither a manifest nor a .parquet, .csv or .csv.gz file".to_owned())));
    }
    Ok(Found { files, manifests: Vec::new() })
}

/// Every file below a folder, but hidden ones and what writers leave (`_SUCCESS`, `_temporary`).
fn walk(folder: &Path, depth: usize, found: &mut BTreeSet<String>) -> Result<(), ExportFault> {
    let unreadable = |why| ExportFault::new(&folder.display().to_string(), Why::Unreadable(why));
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(['.', '_']) {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            if depth > 0 {
                walk(&path, depth - 1, found)?;
            }
        } else if let Some(text) = path.to_str() {
            found.insert(text.to_owned());
        } else {
            let why = std::io::Error::other("its name is no Unicode");
            return Err(ExportFault::new(&path.display().to_string(), Why::Unreadable(why)));
        }
    }
    Ok(())
}

fn of_manifests(manifests: Vec<DataFile>) -> Result<Found, ExportFault> {
    let mut paths: BTreeSet<PathBuf> = BTreeSet::new();
    for manifest in &manifests {
        let mut text = Vec::new();
        let unreadable = |why| ExportFault::new(&manifest.name, Why::Unreadable(why));
        std::fs::File::open(&manifest.path).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut text)).map_err(unreadable)?;
        let mut missing = Vec::new();
        for wanted in listed(&manifest.name, &text)? {
            match beside(&manifest.path, &wanted.key) {
                Some(path) => _ = paths.insert(path),
                None => missing.push(wanted.key),
            }
        }
        if !missing.is_empty() {
            return Err(ExportFault::new(&manifest.name, Why::Missing(missing)));
        }
    }
    let files = paths.into_iter().map(|path| DataFile::at(path.clone(), path.display().to_string()));
    Ok(Found { files: files.collect::<Result<_, _>>()?, manifests })
}

/// Where a key lies in a copy of a bucket: as much of its end as is there, below the manifest's folder or a folder around it. The bare
/// name counts beside the manifest alone: months have files of one name.
fn beside(manifest: &Path, key: &str) -> Option<PathBuf> {
    let around: Vec<&Path> = manifest.ancestors().skip(1).take(DEEPEST).collect();
    let parts: Vec<&str> = key.split('/').collect();
    for at in 0..parts.len() {
        let end: PathBuf = parts.iter().skip(at).collect();
        let alone = at + 1 == parts.len() && at > 0;
        for base in around.iter().take(if alone { 1 } else { DEEPEST }) {
            let path = base.join(&end);
            if path.is_file() {
                return Some(path);
            }
        }
    }
    None
}
