//! `ledgerline rules pack`: the rules of a folder as one archive with a name, a version and a digest.

use super::PackArgs;
use crate::cli::rule_files::{self, Given};
use crate::cli::{Exit, Failure, output};
use crate::collect;
use crate::diag::{Diagnostic, Source};
use crate::evaluate::pack::{self, MANIFEST, Manifest, Packing};
use crate::evaluate::shipped::{self, shipped};
use crate::evaluate::{self, LoadOptions, Preview, RuleSource, examples};
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::path::Path;

/// Checks the rules, writes the archive and prints what a config needs to name it.
pub fn run(args: &PackArgs) -> Result<Exit, Failure> {
    let output = args.output.as_path();
    let Some(packing) = Packing::of(&output.to_string_lossy()) else {
        return Err(Failure::input(format!("--output {}: name it .tar.zst or .tar.gz", output.display())));
    };
    if !args.folder.is_dir() {
        return Err(Failure::input(format!("{} is no folder", args.folder.display())));
    }
    let manifest = manifest(args)?;
    let mut files = BTreeMap::new();
    let Given { rules, contracts } = checked(&args.folder)?;
    let texts = rules.into_iter().map(|source| (source.path, source.text));
    for (path, text) in texts.chain(contracts.into_iter().map(|source| (source.path, source.text))) {
        let inside = Path::new(&path).strip_prefix(&args.folder).context("internal error: a rule outside its folder")?;
        files.insert(inside.to_string_lossy().replace('\\', "/"), text);
    }
    if files.is_empty() {
        return Err(Failure::input(format!("there is no rule file (*.yaml) in {}", args.folder.display())));
    }
    let archive = pack::write(&manifest, &files, packing).context("cannot write the pack")?;
    // What is handed out is read once as whoever gets it will.
    pack::read(&archive, &output.display().to_string())?;
    output::write(Some(output), &archive)?;
    let (digest, count) = (pack::digest(&archive), files.len());
    output::print(&format!("{digest}  {}\n", output.display()))?;
    output::tell(&format!(
        "{} {}: {count} files. In ledgerline.yaml:\n  rules:\n    packs:\n      - path: {}\n        sha256: {digest}",
        manifest.name,
        manifest.version,
        output.display()
    ));
    Ok(Exit::Clean)
}

/// The manifest of the flags; what they leave out stands in the folder's own.
fn manifest(args: &PackArgs) -> Result<Manifest, Failure> {
    let path = args.folder.join(MANIFEST);
    let own = match std::fs::read_to_string(&path) {
        Ok(text) => Some(Manifest::read(&Source::new(path.display().to_string(), text))?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(anyhow::Error::new(error).context(format!("cannot read {}", path.display())).into()),
    };
    let word = |flag: &Option<String>, own: Option<&arcstr::ArcStr>, name: &str| {
        let word = flag.clone().or_else(|| own.map(ToString::to_string));
        word.ok_or_else(|| {
            Diagnostic::whole("rules pack", format!("--{name} is missing")).help(format!("give it, or write it into {}", path.display()))
        })
    };
    let name = word(&args.name, own.as_ref().map(|own| &own.name), "name");
    let version = word(&args.version, own.as_ref().map(|own| &own.version), "version");
    match (name, version) {
        (Ok(name), Ok(version)) => Manifest::new(&name, &version)
            .map_err(|said| said.into_iter().map(|said| Diagnostic::whole("rules pack", said)).collect::<Vec<_>>().into()),
        (name, version) => Err([name.err(), version.err()].into_iter().flatten().collect::<Vec<_>>().into()),
    }
}

/// The rules of a folder, without a mistake and with examples that hold, and its contracts.
fn checked(folder: &Path) -> Result<Given, Failure> {
    let own = rule_files::read(folder)?;
    let mut sources: Vec<RuleSource> = shipped().into_iter().filter(|source| source.pack == shipped::FRAMEWORKS).collect();
    sources.extend(own.rules.iter().cloned());
    let catalogue = collect::catalogue_for(sources.iter().map(|source| source.text.as_str()));
    let rules = evaluate::load(&sources, &catalogue, &LoadOptions { preview: Preview::All, ..LoadOptions::default() })?;
    let rules = rules.select(&rules.rules().iter().chain(rules.shelf()).map(|rule| rule.info.id.as_str()).collect::<Vec<_>>())?;
    let failed = examples::run_examples(&rules, &catalogue).into_iter().filter_map(|outcome| {
        let said = format!("{}, the example in line {}: {}", outcome.rule, outcome.line, outcome.fault?);
        Some(Diagnostic::whole(outcome.file, said))
    });
    let failed: Vec<Diagnostic> = failed.collect();
    if failed.is_empty() { Ok(own) } else { Err(failed.into()) }
}
