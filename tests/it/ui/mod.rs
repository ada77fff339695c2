//! The page in a real browser: Debian's Chromium without a window, driven by npm's `puppeteer-core`, judged by `axe-core`.
//!
//! The browser is told what to do by the `.cjs` files beside this one; they print what they saw, and the tests judge it. Pictures of every
//! page at three widths, and in the dark, stay in `target/tmp/ui` for people to look at.

use crate::daemon::{Served, with_recording};
use crate::exports::{PLANTED, poisoned};
use crate::support::command::Ledgerline;
use crate::support::deployed::{CONFIG, here};
use serde_json::Value;
use std::process::{Command, Stdio};

/// Runs a visit; what it printed.
fn visit(script: &str, arguments: &[&str]) -> Value {
    let tools = here("target/test-tools/npm/node_modules");
    assert!(tools.join("puppeteer-core").exists(), "no browser driver: run tests/tools/install.sh");
    let mut command = Command::new("node");
    command.arg(here("tests/it/ui").join(script)).args(arguments).env("NODE_PATH", tools).stderr(Stdio::inherit());
    let output = command.output().expect("node (Debian: apt-get install nodejs)");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{script} failed:\n{text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn demo() -> Served {
    let served = Served::start(with_recording(Ledgerline::new().file("ledgerline.yaml", CONFIG)));
    served.ready();
    served
}

/// The addresses of all pages: those that always are, the worst findings, a resource and a rule.
fn pages(served: &Served) -> Vec<String> {
    let mut pages: Vec<String> =
        ["", "findings", "findings?status=resolved", "resources", "rules", "contracts", "cost", "iam", "audits", "reports", "waivers"]
            .map(|page| format!("/{page}"))
            .to_vec();
    let findings = served.json("api/v1/findings?limit=500");
    let finding = &findings["items"][0];
    pages.push(format!("/findings/{}", finding["fingerprint"].as_str().unwrap()));
    pages.push(format!("/rules/{}", finding["rule"].as_str().unwrap()));
    let (_, list) = served.get("resources");
    let resource = list.split("href=\"/resources/").nth(1).and_then(|rest| rest.split('"').next()).expect("a resource");
    pages.push(format!("/resources/{resource}"));
    let audit = served.json("api/v1/audits")["items"][0]["id"].as_str().unwrap().to_owned();
    pages.push(format!("/audits/{audit}"));
    pages
}

/// No page may have any of what these looks noted.
fn flawless(seen: &Value) {
    let looks = seen.as_array().unwrap();
    assert!(!looks.is_empty());
    for look in looks {
        let name = format!("{} at {}", look["path"], look["look"]);
        assert_eq!(look["status"], 200, "{name}");
        assert_eq!(look["overflow"], 0, "{name} is wider than the window");
        assert_eq!(look["violations"], serde_json::json!([]), "{name}");
        assert_eq!(look["complaints"], serde_json::json!([]), "{name}");
    }
}

#[test]
fn every_page_is_accessible_and_fits_at_three_widths_and_in_the_dark() {
    let served = demo();
    let folder = here("target/tmp/ui");
    std::fs::create_dir_all(&folder).unwrap();
    let pages = pages(&served);
    let mut arguments = vec![served.web.as_str(), folder.to_str().unwrap()];
    arguments.extend(pages.iter().map(String::as_str));
    flawless(&visit("shots.cjs", &arguments));
}

#[test]
fn names_of_strangers_stay_text_at_every_width() {
    let account = poisoned().join("account.ndjson.zst");
    let command = Ledgerline::new().file("ledgerline.yaml", CONFIG).args(["serve", "--store", "sqlite://store.db"]);
    let listen = ["--listen-web", "127.0.0.1:0", "--listen-metrics", "127.0.0.1:0"];
    let served = Served::start(command.args(["--source", account.to_str().unwrap()]).args(listen));
    served.ready();
    let folder = here("target/tmp/ui-hostile");
    std::fs::create_dir_all(&folder).unwrap();
    let mut pages = pages(&served);
    let findings = served.json("api/v1/findings?limit=500&type=AWS::DynamoDB::Table");
    let planted =
        findings["items"].as_array().unwrap().iter().filter(|finding| finding["resource_name"].as_str().unwrap().contains(PLANTED));
    pages.extend(planted.map(|finding| format!("/findings/{}", finding["fingerprint"].as_str().unwrap())));
    pages.push("/resources?type=AWS::DynamoDB::Table".to_owned());
    let mut arguments = vec![served.web.as_str(), folder.to_str().unwrap()];
    arguments.extend(pages.iter().map(String::as_str));
    // A script that ran would open a dialog, which is a complaint.
    flawless(&visit("shots.cjs", &arguments));
    for page in &pages {
        let (_, html) = served.get(page.trim_start_matches('/'));
        assert!(!html.contains(PLANTED) && !html.contains('\u{202e}') && !html.contains('\u{1b}'), "{page}");
    }
}

#[test]
fn clicks_lead_from_the_overview_to_a_waiver_and_back_with_a_script_and_without() {
    for script in ["on", "off"] {
        let served = demo();
        let seen = visit("clicks.cjs", &[&served.web, script]);
        let expected = if script == "on" { "Copied" } else { "selected" };
        assert_eq!(seen["copy"], expected, "{script}: {seen:#}");
        assert_eq!(seen["complaints"], serde_json::json!([]), "{script}: {seen:#}");
        for step in ["skipped", "counted", "evidence", "remedy", "waived", "listed", "revoked", "asked", "ended", "reset"] {
            assert_eq!(seen[step], true, "{script}: {step} of {seen:#}");
        }
        let waivers = served.json("api/v1/waivers?state=revoked");
        assert_eq!(waivers["items"][0]["reason"], "tried in a browser", "{script}: {waivers}");
    }
}

/// A page that is loaded as fast as it goes, by a tool that we did not write, must not slow the scrape.
#[test]
#[ignore = "figures, not a verdict: cargo test --test it ui::a_page -- --ignored --nocapture"]
fn a_page_under_load_does_not_slow_the_scrape() {
    // Without the limit of requests, which would answer most of them with a refusal.
    let config = format!("{CONFIG}\nlisten: {{ requests_per_minute: 0 }}\n");
    let served = Served::start(with_recording(Ledgerline::new().file("ledgerline.yaml", &config)));
    served.ready();
    let scrapes = || {
        let mut times: Vec<_> = (0..200)
            .map(|_| {
                let began = std::time::Instant::now();
                assert!(served.scraped().contains("ledgerline_results"));
                began.elapsed()
            })
            .collect();
        times.sort_unstable();
        (times[100], times[197])
    };
    let idle = scrapes();
    let url = format!("{}findings", served.web);
    let load =
        Command::new("wrk").args(["-t1", "-c8", "-d20s", &url]).stdout(Stdio::piped()).spawn().expect("wrk (Debian: apt-get install wrk)");
    std::thread::sleep(std::time::Duration::from_secs(2));
    let loaded = scrapes();
    let said = load.wait_with_output().unwrap();
    let said_of_load = String::from_utf8_lossy(&said.stdout);
    assert!(!said_of_load.contains("Non-2xx"), "{said_of_load}");
    println!("scrape, median and p99: idle {idle:?}, under load {loaded:?}\n{said_of_load}");
}
