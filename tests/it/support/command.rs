//! The built command, run as users run it: a process with arguments, an environment and an exit code.
//!
//! Its environment is empty but for what is named here: the machine's own AWS profile, proxy or locale never reach a test.

use super::moto::Account;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The longest that a test waits for the command.
const PATIENCE: Duration = Duration::from_secs(120);

/// The command before it is run.
pub struct Ledgerline {
    command: Command,
    home: tempfile::TempDir,
}

/// What became of it.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; -1 where a signal ended it.
    pub code: i32,
    /// What it printed.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
}

impl Ledgerline {
    /// The command without credentials, in an empty folder of its own.
    pub fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder for the command");
        let mut command = Command::new(env!("CARGO_BIN_EXE_ledgerline"));
        command.env_clear().current_dir(home.path());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", home.path()).env("TZ", "UTC").env("NO_COLOR", "1").env("RUST_BACKTRACE", "1");
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        Self { command, home }
    }

    /// The command with an account's credentials, region and endpoint.
    pub fn on(account: &Account) -> Self {
        Self::new()
            .env("AWS_ACCESS_KEY_ID", &account.access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", &account.secret_access_key)
            .env("AWS_SESSION_TOKEN", &account.session_token)
            .env("AWS_REGION", &account.region)
            .env("AWS_ENDPOINT_URL", &account.endpoint)
    }

    /// Adds to the environment.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Adds arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    /// The folder that it runs in.
    pub fn folder(&self) -> &Path {
        self.home.path()
    }

    /// Runs it in this folder instead of its own.
    pub fn in_folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Writes a file into the folder that it runs in.
    pub fn file(self, name: &str, text: &str) -> Self {
        std::fs::write(self.home.path().join(name), text).expect("a file of the test");
        self
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// Where it takes longer than two minutes.
    pub fn run(mut self) -> Ran {
        self.finish()
    }

    fn finish(&mut self) -> Ran {
        let mut child = self.spawn_piped();
        let stdout = drained(child.stdout.take());
        let stderr = drained(child.stderr.take());
        let begun = Instant::now();
        let status = loop {
            match child.try_wait().expect("the command can be waited for") {
                Some(status) => break status,
                None if begun.elapsed() > PATIENCE => {
                    _ = child.kill();
                    _ = child.wait();
                    panic!("{:?} did not end; it said:\n{}", self.command, stderr.join().unwrap_or_default());
                }
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        Ran {
            code: status.code().unwrap_or(-1),
            stdout: stdout.join().expect("its output can be read"),
            stderr: stderr.join().expect("its complaints can be read"),
        }
    }

    /// Runs it to its end and looks at what it left in its folder, which goes afterwards.
    pub fn run_and<T>(mut self, look: impl FnOnce(&Path) -> T) -> (Ran, T) {
        let ran = self.finish();
        let seen = look(self.home.path());
        (ran, seen)
    }

    /// Starts it with its output piped, for a test that watches a daemon. The caller ends it.
    pub fn spawn_piped(&mut self) -> Child {
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        self.command.spawn().expect("the command starts")
    }
}

impl Ran {
    /// Its output as one JSON value.
    ///
    /// # Panics
    /// Where it is none, with what it complained about.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| {
            panic!("no JSON ({error}); exit code {}, stderr:\n{}\nstdout:\n{}", self.code, self.stderr, self.stdout)
        })
    }
}

fn drained(pipe: Option<impl std::io::Read + Send + 'static>) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            _ = pipe.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
