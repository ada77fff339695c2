//! TLS on the listeners, and who a client's certificate says it is.
//!
//! A certificate is asked for and not demanded: browsers that sign in have none, and health checks need none. What a request
//! without one may do is decided where all credentials are, in `access`.

mod subject;

use super::config::TlsConfig;
use arcstr::ArcStr;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Why TLS cannot be spoken.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is not there, or is not what it should be.
    #[error("{setting}: {} holds no {what}: {source}", file.display())]
    File {
        /// The key of the config.
        setting: &'static str,
        /// The file.
        file: PathBuf,
        /// What was looked for.
        what: &'static str,
        /// What is wrong.
        source: pem::Error,
    },
    /// A file holds none of what was looked for.
    #[error("{setting}: {} holds no certificate in PEM", file.display())]
    Empty {
        /// The key of the config.
        setting: &'static str,
        /// The file.
        file: PathBuf,
    },
    /// They do not fit together.
    #[error("listen.tls: {0}")]
    Unfit(#[from] rustls::Error),
    /// The authorities cannot be used.
    #[error("listen.tls.client_ca: {0}")]
    Authorities(#[from] rustls::server::VerifierBuilderError),
}

/// TLS as the files say; they can be read again.
#[derive(Debug)]
pub struct Tls {
    files: TlsConfig,
    current: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn load(files: &TlsConfig) -> Result<Self, TlsError> {
        Ok(Self { files: files.clone(), current: RwLock::new(Arc::new(server(files)?)) })
    }

    /// Reads the files again, for connections from now on. Certificates end every few weeks.
    ///
    /// # Errors
    /// What is wrong with them; then the old ones stay in use.
    pub fn reload(&self) -> Result<(), TlsError> {
        let renewed = Arc::new(server(&self.files)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = renewed;
        Ok(())
    }

    /// Agrees on keys; answers the subject of the client's certificate, if it shows one that an authority of ours signed.
    ///
    /// # Errors
    /// Where the client speaks something else, or shows a certificate of somebody else's.
    pub async fn handshake(&self, stream: TcpStream) -> std::io::Result<(TlsStream<TcpStream>, Option<ArcStr>)> {
        let config = Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner));
        let stream = TlsAcceptor::from(config).accept(stream).await?;
        let own = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
        let subject = own.and_then(|certificate| subject::of(certificate)).map(ArcStr::from);
        Ok((stream, subject))
    }
}

fn server(files: &TlsConfig) -> Result<ServerConfig, TlsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain = certificates("listen.tls.certificate", &files.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|source| TlsError::File {
        setting: "listen.tls.key",
        file: files.key.clone(),
        what: "private key in PEM",
        source,
    })?;
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let builder = match &files.client_ca {
        None => builder.with_no_client_auth(),
        Some(file) => {
            let mut authorities = RootCertStore::empty();
            for authority in certificates("listen.tls.client_ca", file)? {
                authorities.add(authority)?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(authorities), provider).allow_unauthenticated();
            builder.with_client_cert_verifier(verifier.build()?)
        }
    };
    let mut config = builder.with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn certificates(setting: &'static str, file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let failed = |source| TlsError::File { setting, file: file.to_owned(), what: "certificate in PEM", source };
    let found: Vec<_> = CertificateDer::pem_file_iter(file).map_err(failed)?.collect::<Result<_, _>>().map_err(failed)?;
    if found.is_empty() { Err(TlsError::Empty { setting, file: file.to_owned() }) } else { Ok(found) }
}
