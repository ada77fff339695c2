//! TLS and client certificates, with certificates that openssl made.

use super::super::config::{Certificate, Credentials, Guard, Scope, ServeConfig, TlsConfig};
use super::super::{ServeError, TakenPort, bind};
use super::{Window, free, window_with};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

fn openssl(folder: &Path, arguments: &str) {
    let ran = Command::new("openssl").current_dir(folder).args(arguments.split(' ')).output().expect("openssl runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

/// An authority, and what it signed: `server`, `prometheus`, `stranger`; and `foreign`, which another one signed.
fn papers(folder: &Path) {
    const KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    for (authority, signed) in [("ca", &["server", "prometheus", "stranger"][..]), ("other", &["foreign"])] {
        openssl(folder, &format!("req -x509 {KEY} -keyout {authority}.key -out {authority}.pem -subj /CN={authority} -days 2"));
        for name in signed {
            openssl(folder, &format!("req {KEY} -keyout {name}.key -out {name}.csr -subj /O=Example/CN={name}"));
            std::fs::write(folder.join("ext"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n").unwrap();
            openssl(
                folder,
                &format!(
                    "x509 -req -in {name}.csr -CA {authority}.pem -CAkey {authority}.key -CAcreateserial -extfile ext -days 2 -out {name}.pem"
                ),
            );
        }
    }
}

fn config(folder: &Path) -> ServeConfig {
    let certificates =
        vec![Certificate { name: "prometheus".into(), subject: "CN=prometheus,O=Example".into(), scopes: [Scope::Read].into() }];
    let at = |name: &str| folder.join(name);
    ServeConfig {
        tls: Some(TlsConfig { certificate: at("server.pem"), key: at("server.key"), client_ca: Some(at("ca.pem")), metrics: true }),
        guard: Guard::Credentials(Credentials { tokens: Vec::new(), certificates, session_hours: 1 }),
        ..free()
    }
}

/// The status of an answer over TLS, with or without a certificate; none where there is no answer.
async fn status(window: &Window, folder: &Path, certificate: Option<&str>, path: &str) -> Option<u16> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(folder.join("ca.pem")).unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
    let client = match certificate {
        None => builder.with_no_client_auth(),
        Some(name) => {
            let chain = vec![CertificateDer::from_pem_file(folder.join(format!("{name}.pem"))).unwrap()];
            builder.with_client_auth_cert(chain, PrivateKeyDer::from_pem_file(folder.join(format!("{name}.key"))).unwrap()).unwrap()
        }
    };
    let address = if path == "/metrics" { window.metrics } else { window.web };
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(client));
    let mut stream = connector.connect(ServerName::try_from("localhost").unwrap(), stream).await.ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).split(' ').nth(1)?.parse().ok()
}

#[tokio::test]
async fn a_certificate_says_who_asks() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    papers(at);
    let window = window_with(config(at)).await;
    assert_eq!(status(&window, at, Some("prometheus"), "/api/v1/rules").await, Some(200));
    assert_eq!(status(&window, at, Some("prometheus"), "/metrics").await, Some(200));
    assert_eq!(status(&window, at, None, "/healthz").await, Some(200), "health checks need none");
    assert_eq!(status(&window, at, None, "/api/v1/rules").await, Some(401));
    assert_eq!(status(&window, at, Some("stranger"), "/api/v1/rules").await, Some(401), "signed by ours, and not listed");
    assert_eq!(status(&window, at, Some("foreign"), "/api/v1/rules").await, None, "signed by others");
    let mut plain = tokio::net::TcpStream::connect(window.web).await.unwrap();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP/1.1 200"), "no answer without TLS");
}

#[tokio::test]
async fn certificates_are_read_again_and_bad_ones_keep_the_old() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    papers(at);
    let window = window_with(config(at)).await;
    std::fs::write(at.join("server.pem"), "nothing").unwrap();
    window.stage.daemon.reload().await;
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(status(&window, at, None, "/healthz").await, Some(200));
    for (from, to) in [("foreign.pem", "server.pem"), ("foreign.key", "server.key")] {
        std::fs::copy(at.join(from), at.join(to)).unwrap();
    }
    window.stage.daemon.reload().await;
    // Another authority signed the new one, so that a client of ours notices that it is there.
    super::until(async || status(&window, at, None, "/healthz").await.is_none()).await;
}

#[tokio::test]
async fn urls_say_https_and_files_that_do_not_fit_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    papers(at);
    let good = config(at);
    let bound = bind(&good, TakenPort::Refuse).await.unwrap();
    assert!(bound.web_url().starts_with("https://") && bound.metrics_url().starts_with("https://"));
    let open = ServeConfig { web: "0.0.0.0:0".parse().unwrap(), ..good.clone() };
    assert!(bind(&open, TakenPort::Refuse).await.is_ok(), "certificates guard it");
    let tls = good.tls.clone().unwrap();
    for (wrong, said) in [
        (TlsConfig { certificate: at.join("none.pem"), ..tls.clone() }, "listen.tls.certificate"),
        (TlsConfig { certificate: at.join("server.key"), ..tls.clone() }, "holds no certificate"),
        (TlsConfig { key: at.join("ca.pem"), ..tls.clone() }, "listen.tls.key"),
        (TlsConfig { key: at.join("ca.key"), ..tls.clone() }, "listen.tls"),
        (TlsConfig { client_ca: Some(at.join("ext")), ..tls.clone() }, "listen.tls.client_ca"),
    ] {
        let refused = bind(&ServeConfig { tls: Some(wrong), ..good.clone() }, TakenPort::Refuse).await;
        let Err(error @ ServeError::Tls(_)) = refused else { panic!("{said}") };
        assert!(error.to_string().contains(said), "{error}");
    }
}
