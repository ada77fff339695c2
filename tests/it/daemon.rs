//! The daemon as its users run it: a process, told by signals, asked over HTTP, scraped by a real Prometheus.

use super::support::command::Ledgerline;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

const RECORDING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cli/demo/account.ndjson.zst");

/// A running daemon, ended with the test.
pub struct Served {
    pub command: Ledgerline,
    child: Child,
    pub web: String,
    pub metrics: String,
    said: std::thread::JoinHandle<String>,
}

impl Served {
    /// Starts a daemon on free ports and waits for the two lines that say where it listens.
    pub fn start(mut command: Ledgerline) -> Self {
        let mut child = command.spawn_piped();
        let (lines, printed) = mpsc::channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).for_each(|line| _ = lines.send(line)));
        let mut stderr = child.stderr.take().unwrap();
        let said = std::thread::spawn(move || {
            let mut text = String::new();
            _ = stderr.read_to_string(&mut text);
            text
        });
        let mut urls = Vec::new();
        while urls.len() < 2 {
            match printed.recv_timeout(Duration::from_secs(60)) {
                Ok(line) if line.starts_with("http://") => urls.push(line),
                Ok(_) => {}
                Err(error) => {
                    _ = child.kill();
                    _ = child.wait();
                    panic!("no two addresses ({error}); it said:\n{}", said.join().unwrap());
                }
            }
        }
        let (metrics, web) = (urls.pop().unwrap(), urls.pop().unwrap());
        assert!(web.ends_with('/') && metrics.ends_with("/metrics"), "{web} {metrics}");
        Self { command, child, web, metrics, said }
    }

    fn on_recording() -> Self {
        Self::start(with_recording(Ledgerline::new()))
    }

    pub fn get(&self, path: &str) -> (u16, String) {
        request(ureq::http::Method::GET, &format!("{}{path}", self.web), &[], None)
    }

    pub fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path);
        assert!(status == 200, "{path}: {status} {body}");
        serde_json::from_str(&body).unwrap()
    }

    pub fn scraped(&self) -> String {
        request(ureq::http::Method::GET, &self.metrics, &[], None).1
    }

    pub fn ready(&self) {
        until("the first audit", || self.get("readyz").0 == 200);
    }

    pub fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Ends it by SIGTERM; its exit code and what it said.
    fn end(mut self) -> (Option<i32>, String) {
        self.end_and_keep()
    }

    /// Kills it as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts the same command again, on the store that it left.
    pub fn again(mut self) -> Self {
        let command = std::mem::replace(&mut self.command, Ledgerline::new());
        drop(self);
        Self::start(command)
    }

    /// Ends it by SIGTERM, and keeps its folder.
    pub fn end_and_keep(&mut self) -> (Option<i32>, String) {
        self.signal("TERM");
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "it does not end");
            std::thread::sleep(Duration::from_millis(20));
        };
        (status.code(), std::mem::replace(&mut self.said, std::thread::spawn(String::new)).join().unwrap())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

pub fn with_recording(command: Ledgerline) -> Ledgerline {
    let listen = ["--listen-web", "127.0.0.1:0", "--listen-metrics", "127.0.0.1:0"];
    command.args(["serve", "--store", "sqlite://store.db", "--source", RECORDING]).args(listen)
}

pub fn request(method: ureq::http::Method, url: &str, headers: &[(&str, &str)], body: Option<&str>) -> (u16, String) {
    let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(20)));
    let agent: ureq::Agent = config.build().into();
    let mut builder = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    let answer = agent.run(builder.body(body.unwrap_or_default().to_owned()).unwrap());
    let mut answer = match answer {
        Ok(answer) => answer,
        Err(error) => return (0, error.to_string()),
    };
    let status = answer.status().as_u16();
    (status, answer.body_mut().read_to_string().unwrap())
}

pub fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(60), "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Debian's Prometheus; a test says plainly where it is not there.
fn is_installed(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        eprintln!("not tested: {program} is not installed (Debian: apt-get install prometheus)");
    }
    found
}

