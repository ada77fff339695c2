//! `ledgerline rules check --watch`: checks again whenever a file changes.
//!
//! Files are looked at twice a second, by time and size. A watcher of the operating system would tell a moment sooner, and
//! not at all over network file systems and most container mounts, where many edit their rules.

use super::{CheckArgs, check};
use crate::cli::parts;
use crate::cli::{Exit, Failure, output};
use crate::config::{Config, DEFAULT_FILE};
use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How often files are looked at.
const PAUSE: Duration = Duration::from_millis(500);
/// Clears a terminal and what was scrolled away, and goes to its first line.
const CLEAR: &str = "\u{1b}[2J\u{1b}[3J\u{1b}[H";

/// What is known of the watched files.
type Seen = BTreeMap<PathBuf, (SystemTime, u64)>;

/// Checks, and again after each change, until Ctrl-C.
pub fn run(args: &CheckArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    if watched(args, config).is_empty() {
        return Err(Failure::input("there is nothing to watch: name files or directories, or `rules.directories` in the config"));
    }
    let ended = parts::block_on(async {
        let ended = parts::interrupted();
        let mut last: Option<Seen> = None;
        while !ended.is_cancelled() {
            let seen = look(&watched(args, config));
            if last.as_ref() != Some(&seen) {
                last = Some(seen);
                show(args, config)?;
            }
            tokio::select! {
                () = ended.cancelled() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
        Ok(Exit::Clean)
    });
    match ended {
        // Nobody looks any more.
        Err(Failure::OutputClosed) => Ok(Exit::Clean),
        ended => ended,
    }
}

fn show(args: &CheckArgs, config: Option<&Path>) -> Result<(), Failure> {
    let now = parts::now().format("%H:%M:%S");
    if std::io::stdout().is_terminal() {
        output::print(&format!("{CLEAR}{now} UTC, Ctrl-C ends\n\n"))?;
    } else {
        output::print(&format!("--- {now} UTC\n"))?;
    }
    match check::run_once(args, config) {
        Err(Failure::OutputClosed) => Err(Failure::OutputClosed),
        // Told where mistakes are told; the next change is the next try.
        Err(failure) => {
            failure.show();
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

/// The files and directories that somebody may change. A config with mistakes is watched itself.
fn watched(args: &CheckArgs, config: Option<&Path>) -> Vec<PathBuf> {
    let mut watched: Vec<PathBuf> = args.paths.iter().chain(&args.directories).cloned().collect();
    if args.paths.is_empty() {
        let file = config.map_or_else(|| PathBuf::from(DEFAULT_FILE), Path::to_owned);
        if let Ok(config) = Config::load(config) {
            watched.extend(config.rules.directories);
            watched.extend(config.rules.packs.into_iter().map(|pack| pack.path));
        }
        if file.exists() {
            watched.push(file);
        }
    }
    watched
}

fn look(paths: &[PathBuf]) -> Seen {
    let mut seen = Seen::new();
    for path in paths {
        walk(path, &mut seen);
    }
    seen
}

/// What cannot be read is not there; the check will say so.
fn walk(path: &Path, seen: &mut Seen) {
    let Ok(metadata) = std::fs::metadata(path) else { return };
    if !metadata.is_dir() {
        seen.insert(path.to_owned(), (metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH), metadata.len()));
        return;
    }
    for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with('.') {
            walk(&entry.path(), seen);
        }
    }
}
