//! An AWS account as tests see it: an id, and the credentials and endpoint that lead to it.

/// An AWS account inside the emulator, or a pretended one of the stand-in.
#[derive(Clone, Debug)]
pub struct Account {
    /// Twelve digits.
    pub id: String,
    /// Where requests go.
    pub endpoint: String,
    /// The region that requests are made in.
    pub region: String,
    /// Of the credentials.
    pub access_key_id: String,
    /// Of the credentials.
    pub secret_access_key: String,
    /// Of the credentials.
    pub session_token: String,
}
