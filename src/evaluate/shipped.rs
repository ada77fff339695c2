//! The rules that are part of the binary: every file under `rules/`, one folder a pack.

use super::RuleSource;
use super::contract::ContractSource;
use arcstr::ArcStr;

/// The folder with the catalogues of control frameworks, which is no pack.
pub const FRAMEWORKS: &str = "frameworks";
/// The folder with deployment contracts, which is no pack.
pub const CONTRACTS: &str = "contracts";

#[derive(rust_embed::Embed)]
#[folder = "rules/"]
struct Shipped;

/// All shipped rules and framework catalogues, sorted by path.
///
/// # Panics
/// Never for a binary that passed its tests: the files are embedded when it is built.
pub fn shipped() -> Vec<RuleSource> {
    let files = Shipped::iter().filter_map(|path| {
        let text = Shipped::get(&path)?.data.into_owned();
        Some((format!("rules/{path}"), String::from_utf8_lossy(&text).into_owned()))
    });
    sources(files)
}

/// Rule files of a directory: of `(path, text)` those that are YAML, sorted by path. The pack is the name of the folder
/// that holds the file. What is in a folder `contracts` is left out, and so is `pack.yaml`, which names a pack.
pub fn sources(files: impl IntoIterator<Item = (String, String)>) -> Vec<RuleSource> {
    let mut sources: Vec<RuleSource> = files
        .into_iter()
        .filter(|(path, _)| path.ends_with(".yaml") || path.ends_with(".yml"))
        .filter(|(path, _)| path.rsplit(['/', '\\']).next() != Some(super::pack::MANIFEST))
        .map(|(path, text)| RuleSource { pack: pack_of(&path), path, text })
        .filter(|source| source.pack != CONTRACTS)
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// The contracts that are part of the binary.
pub fn shipped_contracts() -> Vec<ContractSource> {
    let files = Shipped::iter().filter_map(|path| {
        let text = Shipped::get(&path)?.data.into_owned();
        Some((format!("rules/{path}"), String::from_utf8_lossy(&text).into_owned()))
    });
    contracts(files).into_iter().map(|source| ContractSource { shipped: true, ..source }).collect()
}

/// Contracts among the files of a directory: those in a folder `contracts`, sorted by path.
pub fn contracts(files: impl IntoIterator<Item = (String, String)>) -> Vec<ContractSource> {
    let mut sources: Vec<ContractSource> = files
        .into_iter()
        .filter(|(path, _)| (path.ends_with(".yaml") || path.ends_with(".yml")) && pack_of(path) == CONTRACTS)
        .map(|(path, text)| ContractSource { path, text, shipped: false })
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

fn pack_of(path: &str) -> ArcStr {
    // Windows writes `\` between folders.
    let mut folders = path.rsplit(['/', '\\']).skip(1).filter(|folder| !folder.is_empty() && *folder != ".");
    folders.next().map_or_else(|| arcstr::literal!("local"), ArcStr::from)
}

/// The name of a file without its folders and ending.
pub fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")).unwrap_or(name)
}

#[cfg(test)]
#[path = "shipped_tests.rs"]
mod tests;
