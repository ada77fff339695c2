//! The manifest of a report: SHA-256 of each part, the hash of the manifest before it, and an Ed25519 signature over its bytes.
//!
//! It is a text whose bytes are signed as they are, with the signature beside it (`manifest.sig`, hex): nothing has to be brought
//! into a canonical form first, and other tools can verify it. The public key stands in the manifest, which proves that parts and
//! manifest belong together, not who made them; whoever must know that gives the key that it has to be.

use super::{Data, Format, RenderError};
use arcstr::ArcStr;
use ring::signature::{self, Ed25519KeyPair, KeyPair as _};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

mod verify;

#[cfg(test)]
mod tests;

pub use verify::{Fault, Link, check, check_chain};

/// The manifest's name beside the parts.
pub const FILE: &str = "manifest.json";
/// The signature's.
pub const SIGNATURE_FILE: &str = "manifest.sig";
/// The version of the object.
const SCHEMA: &str = "ledgerline.manifest/1";

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Its version.
    pub schema: ArcStr,
    /// The report's id.
    pub report: ArcStr,
    /// The audit that it rests on.
    pub run: ArcStr,
    /// SHA-256 over the rules of that audit.
    pub rules_digest: ArcStr,
    /// Ledgerline's version.
    pub version: ArcStr,
    /// The parts.
    pub parts: Vec<Part>,
    /// The report before it; none for the first.
    pub previous: Option<Previous>,
    /// The key that signed it, in hex.
    pub public_key: ArcStr,
}

/// One part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its name.
    pub name: ArcStr,
    /// Its media type.
    pub media_type: ArcStr,
    /// How long it is.
    pub bytes: u64,
    /// SHA-256 of it, in lower-case hex.
    pub sha256: ArcStr,
}

/// The report before another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Previous {
    /// Its id.
    pub report: ArcStr,
    /// SHA-256 of its manifest.
    pub sha256: ArcStr,
}

/// A part with its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// What the manifest says of it.
    pub part: Part,
    /// The content.
    pub bytes: Vec<u8>,
}

/// A manifest with its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The bytes that were signed.
    pub text: String,
    /// SHA-256 of them.
    pub sha256: ArcStr,
    /// The signature, in hex.
    pub signature: ArcStr,
}

/// A key that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no Ed25519 key as PKCS#8: {0}")]
pub struct BadKey(String);

/// The key that signs. Debug output does not show it.
pub struct SigningKey(Ed25519KeyPair);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey(public {})", self.public())
    }
}

impl SigningKey {
    /// Makes a new key, as the bytes of its file.
    ///
    /// # Errors
    /// Where the system gives no random numbers.
    pub fn generate() -> Result<Vec<u8>, BadKey> {
        let random = ring::rand::SystemRandom::new();
        let document = Ed25519KeyPair::generate_pkcs8(&random).map_err(|_| BadKey("no random numbers".to_owned()))?;
        Ok(document.as_ref().to_vec())
    }

    /// Reads the bytes of its file.
    ///
    /// # Errors
    /// Where they are something else.
    pub fn read(bytes: &[u8]) -> Result<Self, BadKey> {
        // Keys of other tools have no public half inside.
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(bytes).map(Self).map_err(|error| BadKey(error.to_string()))
    }

    /// The public half, in hex.
    pub fn public(&self) -> ArcStr {
        hex(self.0.public_key().as_ref()).into()
    }
}

/// Writes a report in all formats.
///
/// # Errors
/// The first that fails.
pub fn render_all(data: &Data, formats: &[Format]) -> Result<Vec<Rendered>, RenderError> {
    formats.iter().map(|format| render(data, format)).collect()
}

fn render(data: &Data, format: &Format) -> Result<Rendered, RenderError> {
    let bytes = (format.render)(data)?;
    let part = Part { name: format.part.into(), media_type: format.media_type.into(), bytes: bytes.len() as u64, sha256: sha256(&bytes) };
    Ok(Rendered { part, bytes })
}

/// The signed manifest of a report with these parts, behind the one before it.
pub fn sign(data: &Data, parts: &[Rendered], previous: Option<Previous>, key: &SigningKey) -> Signed {
    let manifest = Manifest {
        schema: SCHEMA.into(),
        report: data.id.clone(),
        run: data.audit.run.shared().clone(),
        rules_digest: data.audit.rules_digest.clone(),
        version: data.version.clone(),
        parts: parts.iter().map(|rendered| rendered.part.clone()).collect(),
        previous,
        public_key: key.public(),
    };
    // Text and numbers: nothing of it can fail to become JSON.
    let mut text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    text.push('\n');
    let signature = hex(key.0.sign(text.as_bytes()).as_ref()).into();
    Signed { sha256: sha256(text.as_bytes()), text, signature }
}

/// SHA-256 in lower-case hex.
pub fn sha256(bytes: &[u8]) -> ArcStr {
    hex(&sha2::Sha256::digest(bytes)).into()
}

/// Whether a signature is that of a key over these bytes.
fn is_signed(text: &[u8], signature: &str, public_key: &str) -> bool {
    let (Some(signature), Some(key)) = (unhex(signature), unhex(public_key)) else { return false };
    signature::UnparsedPublicKey::new(&signature::ED25519, key).verify(text, &signature).is_ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| if let [high, low] = *pair { Some(digit(high)? << 4 | digit(low)?) } else { None }).collect()
}