#[test]
fn serve_audits_shows_findings_and_ends_cleanly() {
    let served = Served::on_recording();
    served.ready();
    let (status, page) = served.get("");
    assert!(status == 200 && page.contains("<h1><bdi>Overview</bdi></h1>"), "{page}");
    let findings = served.json("api/v1/findings?status=open&limit=500");
    let first = &findings["items"][0];
    assert!(first["fingerprint"].is_string(), "{findings}");
    let one = served.json(&format!("api/v1/findings/{}", first["fingerprint"].as_str().unwrap()));
    assert_eq!(one["history"][0]["kind"], "opened");
    assert!(one["details"]["remedy"]["text"].is_string() && one["details"]["evidence"].is_array(), "{one}");
    let rules = served.json("api/v1/rules?limit=1000");
    assert!(rules["items"].as_array().unwrap().len() >= 30);
    let runs = served.json("api/v1/audits");
    assert_eq!(runs["items"][0]["trigger"], "start");
    assert!(runs["items"][0]["coverage"]["scopes"].is_array(), "{runs}");
    let (code, said) = served.end();
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn an_audit_on_demand_is_accepted_and_runs() {
    let served = Served::on_recording();
    served.ready();
    let url = format!("{}api/v1/audits", served.web);
    let post = |headers: &[(&str, &str)], body: &str| request(ureq::http::Method::POST, &url, headers, Some(body));
    let json = ("content-type", "application/json");
    let (status, body) = post(&[json], "{}");
    assert_eq!(status, 202, "{body}");
    let id = serde_json::from_str::<Value>(&body).unwrap()["id"].as_str().unwrap().to_owned();
    until("the audit", || served.json(&format!("api/v1/audits/{id}"))["finished_at"].is_string());
    let record = served.json(&format!("api/v1/audits/{id}"));
    assert!(["complete", "incomplete"].contains(&record["status"].as_str().unwrap()), "{record}");
    let rule = served.json("api/v1/rules?limit=1")["items"][0]["id"].as_str().unwrap().to_owned();
    let resolved = || served.json("api/v1/findings?status=resolved")["items"].as_array().unwrap().len();
    let before = resolved();
    let (status, body) = post(&[json], &format!("{{\"rules\":[{rule:?}]}}"));
    assert_eq!(status, 202, "{body}");
    let id = serde_json::from_str::<Value>(&body).unwrap()["id"].as_str().unwrap().to_owned();
    until("the narrower audit", || served.json(&format!("api/v1/audits/{id}"))["finished_at"].is_string());
    assert_eq!(resolved(), before, "a narrower audit resolves nothing outside its scope");
    assert_eq!(post(&[json], "{\"rules\":[\"no-such-rule\"]}").0, 400);
    assert_eq!(post(&[("content-type", "text/plain")], "{}").0, 415);
    assert_eq!(post(&[json, ("origin", "http://evil.example")], "{}").0, 403);
    assert_eq!(post(&[json, ("host", "evil.example")], "{}").0, 403);
}

#[test]
fn a_restart_shows_what_was_known_at_once_and_audits_nothing_twice() {
    let served = Served::on_recording();
    served.ready();
    let folder = served.command.folder().to_owned();
    let before = served.json("api/v1/audits")["items"].as_array().unwrap().len();
    served.signal("TERM");
    until("the end", || served.get("healthz").0 == 0);
    let store = format!("sqlite://{}", folder.join("store.db").display());
    let listen = ["--listen-web", "127.0.0.1:0", "--listen-metrics", "127.0.0.1:0"];
    let again = Served::start(Ledgerline::new().args(["serve", "--store", &store, "--source", RECORDING]).args(listen));
    assert_eq!(again.get("readyz").0, 200);
    let page = again.scraped();
    assert!(page.contains("ledgerline_results{"));
    assert!(page.contains("ledgerline_audit_last_attempt_timestamp_seconds 1"), "the last process's attempt is the last one: {page}");
    assert_eq!(again.json("api/v1/audits")["items"].as_array().unwrap().len(), before);
}

#[test]
fn a_bad_config_at_sighup_keeps_the_old_one_and_says_so() {
    let served = Served::start(with_recording(Ledgerline::new().file("ledgerline.yaml", "schedules: { audit: \"17 5 * * *\" }\n")));
    served.ready();
    let file = served.command.folder().join("ledgerline.yaml");
    std::fs::write(&file, "schedulse: {}\n").unwrap();
    served.signal("HUP");
    until("the refusal", || served.json("readyz")["reload"] == "failed");
    assert!(served.scraped().contains("ledgerline_config_reload_successful 0"));
    assert!(!served.json("api/v1/rules")["items"].as_array().unwrap().is_empty());
    std::fs::write(&file, "schedules: { audit: \"18 5 * * *\" }\n").unwrap();
    served.signal("HUP");
    until("the reload", || served.json("readyz")["reload"] == "good");
    let (code, said) = served.end();
    assert_eq!(code, Some(0));
    assert!(said.contains("schedulse"), "{said}");
}

#[test]
fn serve_refuses_a_taken_port() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ran = Ledgerline::new()
        .args(["serve", "--store", "sqlite://store.db", "--source", RECORDING, "--listen-web", "127.0.0.1:0", "--listen-metrics", &address])
        .run();
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains(&address), "{}", ran.stderr);
}

