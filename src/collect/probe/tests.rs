//! Probes against real TLS servers on this machine: what is seen, what is refused, and that nothing is asked where nothing may be.

use super::config::{Endpoint, ProbesConfig, Url};
use super::*;
use crate::collect::Silent;
use crate::model::Interner;
use crate::model::needs::Needs;
use crate::model::paid::{PaidCalls, PaidRequest, Refusal};
use crate::model::run::PassScope;
use crate::model::value::Time;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::SocketAddr;
use std::path::Path as File;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

struct NoMoney;

impl PaidCalls for NoMoney {
    fn cached<'a>(&'a self, _: &'a PaidRequest, _: Time) -> BoxFuture<'a, Option<Value>> {
        Box::pin(std::future::ready(None))
    }
    fn reserve<'a>(&'a self, _: &'a PaidRequest, _: Time) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(std::future::ready(Err(Refusal::NoStore)))
    }
    fn settle<'a>(&'a self, _: &'a PaidRequest, _: u32, _: Option<Value>, _: Time) -> BoxFuture<'a, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// An authority of our own, and a certificate that it signed.
struct Papers {
    authority: CertificateDer<'static>,
    own: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

fn openssl(folder: &File, arguments: &[&str]) {
    let ran = Command::new("openssl").current_dir(folder).args(arguments).output().expect("openssl runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

/// Papers for a host, good for so many days.
fn papers(host: &str, days: &str) -> Papers {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    let authority = ["req", "-x509", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA", "-days", "30"];
    openssl(at, &[&authority[..], &key].concat());
    openssl(at, &[&["req", "-keyout", "own.key", "-out", "own.csr", "-subj", "/CN=own"][..], &key].concat());
    std::fs::write(at.join("own.ext"), format!("subjectAltName=DNS:{host}\n")).unwrap();
    let sign = ["x509", "-req", "-in", "own.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "own.ext"];
    openssl(at, &[&sign[..], &["-days", days, "-out", "own.pem"]].concat());
    Papers {
        authority: CertificateDer::from_pem_file(at.join("ca.pem")).unwrap(),
        own: CertificateDer::from_pem_file(at.join("own.pem")).unwrap(),
        key: PrivateKeyDer::from_pem_file(at.join("own.key")).unwrap(),
    }
}

/// A server that answers every request alike, and counts them.
struct Server {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
}

async fn serve(papers: &Papers, version: &'static rustls::SupportedProtocolVersion, answer: &'static str) -> Server {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![papers.own.clone()], papers.key.clone_key())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server { address: listener.local_addr().unwrap(), requests: Arc::default(), connections: Arc::default() };
    let (requests, connections) = (Arc::clone(&server.requests), Arc::clone(&server.connections));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            connections.fetch_add(1, Ordering::SeqCst);
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut head = vec![0; 4096];
            let Ok(length @ 1..) = stream.read(&mut head).await else { continue };
            requests.fetch_add(1, Ordering::SeqCst);
            let head = String::from_utf8_lossy(&head[..length]).to_ascii_lowercase();
            assert!(head.starts_with("get /users?limit=1 http/1.1\r\n") && head.contains("\r\nhost: localhost:"), "{head}");
            assert!(!head.contains("authorization") && !head.contains("cookie"), "{head}");
            _ = stream.write_all(answer.as_bytes()).await;
            _ = stream.shutdown().await;
        }
    });
    server
}

fn endpoint(port: u16) -> Endpoint {
    Endpoint {
        name: "users".into(),
        account: None,
        url: Url::parse(&format!("https://localhost:{port}/users?limit=1")).unwrap(),
        status: vec![401],
        protected: true,
        certificate_days: 30,
        allow_private: true,
        timeout: Duration::from_secs(5),
    }
}

fn trusting(papers: &Papers) -> RootCertStore {
    let mut authorities = RootCertStore::empty();
    authorities.add(papers.authority.clone()).unwrap();
    authorities
}

/// What probes bring where this is needed.
async fn collect(probes: &Probes, needs: &Needs) -> Collected {
    let (catalogue, scope, interner) = (crate::collect::catalogue(), PassScope::default(), Interner::new());
    let request = Request {
        needs,
        scope: &scope,
        now: chrono::Utc::now(),
        catalogue: &catalogue,
        interner: &interner,
        paid: &NoMoney,
        progress: &Silent,
    };
    probes.collect(request).await.unwrap()
}

/// The one resource, and the row of coverage.
async fn probe(endpoint: Endpoint, authorities: RootCertStore) -> (ResourceRecord, ScopeRow) {
    let catalogue = crate::collect::catalogue();
    let mut needs = Needs::default();
    needs.read(&ENDPOINT.into(), &Path::root("state"), &catalogue);
    let probes = Probes::new(ProbesConfig { endpoints: vec![endpoint] }).with_authorities(authorities);
    let collected = collect(&probes, &needs).await;
    let [resource] = collected.resources.as_slice() else { panic!("one resource a probe") };
    assert_eq!(collected.requests.total, 0, "a probe is no request to AWS");
    let row = collected.coverage.rows().next().unwrap().clone();
    (resource.to_record(), row)
}

fn unknown(record: &ResourceRecord) -> Vec<String> {
    record.gaps.iter().map(|gap| gap.path.to_string()).collect()
}

const REFUSED: &str = "HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\nlocation: https://elsewhere.example/\r\n\r\n{}";

#[tokio::test]
async fn status_version_and_certificate_are_seen() {
    let papers = papers("localhost", "20");
    for (version, name) in [(&rustls::version::TLS13, "TLSv1.3"), (&rustls::version::TLS12, "TLSv1.2")] {
        let server = serve(&papers, version, REFUSED).await;
        let (record, row) = probe(endpoint(server.address.port()), trusting(&papers)).await;
        assert_eq!(record.state["StatusCode"], 401, "{record:#?}");
        assert_eq!(record.state["TlsVersion"], name);
        assert_eq!((&record.state["CertificateTrusted"], &record.state["AddressKind"]), (&json!(true), &json!("loopback")));
        let ends = chrono::DateTime::parse_from_rfc3339(record.state["CertificateNotAfter"].as_str().unwrap()).unwrap();
        assert!((19..=20).contains(&(ends.to_utc() - chrono::Utc::now()).num_days()), "{ends}");
        assert_eq!((row.outcome, row.call.as_str(), row.resources), (Outcome::Complete, "probe:Get", 1));
        assert!(record.gaps.is_empty(), "{:?}", record.gaps);
        assert_eq!(server.requests.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let papers = papers("localhost", "20");
    let elsewhere = serve(&papers, &rustls::version::TLS13, REFUSED).await;
    let target = format!("HTTP/1.1 302 Found\r\nlocation: https://localhost:{}/\r\ncontent-length: 0\r\n\r\n", elsewhere.address.port());
    let server = serve(&papers, &rustls::version::TLS13, target.leak()).await;
    let (record, _) = probe(endpoint(server.address.port()), trusting(&papers)).await;
    assert_eq!(record.state["StatusCode"], 302);
    assert_eq!(elsewhere.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_private_address_is_not_even_connected_to() {
    let papers = papers("localhost", "20");
    let server = serve(&papers, &rustls::version::TLS13, REFUSED).await;
    for host in ["localhost", "127.0.0.1", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0", "169.254.169.254", "10.0.0.1"] {
        let url = Url::parse(&format!("https://{host}:{}/users?limit=1", server.address.port())).unwrap();
        let (record, row) = probe(Endpoint { url, allow_private: false, ..endpoint(1) }, trusting(&papers)).await;
        assert_eq!(row.outcome, Outcome::Broken, "{host}");
        assert!(row.reason.as_ref().unwrap().contains("allow_private"), "{row:?}");
        assert_eq!(record.state, json!({}), "{host}");
        assert_eq!(record.gaps.len(), 7, "{:?}", unknown(&record));
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_told_and_nothing_is_asked() {
    let (papers, stranger) = (papers("other.example", "20"), papers("localhost", "20"));
    for (served, trusted) in [(&papers, trusting(&papers)), (&stranger, trusting(&papers))] {
        let server = serve(served, &rustls::version::TLS13, REFUSED).await;
        let (record, row) = probe(endpoint(server.address.port()), trusted).await;
        assert_eq!(record.state["CertificateTrusted"], false, "{record:#?}");
        assert!(record.state["CertificateFault"].as_str().is_some_and(|fault| !fault.is_empty()));
        assert!(record.state["CertificateNotAfter"].is_string() && record.state["TlsVersion"] == "TLSv1.3");
        assert_eq!(unknown(&record), ["state.StatusCode"]);
        assert_eq!((row.outcome, server.requests.load(Ordering::SeqCst)), (Outcome::Broken, 0));
    }
}

#[tokio::test]
async fn a_server_that_only_speaks_older_tls_is_told() {
    let papers = papers("localhost", "20");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut hello = [0; 2048];
        _ = stream.read(&mut hello).await;
        // An alert: fatal, protocol version.
        _ = stream.write_all(&[0x15, 3, 1, 0, 2, 2, 70]).await;
        _ = stream.read(&mut hello).await;
    });
    let (record, row) = probe(endpoint(port), trusting(&papers)).await;
    assert_eq!(record.state["TlsVersion"], "older", "{row:?}");
    assert!(unknown(&record).contains(&"state.StatusCode".to_owned()));
    assert_eq!(row.outcome, Outcome::Broken);
}

#[tokio::test]
async fn silence_ends_at_the_deadline_and_is_unreachable() {
    let papers = papers("localhost", "20");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let began = std::time::Instant::now();
    let (record, row) = probe(Endpoint { timeout: Duration::from_secs(1), ..endpoint(port) }, trusting(&papers)).await;
    assert!(began.elapsed() < Duration::from_secs(4));
    assert_eq!((row.outcome, row.resources), (Outcome::Unreachable, 0));
    assert_eq!(record.state["Address"], "127.0.0.1", "what was seen before stays");
    drop(listener);
    let (_, row) = probe(endpoint(port), trusting(&papers)).await;
    assert_eq!(row.outcome, Outcome::Unreachable, "nobody listens");
    let nowhere = Endpoint { url: Url::parse("https://no-such-host.invalid/").unwrap(), ..endpoint(1) };
    let (_, row) = probe(nowhere, trusting(&papers)).await;
    assert_eq!(row.outcome, Outcome::Unreachable, "the name leads nowhere");
}

#[tokio::test]
async fn what_is_no_http_is_broken() {
    let papers = papers("localhost", "20");
    for answer in ["", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 abc\r\n\r\n"] {
        let server = serve(&papers, &rustls::version::TLS13, answer).await;
        let (record, row) = probe(endpoint(server.address.port()), trusting(&papers)).await;
        assert_eq!(row.outcome, Outcome::Broken, "{answer:?}: {row:?}");
        assert_eq!(unknown(&record), ["state.StatusCode"], "{answer:?}");
    }
}

#[tokio::test]
async fn nobody_is_asked_where_no_rule_reads_it() {
    let papers = papers("localhost", "20");
    let server = serve(&papers, &rustls::version::TLS13, REFUSED).await;
    let probes = Probes::new(ProbesConfig { endpoints: vec![endpoint(server.address.port())] });
    let collected = collect(&probes, &Needs::default()).await;
    assert!(collected.resources.is_empty() && collected.coverage.rows().next().is_none());
    assert_eq!(server.connections.load(Ordering::SeqCst), 0);
}

#[test]
fn everything_that_is_always_there_is_seen_or_a_gap() {
    let catalogue = crate::collect::catalogue();
    let spec = catalogue.find(&ENDPOINT.into()).unwrap();
    let record = record(&endpoint(1), &Seen::default());
    let gaps = unknown(&record);
    for key in spec.state.fields().unwrap().keys() {
        assert!(gaps.contains(&format!("state.{key}")), "{key}");
    }
    for key in spec.properties.fields().unwrap().keys() {
        assert!(record.properties.get(key.as_str()).is_some(), "{key}");
    }
}
