//! `report verify`: whether reports are as they were made. A folder, the folders in a folder, a part, or all that a store keeps.

use crate::cli::parts::{self, Parts};
use crate::cli::{Exit, Failure, output};
use crate::daemon::report::key_file;
use crate::publish::export::printable;
use crate::publish::report::manifest::{self, FILE, Fault, Link, SIGNATURE_FILE, SigningKey};
use crate::store::PageRequest;
use anyhow::Context as _;
use arcstr::ArcStr;
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Flags of `ledgerline report verify`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
A folder has the parts of one report with manifest.json and manifest.sig, or folders that have; a file is any part of one.
The public key in a manifest proves that its parts belong together, not who made them: --public-key says who it has to be. For a store
it is the key that signs there, where its file can be read.

Exit codes: 0 all is as it was made, 1 something is not, 2 there is nothing that could be verified.

Examples:
  ledgerline report verify reports/2026-11-23
  ledgerline report verify reports --public-key 8a6f…
  ledgerline report verify --store sqlite:///var/lib/ledgerline/ledgerline.db")]
pub struct VerifyArgs {
    /// A folder, or a file in it; may be given several times
    #[arg(value_name = "FOLDER|FILE")]
    paths: Vec<PathBuf>,
    /// Verify all reports that this store keeps: sqlite://FILE
    #[arg(long, value_name = "URL")]
    store: Option<String>,
    /// The key that has to have signed, in hex, or a file with it; may be given several times
    #[arg(long, value_name = "HEX|FILE")]
    public_key: Vec<String>,
}

/// One report: what it is called, what was read of it, and what is wrong.
struct Verified {
    name: String,
    link: Option<Link>,
    faults: Vec<Fault>,
}

pub fn run(args: &VerifyArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let keys = args.public_key.iter().map(|key| public_key(key)).collect::<Result<Vec<_>, _>>()?;
    let mut chains: Vec<(Vec<Verified>, Vec<Fault>)> = Vec::new();
    if !args.paths.is_empty() {
        let mut reports = BTreeMap::new();
        for path in &args.paths {
            for folder in folders(path)? {
                let verified = in_folder(&folder, &keys)?;
                let id = verified.link.as_ref().map(|link| link.manifest.report.clone());
                // Of one report in two folders both are verified, and one is enough for the chain.
                reports.insert((id, verified.name.clone()), verified);
            }
        }
        let reports: Vec<Verified> = reports.into_values().collect();
        let faults = chained(&reports, false);
        chains.push((reports, faults));
    }
    if args.paths.is_empty() || args.store.is_some() {
        chains.push(parts::block_on(in_store(args, config, &keys))?);
    }
    tell(&chains, !keys.is_empty())
}

/// 64 hex digits, or a file with them.
fn public_key(word: &str) -> Result<ArcStr, Failure> {
    let is_key = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_key(word) {
        return Ok(word.to_ascii_lowercase().into());
    }
    let text =
        std::fs::read_to_string(word).with_context(|| format!("{word:?} is no public key of 64 hex digits, and no file with one"))?;
    let text = text.trim();
    if is_key(text) {
        Ok(text.to_ascii_lowercase().into())
    } else {
        Err(Failure::input(format!("{word} holds no public key of 64 hex digits")))
    }
}

/// The folders with a manifest that a path means.
fn folders(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let metadata = std::fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
    if metadata.is_file() {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        return if folder.join(FILE).is_file() { Ok(vec![folder.to_owned()]) } else { Err(no_manifest(folder)) };
    }
    if path.join(FILE).is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut found: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|inner| inner.join(FILE).is_file()).collect();
    found.sort();
    if found.is_empty() { Err(no_manifest(path)) } else { Ok(found) }
}

fn no_manifest(folder: &Path) -> Failure {
    Failure::input(format!("{} has no {FILE}, and no folder in it has one", folder.display()))
}

