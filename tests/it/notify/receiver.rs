//! A webhook of this machine that keeps what came, and answers when it is told to.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a request said: its head as it came, and its body.
#[derive(Clone, Debug)]
pub struct Received {
    pub head: String,
    pub body: String,
}

#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
    /// Milliseconds before an answer.
    pause: Arc<AtomicU64>,
}

impl Receiver {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/T000/a-secret-of-the-test", listener.local_addr().unwrap());
        let receiver = Self { url, received: Arc::default(), pause: Arc::default() };
        let shared = receiver.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                std::thread::spawn(move || shared.serve(stream));
            }
        });
        receiver
    }

    pub fn answer_after(&self, pause: Duration) {
        self.pause.store(pause.as_millis().try_into().unwrap(), Ordering::SeqCst);
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    fn serve(&self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        let mut chunk = [0; 8192];
        loop {
            let Ok(count) = stream.read(&mut chunk) else { return };
            bytes.extend_from_slice(&chunk[..count]);
            let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
                if count == 0 {
                    return;
                }
                continue;
            };
            let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(|text| text.parse::<usize>().unwrap()));
            if bytes.len() >= at + 4 + length.unwrap_or(0) {
                let body = String::from_utf8(bytes[at + 4..].to_vec()).unwrap();
                self.received.lock().unwrap().push(Received { head, body });
                break;
            }
        }
        std::thread::sleep(Duration::from_millis(self.pause.load(Ordering::SeqCst)));
        _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
    }
}

impl Received {
    pub fn header(&self, name: &str) -> Option<String> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then(|| value.to_owned())
        })
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}
