//! Whose certificate it is, judged without hanging up. A handshake that ends at a bad certificate tells neither when the
//! certificate ended nor which version was agreed on; so the verdict is kept instead of returned, and the caller sends
//! nothing over a connection that is not trusted. Nothing secret is ever sent: a probe is an anonymous `GET`.

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
use std::sync::{Arc, Mutex, PoisonError};

/// Judges one connection.
#[derive(Debug)]
pub struct Witness {
    authorities: Arc<WebPkiServerVerifier>,
    fault: Mutex<Option<String>>,
}

impl Witness {
    /// One that trusts these authorities.
    pub fn new(authorities: Arc<WebPkiServerVerifier>) -> Self {
        Self { authorities, fault: Mutex::default() }
    }

    /// Why the certificate is not trusted, once the handshake is over.
    pub fn fault(&self) -> Option<String> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Err(error) = self.authorities.verify_server_cert(own, between, host, ocsp, now) {
            *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
        }
        Ok(ServerCertVerified::assertion())
    }

    // That the server holds the key of what it shows is never forgiven: else anybody could show any certificate.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities.verify_tls12_signature(message, own, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities.verify_tls13_signature(message, own, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authorities.supported_verify_schemes()
    }
}