fn in_folder(folder: &Path, keys: &[ArcStr]) -> Result<Verified, Failure> {
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    // Bytes that are no text are no manifest of ours; that is told as such.
    let manifest = String::from_utf8_lossy(&read(FILE)?).into_owned();
    let signature = if folder.join(SIGNATURE_FILE).is_file() { read(SIGNATURE_FILE)? } else { Vec::new() };
    let content = |name: &str| std::fs::read(folder.join(name)).ok();
    let (link, faults) = manifest::check(&manifest, &String::from_utf8_lossy(&signature), keys, content);
    Ok(Verified { name: folder.display().to_string(), link, faults })
}

async fn in_store(args: &VerifyArgs, config: Option<&Path>, keys: &[ArcStr]) -> Result<(Vec<Verified>, Vec<Fault>), Failure> {
    let parts = Parts::load(config, &[])?;
    let Some(store) = parts.store(args.store.as_deref()).await? else {
        return Err(Failure::input("name a folder, a file, or a store with --store sqlite://FILE"));
    };
    let own = std::fs::read(key_file(&parts.config.report, store.as_ref())).ok().and_then(|bytes| SigningKey::read(&bytes).ok());
    let own: Vec<ArcStr> = own.iter().map(SigningKey::public).collect();
    let keys = if keys.is_empty() { &own } else { keys };
    let (mut verified, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.reports(&PageRequest::new(50, cursor)).await?;
        for kept in &page.items {
            let mut contents = BTreeMap::new();
            for part in &kept.parts {
                // What cannot be read back is missing; what was read is compared.
                if let Ok(Some(bytes)) = store.report_part(&kept.id, &part.name).await {
                    contents.insert(part.name.clone(), bytes);
                }
            }
            let (link, faults) = manifest::check(&kept.manifest, &kept.signature, keys, |name| contents.remove(name));
            verified.push(Verified { name: kept.id.to_string(), link, faults });
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    if verified.is_empty() {
        return Err(Failure::input(format!("{} keeps no reports", store.name())));
    }
    verified.reverse();
    store.close().await;
    let faults = chained(&verified, true);
    Ok((verified, faults))
}

/// What is wrong between reports. One whose manifest cannot be read is missing in the chain, which breaks it.
fn chained(reports: &[Verified], from_the_first: bool) -> Vec<Fault> {
    let mut links: Vec<Link> = reports.iter().filter_map(|verified| verified.link.clone()).collect();
    links.dedup();
    manifest::check_chain(&links, from_the_first)
}

fn tell(chains: &[(Vec<Verified>, Vec<Fault>)], named: bool) -> Result<Exit, Failure> {
    let (mut text, mut wrong, mut count) = (String::new(), 0, 0);
    for (reports, broken) in chains {
        for report in reports {
            count += 1;
            let name = printable(&report.name);
            match (&report.link, report.faults.as_slice()) {
                (Some(Link { manifest, .. }), []) => {
                    let key = printable(&manifest.public_key);
                    text.push_str(&format!("good   {name}: {} parts, signed by {key}\n", manifest.parts.len()));
                }
                (_, faults) => {
                    wrong += faults.len();
                    text.push_str(&format!("WRONG  {name}\n"));
                    faults.iter().for_each(|fault| text.push_str(&format!("       {}\n", printable(&fault.to_string()))));
                }
            }
        }
        wrong += broken.len();
        broken.iter().for_each(|fault| text.push_str(&format!("WRONG  {}\n", printable(&fault.to_string()))));
    }
    let reports = if count == 1 { "report is" } else { "reports are" };
    if wrong == 0 {
        text.push_str(&format!("{count} {reports} as made: parts, signatures and chain\n"));
    } else {
        text.push_str(&format!(
            "{count} {} verified, {wrong} {} wrong\n",
            if count == 1 { "report" } else { "reports" },
            if wrong == 1 { "thing is" } else { "things are" }
        ));
    }
    output::print(&text)?;
    if !named {
        output::tell("who signed is taken from the manifests, or from the key beside the store; --public-key says who it has to be");
    }
    Ok(if wrong == 0 { Exit::Clean } else { Exit::Findings })
}
