//! Rule files and contracts besides the shipped ones: of directories, of single files, of packs.

use super::Failure;
use crate::diag::{Diagnostic, Source};
use crate::evaluate::RuleSource;
use crate::evaluate::config::{PackSetting, RulesConfig};
use crate::evaluate::contract::ContractSource;
use crate::evaluate::pack::{self, Manifest};
use crate::evaluate::shipped::{self, FRAMEWORKS};
use anyhow::Context as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// What directories, files and packs hold.
#[derive(Debug, Default)]
pub struct Given {
    /// Rules, and catalogues of control frameworks.
    pub rules: Vec<RuleSource>,
    /// Contracts.
    pub contracts: Vec<ContractSource>,
}

impl Given {
    fn of(files: Vec<(String, String)>) -> Self {
        Self { contracts: shipped::contracts(files.iter().cloned()), rules: shipped::sources(files) }
    }

    /// The rules of a pack bear its name.
    fn packed(manifest: &Manifest, files: Vec<(String, String)>) -> Self {
        let mut given = Self::of(files);
        for source in given.rules.iter_mut().filter(|source| source.pack != FRAMEWORKS) {
            source.pack = manifest.name.clone();
        }
        given
    }

    fn join(&mut self, more: Self) {
        self.rules.extend(more.rules);
        self.contracts.extend(more.contracts);
    }
}

/// What the config's directories and packs hold, and what flags name. Mistakes of all packs are told together.
pub fn configured(config: &RulesConfig, flags: &[PathBuf]) -> Result<Given, Failure> {
    let (mut given, mut faults) = (Given::default(), Vec::new());
    for path in config.directories.iter().chain(flags) {
        given.join(read(path)?);
    }
    for pack in &config.packs {
        match configured_pack(pack, config.source.as_ref()) {
            Ok(more) => given.join(more),
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() { Ok(given) } else { Err(faults.into()) }
}

/// What a directory holds, or the one file or pack that the path names.
pub fn read(path: &Path) -> Result<Given, Failure> {
    if path.is_file() && path.extension().is_none_or(|extension| extension != "yaml" && extension != "yml") {
        let archive = bytes(path).with_context(|| format!("cannot read rules from {}", path.display()))?;
        if pack::looks_like_pack(&archive) {
            let (manifest, files) = pack::read(&archive, &path.display().to_string())?;
            return Ok(Given::packed(&manifest, files));
        }
    }
    let mut files = Vec::new();
    walk(path, &mut files).with_context(|| format!("cannot read rules from {}", path.display()))?;
    Ok(Given::of(files))
}

/// A pack, if its digest is the one that the config names.
fn configured_pack(pack: &PackSetting, config: Option<&Source>) -> Result<Given, Vec<Diagnostic>> {
    let name = pack.path.display().to_string();
    let at = |span: &std::ops::Range<usize>, message: String| match config {
        Some(config) => Diagnostic::at(config, span.clone(), message),
        None => Diagnostic::whole(name.as_str(), message),
    };
    let archive = bytes(&pack.path).map_err(|error| vec![at(&pack.path_span, format!("cannot read the pack {name}: {error}"))])?;
    let digest = pack::digest(&archive);
    if digest != pack.sha256 {
        let fault = at(&pack.sha256_span, format!("{name} is not the pack that was meant: its SHA-256 is {digest}"));
        return Err(vec![fault.help("look at what changed before you write the new digest here")]);
    }
    pack::read(&archive, &name).map(|(manifest, files)| Given::packed(&manifest, files))
}

/// The bytes of an archive, no more than one too many of those that are read.
fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut archive = Vec::new();
    std::fs::File::open(path)?.take(pack::MOST_PACKED as u64 + 1).read_to_end(&mut archive)?;
    Ok(archive)
}

/// All YAML files under a directory. Hidden entries are left out: Kubernetes mounts a config map's files twice, once under `..data`.
fn walk(path: &Path, files: &mut Vec<(String, String)>) -> std::io::Result<()> {
    if !path.is_dir() {
        let text = std::fs::read(path)?;
        files.push((path.display().to_string(), String::from_utf8_lossy(&text).into_owned()));
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        let inner = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let rules = inner.is_dir() || inner.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        if rules && !hidden {
            walk(&inner, files)?;
        }
    }
    Ok(())
}
