//! What comes from others: each crate's licence is one that `deny.toml` allows, and each comes from the registry.
//!
//! `cargo deny` would say the same and more, but it is not there on every machine and takes minutes to build. The list of
//! licences is read from its file, so that there is one list.

use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

/// The crates that this machine compiles: those for other systems were never downloaded, and asking for them needs a network.
fn packages() -> Vec<Value> {
    let rustc = Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let told = String::from_utf8(rustc.stdout).unwrap();
    let host = told.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host");
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let read = |features: &[&str]| {
        Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host])
            .args(features)
            .args(["--manifest-path", manifest])
            .output()
            .expect("cargo runs")
    };
    let mut output = read(&["--all-features"]);
    // What only a feature that is off by default brings (DataFusion) is judged where somebody has downloaded it.
    if !output.status.success() && String::from_utf8_lossy(&output.stderr).contains("--offline was specified") {
        output = read(&[]);
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100, "{}", packages.len());
    packages.iter().filter(|package| package["name"] != "ledgerline").cloned().collect()
}

fn allowed() -> BTreeSet<String> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml")).unwrap();
    let list = text.split("allow = [").nth(1).and_then(|rest| rest.split(']').next()).unwrap();
    list.split(',').map(|word| word.trim().trim_matches('"').to_owned()).filter(|word| !word.is_empty()).collect()
}

/// Whether an SPDX expression can be fulfilled with these licences: every `AND` part has an allowed `OR` alternative.
fn fulfilled(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let expression = expression.replace('/', " OR ");
    let parts = expression.split(" AND ");
    parts.into_iter().all(|part| part.split(" OR ").any(|one| allowed.contains(one.trim_matches(['(', ')', ' ']))))
}

#[test]
fn every_dependency_has_a_licence_that_we_allow() {
    let allowed = allowed();
    let refused: Vec<String> = packages()
        .iter()
        .filter(|package| !package["license"].as_str().is_some_and(|expression| fulfilled(expression, &allowed)))
        .map(|package| format!("{} {}: {}", package["name"], package["version"], package["license"]))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn every_dependency_comes_from_the_registry() {
    let strangers: Vec<String> = packages()
        .iter()
        .filter(|package| !package["source"].as_str().is_some_and(|source| source.starts_with("registry+")))
        .map(|package| format!("{}: {}", package["name"], package["source"]))
        .collect();
    assert!(strangers.is_empty(), "{strangers:#?}");
}

#[test]
fn a_licence_is_judged_part_by_part() {
    let allowed = allowed();
    for good in ["MIT", "MIT/Apache-2.0", "(MIT OR GPL-3.0) AND Unicode-3.0", "Apache-2.0 WITH LLVM-exception OR MIT"] {
        assert!(fulfilled(good, &allowed), "{good}");
    }
    for bad in ["GPL-3.0", "MIT AND GPL-3.0", "", "AGPL-3.0 OR SSPL-1.0"] {
        assert!(!fulfilled(bad, &allowed), "{bad}");
    }
}
