//! A webhook on this machine that behaves as it is told, one behaviour a request, the last for all that follow.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone, Copy, Debug)]
pub enum Behaviour {
    /// Status, more header lines, body.
    Answers(u16, &'static str, &'static str),
    /// The same, so much later.
    AnswersAfter(Duration, u16),
    /// Takes the request and says nothing.
    Never,
    /// Hangs up in the middle of its answer.
    ClosesEarly,
    /// A body that does not end.
    Floods(u16),
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct Received {
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

#[derive(Clone)]
pub struct Server {
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
    behaviours: Arc<Mutex<Vec<Behaviour>>>,
}

impl Server {
    pub async fn start(behaviours: &[Behaviour]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            url: format!("http://{}/the-secret-path", listener.local_addr().unwrap()),
            received: Arc::default(),
            behaviours: Arc::new(Mutex::new(behaviours.iter().rev().copied().collect())),
        };
        let shared = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(shared.clone().serve(stream));
            }
        });
        server
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// From now on it behaves so.
    pub fn behave(&self, behaviours: &[Behaviour]) {
        *self.behaviours.lock().unwrap() = behaviours.iter().rev().copied().collect();
    }

    /// The ids of all changes that came, repetitions included.
    pub fn ids(&self) -> Vec<String> {
        let bodies = self.received().into_iter().map(|one| serde_json::from_str::<serde_json::Value>(&one.body).unwrap());
        bodies
            .flat_map(|body| {
                body["changes"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
            })
            .collect()
    }

    fn next(&self) -> Behaviour {
        let mut behaviours = self.behaviours.lock().unwrap();
        if behaviours.len() > 1 { behaviours.pop().unwrap() } else { behaviours[0] }
    }

    async fn serve(self, mut stream: TcpStream) {
        let Some(received) = read(&mut stream).await else { return };
        let behaviour = self.next();
        self.received.lock().unwrap().push(received);
        let head = |status: u16, more: &str, length: usize| {
            format!("HTTP/1.1 {status} X\r\n{more}content-length: {length}\r\nconnection: close\r\n\r\n")
        };
        match behaviour {
            Behaviour::Answers(status, more, body) => {
                _ = stream.write_all(format!("{}{body}", head(status, more, body.len())).as_bytes()).await;
            }
            Behaviour::AnswersAfter(pause, status) => {
                tokio::time::sleep(pause).await;
                _ = stream.write_all(head(status, "", 0).as_bytes()).await;
            }
            Behaviour::Never => tokio::time::sleep(Duration::from_secs(60)).await,
            Behaviour::ClosesEarly => _ = stream.write_all(b"HTTP/1.1 20").await,
            Behaviour::Floods(status) => {
                _ = stream.write_all(format!("HTTP/1.1 {status} X\r\ntransfer-encoding: chunked\r\n\r\n").as_bytes()).await;
                while stream.write_all(format!("400\r\n{}\r\n", "x".repeat(1024)).as_bytes()).await.is_ok() {}
            }
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk).await.ok()?;
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let headers: BTreeMap<String, String> = head
                .lines()
                .skip(1)
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
                .collect();
            let length: usize = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
            if body.len() >= length {
                return Some(Received { headers, body: body.to_owned() });
            }
        }
        if count == 0 {
            return None;
        }
    }
}
