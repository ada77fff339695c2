//! A client that says exactly what a test wants, wrong hosts and all; a proper one would mend them.

use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// A request.
pub struct Asked<'a> {
    pub method: &'a str,
    pub path: &'a str,
    /// The `Host` header; none to leave it out. The listener's own address by default.
    pub host: Option<&'a str>,
    /// Further header lines, each with its line end.
    pub headers: &'a str,
    pub body: &'a str,
}

impl Default for Asked<'_> {
    fn default() -> Self {
        Self { method: "GET", path: "/", host: Some("localhost"), headers: "", body: "" }
    }
}

/// An answer.
#[derive(Debug, Default)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Asks and waits for the whole answer.
pub async fn ask(address: SocketAddr, asked: Asked<'_>) -> Answer {
    let Asked { method, path, host, headers, body } = asked;
    let host = host.map(|host| format!("Host: {host}\r\n")).unwrap_or_default();
    let length = if method == "GET" || method == "HEAD" { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let request = format!("{method} {path} HTTP/1.1\r\n{host}{headers}{length}Connection: close\r\n\r\n{body}");
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    // A server that refuses a large body may close before all of it was sent.
    let _ = stream.write_all(request.as_bytes()).await;
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer to {method} {path}: {text:?}"));
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> =
        lines.map(|line| line.split_once(": ").unwrap()).map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    let chunked = headers.iter().any(|(name, _)| name == "transfer-encoding");
    assert!(!chunked, "answers are whole");
    Answer { status, headers, body: body.to_owned() }
}

/// Reads a path.
pub async fn get(address: SocketAddr, path: &str) -> Answer {
    ask(address, Asked { path, ..Asked::default() }).await
}
