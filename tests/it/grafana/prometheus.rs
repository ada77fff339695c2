//! Debian's Prometheus and Alertmanager as processes of a test, ended with it.

use crate::daemon::{request, until};
use serde_json::Value;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A process, ended with the test.
pub struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// Starts a program that says nothing.
pub fn start(program: &str, arguments: &[String]) -> Ended {
    let started = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    Ended(started.unwrap_or_else(|error| panic!("{program}: {error}")))
}

/// Whether a program of Debian's is there.
pub fn is_installed(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        eprintln!("not tested: {program} is not installed (Debian: apt-get install prometheus prometheus-alertmanager)");
    }
    found
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port()
}

/// A Prometheus that scrapes each second.
pub struct Prometheus {
    url: String,
    _process: Ended,
}

impl Prometheus {
    /// Scrapes a metrics page for each job; `more` is the rest of the config.
    pub fn scraping(folder: &Path, jobs: &[(&str, &str)], more: &str) -> Self {
        let mut config = "global: { scrape_interval: 1s, evaluation_interval: 1s }\nscrape_configs:\n".to_owned();
        for (job, page) in jobs {
            let target = page.trim_start_matches("http://").trim_end_matches("/metrics");
            config.push_str(&format!("  - {{ job_name: {job}, static_configs: [{{ targets: [{target:?}] }}] }}\n"));
        }
        config.push_str(more);
        std::fs::write(folder.join("prometheus.yml"), config).expect("a file of the test");
        let port = free_port();
        let arguments = [
            format!("--config.file={}", folder.join("prometheus.yml").display()),
            format!("--storage.tsdb.path={}", folder.join("data").display()),
            format!("--web.listen-address=127.0.0.1:{port}"),
        ];
        let prometheus = Self { url: format!("http://127.0.0.1:{port}"), _process: start("prometheus", &arguments) };
        for (job, _) in jobs {
            until("a scrape", || prometheus.instant(&format!("up{{job={job:?}}}")).is_ok_and(|found| found.len() == 1));
        }
        prometheus
    }

    /// What a query finds now.
    pub fn instant(&self, query: &str) -> Result<Vec<Value>, String> {
        self.ask(&format!("query?query={}", encoded(query)))
    }

    /// What it finds over the last seconds.
    pub fn range(&self, query: &str, seconds: i64) -> Result<Vec<Value>, String> {
        let now = chrono::Utc::now().timestamp();
        self.ask(&format!("query_range?query={}&start={}&end={now}&step=1", encoded(query), now - seconds))
    }

    fn ask(&self, what: &str) -> Result<Vec<Value>, String> {
        let (status, body) = request(ureq::http::Method::GET, &format!("{}/api/v1/{what}", self.url), &[], None);
        if status != 200 {
            return Err(format!("{status} {body}"));
        }
        let answer: Value = serde_json::from_str(&body).map_err(|error| error.to_string())?;
        Ok(super::list(&answer["data"], "result").to_vec())
    }
}

fn encoded(query: &str) -> String {
    percent_encoding::utf8_percent_encode(query, percent_encoding::NON_ALPHANUMERIC).to_string()
}
