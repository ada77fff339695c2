//! How fast and how frugal a live audit is: 1,000 tables, 1,000 log groups and 100 roles, each request answered from memory
//! after 30 ms. Prints requests, wall time, CPU time and the most memory; asserts nothing, for a number that depends on the
//! machine is no test.
//!
//! `cargo bench --bench collection`; other sizes with `-- TABLES LOG_GROUPS ROLES MILLISECONDS`. The server runs in this
//! process and the command in one of its own, so that only the command is measured.

#[path = "../tests/it/support/account.rs"]
#[expect(dead_code, reason = "the token of a session is of no use to one account of the stand-in")]
mod account;
#[path = "../tests/it/support/stand_in/mod.rs"]
#[expect(dead_code, unused_imports, reason = "a benchmark has no use for faults and bills")]
mod stand_in;

use stand_in::{Size, StandIn, World};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The rules of the promise: billing, encryption, TTL, PITR, protection, tags, retention and IAM.
const ALL: &[&str] = &[
    "dynamodb-table-provisioned",
    "dynamodb-table-encryption-weak",
    "dynamodb-table-ttl-*",
    "dynamodb-table-pitr-*",
    "dynamodb-table-deletion-unprotected",
    "tagging-*",
    "logs-group-retention-*",
    "iam-*",
];

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let pick = |position: usize, default| sizes.get(position).copied().unwrap_or(default);
    let size = Size { tables: pick(0, 1000), log_groups: pick(1, 1000), roles: pick(2, 100), functions: 0 };
    let latency = Duration::from_millis(pick(3, 30) as u64);
    println!("{size:?}, {latency:?} a request");
    let without: Vec<&str> = ALL.iter().copied().filter(|rule| !rule.contains("-ttl-") && !rule.contains("-pitr-")).collect();
    for (what, rules) in [("all rules", ALL.to_vec()), ("without TTL and PITR", without)] {
        let stand_in = StandIn::slow(World::generated(size), latency);
        println!("{what}: {}", measured(&stand_in, &rules));
        for (call, count) in stand_in.counts() {
            println!("  {count:>6}  {call}");
        }
    }
}

/// Runs one audit and says what it took.
fn measured(stand_in: &StandIn, rules: &[&str]) -> String {
    let account = stand_in.account("111122223333");
    let mut command = Command::new(env!("CARGO_BIN_EXE_ledgerline"));
    command.env_clear().env("HOME", std::env::temp_dir()).env("AWS_EC2_METADATA_DISABLED", "true");
    command.env("AWS_ACCESS_KEY_ID", &account.access_key_id).env("AWS_SECRET_ACCESS_KEY", &account.secret_access_key);
    command.env("AWS_REGION", &account.region).env("AWS_ENDPOINT_URL", &account.endpoint);
    command.args(["audit", "--format", "json", "--fail-on", "never"]);
    for rule in rules {
        command.args(["--rule", rule]);
    }
    let begun = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().expect("the command starts");
    let pid = child.id();
    let mut output = child.stdout.take().expect("its output is piped");
    let reading = std::thread::spawn(move || {
        let mut text = String::new();
        _ = std::io::Read::read_to_string(&mut output, &mut text);
        text
    });
    let mut peak = Peak::default();
    let status = loop {
        peak.look(pid);
        match child.try_wait().expect("the command can be waited for") {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let wall = begun.elapsed();
    let report: serde_json::Value = serde_json::from_str(&reading.join().unwrap_or_default()).unwrap_or_default();
    format!(
        "{} requests, {:.2} s wall, {:.2} s CPU, {} MiB at most; exit code {}; {}",
        report["requests"]["total"],
        wall.as_secs_f64(),
        peak.cpu.as_secs_f64(),
        peak.resident_kib / 1024,
        status.code().unwrap_or(-1),
        report["summary"],
    )
}

/// What the kernel says of a process while it runs: the last look is a few milliseconds before its end.
#[derive(Default)]
struct Peak {
    resident_kib: u64,
    cpu: Duration,
}

impl Peak {
    /// Reads `/proc`; keeps what was known where the process is gone.
    fn look(&mut self, pid: u32) {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let high_water = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        if let Some(kib) = high_water.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()) {
            self.resident_kib = self.resident_kib.max(kib);
        }
        // User and system time are the 14th and 15th fields, in ticks of 10 ms; the 2nd may hold spaces and ends with `)`.
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let ticks: u64 = stat
            .rsplit_once(')')
            .map_or(0, |(_, rest)| rest.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum());
        self.cpu = self.cpu.max(Duration::from_millis(ticks * 10));
    }
}