#[test]
fn promtool_has_nothing_to_say_about_the_live_page() {
    if !is_installed("promtool") {
        return;
    }
    let served = Served::on_recording();
    served.ready();
    let page = served.scraped();
    let mut promtool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    promtool.stdin.take().unwrap().write_all(page.as_bytes()).unwrap();
    let said = promtool.wait_with_output().unwrap();
    assert!(said.status.success() && said.stdout.is_empty() && said.stderr.is_empty(), "{said:?}");
}

#[test]
fn the_demo_says_where_it_listens_and_shows_the_recorded_account() {
    let served = Served::start(Ledgerline::new().args(["demo"]));
    served.ready();
    assert!(served.json("api/v1/findings?status=open")["items"].as_array().unwrap().len() > 5);
    assert!(served.scraped().contains("ledgerline_findings{"));
    let (code, said) = served.end();
    assert_eq!(code, Some(0), "{said}");
}

/// A Prometheus, ended with the test.
struct Prometheus(Child);

impl Prometheus {
    fn start(folder: &Path, target: &str, port: u16) -> Self {
        let config = format!(
            "global: {{ scrape_interval: 1s }}\nscrape_configs:\n  - job_name: ledgerline\n    static_configs: [{{ targets: [{target:?}] }}]\n"
        );
        std::fs::write(folder.join("prometheus.yml"), config).unwrap();
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

#[test]
fn a_real_prometheus_scrapes_the_daemon() {
    if !is_installed("prometheus") {
        return;
    }
    let served = Served::on_recording();
    served.ready();
    let folder = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let target = served.metrics.trim_start_matches("http://").trim_end_matches("/metrics");
    let _prometheus = Prometheus::start(folder.path(), target, port);
    let query = |expression: &str| -> Option<f64> {
        let (status, body) =
            request(ureq::http::Method::GET, &format!("http://127.0.0.1:{port}/api/v1/query?query={expression}"), &[], None);
        let answer: Value = if status == 200 { serde_json::from_str(&body).unwrap() } else { return None };
        answer["data"]["result"][0]["value"][1].as_str()?.parse().ok()
    };
    until("a scrape", || query("up") == Some(1.0));
    let findings = served.json("api/v1/findings?status=open&limit=1000")["items"].as_array().unwrap().len();
    #[expect(clippy::cast_precision_loss, reason = "at most a thousand")]
    let findings = findings as f64;
    assert!(findings > 0.0);
    until("the findings", || query("sum(ledgerline_findings%7Bstatus=%22open%22%7D)") == Some(findings));
    assert!(query("ledgerline_audit_last_success_timestamp_seconds").is_some());
    assert_eq!(query("count(ledgerline_rule_info)"), query("ledgerline_series%7Bfamily=%22ledgerline_rule_info%22%7D"));
    assert_eq!(query("sum(scrape_samples_scraped)"), query("scrape_samples_post_metric_relabeling"));
}
