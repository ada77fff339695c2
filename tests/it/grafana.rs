//! The dashboards and alerts as Grafana, Prometheus and Alertmanager take them: Grafana's types hold the dashboards without loss,
//! they keep the rules of Grafana's linter, a real Prometheus answers each query with data, and a real Alertmanager hears of an
//! alert. Prometheus and Alertmanager are Debian's packages; a test says plainly where one is not there.

mod alerting;
mod linter;
mod panels;
mod prometheus;

use crate::support::deployed::here;
use crate::support::moto;
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// The files of `dashboards/`, sorted.
fn files() -> Vec<PathBuf> {
    let files = std::fs::read_dir(here("dashboards")).expect("the folder").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect();
    files.sort();
    files
}

/// The dashboards.
fn dashboards() -> Vec<Value> {
    let read = |path: &PathBuf| serde_json::from_str(&std::fs::read_to_string(path).expect("a dashboard")).expect("JSON");
    files().iter().map(read).collect()
}

/// What is in a list of a JSON value.
fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn the_dashboards_are_what_the_script_makes() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = Command::new(moto::python()).arg(here("dashboards/make.py")).arg(folder.path()).output().expect("Python runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let names: Vec<String> = files().iter().map(|path| path.file_name().expect("a name").to_string_lossy().into_owned()).collect();
    let wanted = ["auditor", "compliance", "cost", "overview", "tagging"].map(|name| format!("ledgerline-{name}.json"));
    assert_eq!(names, wanted);
    for (file, name) in files().iter().zip(names) {
        let (kept, made) = (std::fs::read_to_string(file), std::fs::read_to_string(folder.path().join(&name)));
        assert!(kept.expect("kept") == made.expect("made"), "{name} differs: run python3 dashboards/make.py");
    }
}

#[test]
fn grafanas_own_types_hold_the_dashboards_without_loss() {
    let python = here("target/test-tools/grafana/bin/python");
    let said = |files: &[PathBuf]| {
        let ran = Command::new(&python).env("PYTHONDONTWRITEBYTECODE", "1").arg(here("tests/it/grafana/sdk.py")).args(files).output();
        let ran = ran.unwrap_or_else(|error| panic!("{}: {error}; run `make test-tools`", python.display()));
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8_lossy(&ran.stdout).into_owned()
    };
    assert_eq!(said(&files()), "");
    let folder = tempfile::tempdir().expect("a folder");
    let broken = folder.path().join("broken.json");
    let text = std::fs::read_to_string(&files()[0]).expect("a dashboard");
    std::fs::write(&broken, text.replacen("\"graphTooltip\"", "\"graphTooltips\"", 1)).expect("a file of the test");
    assert!(said(&[broken]).contains("graphTooltips: lost"));
}
