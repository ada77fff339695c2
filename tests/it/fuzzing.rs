//! The API, judged from its own description by programs that we did not write: a validator of descriptions, and a fuzzer that makes
//! requests of them, right and wrong ones, and compares each answer with what is told.

use super::daemon::{Served, with_recording};
use super::support::command::Ledgerline;
use std::path::PathBuf;
use std::process::Command;

/// Requests for each operation and phase. More find no more after the first mistakes are mended, and take minutes.
const EXAMPLES: &str = "20";

/// What is not checked, and why.
///
/// - `positive_data_acceptance`: what a cursor, a rule's id or a waiver's end may be, no schema can tell.
/// - `ignored_auth`: over loopback no credential is needed; what each scope allows is walked in `serve::tests::openapi`.
/// - `object_level_authorization`: there is nothing that belongs to one asker and not to another.
const NOT_CHECKED: &str = "positive_data_acceptance,ignored_auth,object_level_authorization";

fn tool(name: &str) -> PathBuf {
    let tool = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/schemathesis/bin").join(name);
    assert!(tool.exists(), "{} is not there: tests/tools/install.sh installs it", tool.display());
    tool
}

#[test]
fn the_description_is_openapi() {
    let written = concat!(env!("CARGO_MANIFEST_DIR"), "/src/serve/api/openapi.json");
    let ran = Command::new(tool("openapi-spec-validator")).arg(written).output().unwrap();
    assert!(ran.status.success(), "{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn a_fuzzer_gets_no_answer_that_the_description_does_not_tell() {
    let config = Ledgerline::new().file("ledgerline.yaml", "listen: { requests_per_minute: 0 }\n");
    let served = Served::start(with_recording(config));
    served.ready();
    let folder = tempfile::tempdir().unwrap();
    let ran = Command::new(tool("schemathesis"))
        .current_dir(folder.path())
        .args(["run", &format!("{}openapi.json", served.web), "--seed", "1", "--max-examples", EXAMPLES, "--workers", "2"])
        .args(["--checks", "all", "--exclude-checks", NOT_CHECKED, "--continue-on-failure", "--warnings", "off"])
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert_eq!(served.get("healthz").0, 200, "it still lives");
}
