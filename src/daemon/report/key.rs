//! The file of the key that signs reports: named in the config, else made beside the store at first use, for its owner's eyes only.

use super::super::config::ReportConfig;
use super::ReportError;
use crate::publish::report::manifest::SigningKey;
use crate::store::Store;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Where the key is: the file that the config names, else one beside the store's file.
pub fn key_file(config: &ReportConfig, store: &dyn Store) -> PathBuf {
    let beside = || PathBuf::from(format!("{}.report-key", store.name().split_once("://").map_or(store.name(), |(_, path)| path)));
    config.key.clone().unwrap_or_else(beside)
}

/// The key in a file, made where there is none. One that is there and of which others may read is used, and said.
///
/// # Errors
/// Where the file cannot be read or made, or holds no key.
pub fn signing_key(path: &Path) -> Result<SigningKey, ReportError> {
    let fault = |act: &'static str| move |why| ReportError::KeyFile { act, path: path.to_owned(), why };
    let bytes = match std::fs::read(path) {
        Ok(bytes) => {
            warn_of_readers(path);
            bytes
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let bytes = SigningKey::generate().map_err(|why| ReportError::Key { path: path.to_owned(), why })?;
            match make(path, &bytes) {
                Ok(()) => bytes,
                // Another process was quicker, and its key counts.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => std::fs::read(path).map_err(fault("read"))?,
                Err(error) => return Err(fault("make")(error)),
            }
        }
        Err(error) => return Err(fault("read")(error)),
    };
    SigningKey::read(&bytes).map_err(|why| ReportError::Key { path: path.to_owned(), why })
}

/// Whole or not at all: half a key would stop every later report.
fn make(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Such a file has mode 0600.
    let mut file = tempfile::Builder::new().prefix(".ledgerline-key-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

#[cfg(unix)]
fn warn_of_readers(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path).map_or(0, |metadata| metadata.permissions().mode());
    if mode & 0o077 != 0 {
        tracing::warn!(path = %path.display(), "others on this machine may read the key that signs reports: chmod 600");
    }
}

#[cfg(not(unix))]
fn warn_of_readers(_path: &Path) {}
