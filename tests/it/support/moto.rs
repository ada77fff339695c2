//! The emulator: one `moto_server` process for the whole test binary, started by the first test that asks for it.
//!
//! Tests share the process and never see each other: each takes an AWS account of its own ([`account`]). An account's
//! credentials come from `sts:AssumeRole` on any role of it; the emulator does not ask whether the role exists.
//! The process is a child of a small shell that waits for its standard input to close: however the test binary ends, its
//! end of the pipe closes with it, and the emulator goes too.

pub use super::account::Account;

use std::io::BufRead as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

/// Names the emulator's program where it is neither in `target/test-tools` nor on the path.
const PROGRAM_VARIABLE: &str = "LEDGERLINE_MOTO_SERVER";

/// Starts the emulator, and stops it when standard input closes. `$0` is the program; port 0 lets it choose a free one.
const WATCHED: &str = r#""$0" -H 127.0.0.1 -p 0 & pid=$!; trap '' INT; read -r _; kill "$pid""#;

struct Moto {
    url: String,
    _watcher: Mutex<Child>,
}

/// The emulator's address; starts it where it does not run yet.
///
/// # Panics
/// Where there is no emulator, with the command that installs it.
pub fn url() -> &'static str {
    static MOTO: OnceLock<Moto> = OnceLock::new();
    &MOTO.get_or_init(start).url
}

/// An account that no other test has, in `us-east-2`.
pub fn account() -> Account {
    static NEXT: AtomicU64 = AtomicU64::new(100_000_000_001);
    account_named(&NEXT.fetch_add(1, Ordering::Relaxed).to_string())
}

/// The account with this id. Only one test may use an id that is written down.
pub fn account_named(id: &str) -> Account {
    let mut account = Account {
        id: id.to_owned(),
        endpoint: url().to_owned(),
        region: "us-east-2".to_owned(),
        access_key_id: "AKIATEST".to_owned(),
        secret_access_key: "test".to_owned(),
        session_token: "test".to_owned(),
    };
    let role = format!("arn:aws:iam::{id}:role/tests");
    let answer = account.query("sts", "2011-06-15", "AssumeRole", &[("RoleArn", role.as_str()), ("RoleSessionName", "tests")]);
    let field = |name: &str| between(&answer, name).unwrap_or_else(|| panic!("AssumeRole answered without {name}: {answer}"));
    (account.access_key_id, account.secret_access_key, account.session_token) =
        (field("AccessKeyId"), field("SecretAccessKey"), field("SessionToken"));
    account
}

/// The Python of the environment that the emulator lives in; `boto3` comes with it.
pub fn python() -> PathBuf {
    let beside = program().with_file_name("python");
    if beside.is_file() { beside } else { PathBuf::from("python3") }
}

fn program() -> PathBuf {
    let beside_the_tests = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/moto/bin/moto_server");
    let on_the_path = std::env::var_os("PATH")
        .and_then(|path| std::env::split_paths(&path).map(|folder| folder.join("moto_server")).find(|program| program.is_file()));
    std::env::var_os(PROGRAM_VARIABLE)
        .map(PathBuf::from)
        .or_else(|| beside_the_tests.is_file().then_some(beside_the_tests))
        .or(on_the_path)
        .unwrap_or_else(|| panic!("there is no moto_server: run `make test-tools`, or name one in {PROGRAM_VARIABLE}"))
}

fn start() -> Moto {
    let program = program();
    let mut watcher = Command::new("sh")
        .args(["-c", WATCHED])
        .arg(&program)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{} did not start: {error}; run `make test-tools`", program.display()));
    let (found, awaited) = std::sync::mpsc::channel();
    let log = std::io::BufReader::new(watcher.stderr.take().expect("the log is piped"));
    // Reads to the end of the emulator's life: a full pipe would stop it.
    std::thread::spawn(move || {
        for line in log.lines().map_while(Result::ok) {
            if let Some(address) = line.split("Running on ").nth(1) {
                _ = found.send(address.trim().to_owned());
            }
        }
    });
    let url = awaited
        .recv_timeout(Duration::from_secs(60))
        .unwrap_or_else(|_| panic!("{} said no address within a minute; run `make test-tools`", program.display()));
    Moto { url, _watcher: Mutex::new(watcher) }
}

fn between(text: &str, element: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("<{element}>"))?;
    Some(rest.split_once("</")?.0.to_owned())
}
