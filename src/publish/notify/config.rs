//! `notify` of the config file: who is told of which changes, by which way.

pub use super::route::{CHANGES, Patterns, Route};
pub use super::secret::Secret;
pub use super::template::{Mistake, PLACEHOLDERS, Template};

use crate::model::AccountId;
use arcstr::ArcStr;

/// Channels at most: each has its own series on the metrics page.
pub const MOST_CHANNELS: usize = 32;

/// So many failures in a row make a channel dead where the config does not say.
pub const DEAD_AFTER: u32 = 8;

/// All channels.
#[derive(Clone, Debug, Default)]
pub struct NotifyConfig {
    /// The channels, each under a name of its own.
    pub channels: Vec<ChannelConfig>,
}

/// One channel.
#[derive(Clone, Debug)]
pub struct ChannelConfig {
    /// Its name: letters, digits, `-` and `_`.
    pub name: ArcStr,
    /// What it is told of.
    pub route: Route,
    /// The cron expression of five fields by which it is told together; none where it is told at once.
    pub digest: Option<ArcStr>,
    /// So many failures in a row make it dead.
    pub dead_after: u32,
    /// The line that tells a change.
    pub text: Template,
    /// Where the daemon's page is, as others reach it; messages then link to it.
    pub page_url: Option<ArcStr>,
    /// What it is.
    pub kind: Kind,
}

/// What a channel is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A Slack-compatible incoming webhook.
    Slack(WebTarget),
    /// JSON to a webhook, signed where there is a key.
    Webhook {
        /// Where.
        target: WebTarget,
        /// The key of the HMAC.
        key: Option<Secret>,
    },
    /// An SNS topic.
    Sns(Topic),
    /// Mail by SMTP.
    Email(Mail),
    /// Security Hub's findings of one account.
    SecurityHub(Hub),
    /// Files of JSON lines in a bucket.
    S3(Bucket),
}

impl Kind {
    /// The words that the config file uses, sorted.
    pub const WORDS: [&'static str; 6] = ["email", "s3", "securityhub", "slack", "sns", "webhook"];

    /// The word that the config file uses.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Slack(_) => "slack",
            Self::Webhook { .. } => "webhook",
            Self::Sns(_) => "sns",
            Self::Email(_) => "email",
            Self::SecurityHub(_) => "securityhub",
            Self::S3(_) => "s3",
        }
    }
}

/// Where a webhook is. The address is a secret: whoever knows it may write there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebTarget {
    /// The address.
    pub url: Secret,
    /// Whether it may lead to an address that is not on the internet.
    pub allow_internal: bool,
    /// Seconds that a sending may take in all, from the name to the answer.
    pub timeout_secs: u64,
}

/// How to get into AWS to publish: never the way by which it audits, unless both have the same credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AwsAccess {
    /// The region; none for the SDK's own.
    pub region: Option<ArcStr>,
    /// The role to assume; none to use the credentials as they are.
    pub role_arn: Option<ArcStr>,
    /// What the role's trust policy asks for.
    pub external_id: Option<ArcStr>,
}

/// An SNS topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Its ARN.
    pub arn: ArcStr,
    /// The way there.
    pub access: AwsAccess,
}

/// Security Hub in one account and region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hub {
    /// The account whose findings are sent, and whose they become: Security Hub takes no others from it.
    pub account: AccountId,
    /// The way there; it names the region.
    pub access: AwsAccess,
}

/// A place in a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub bucket: ArcStr,
    /// What every key begins with; empty, or ending with `/`.
    pub prefix: ArcStr,
    /// The way there.
    pub access: AwsAccess,
}

/// A mail server, and who gets mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The server.
    pub host: ArcStr,
    /// Its port.
    pub port: u16,
    /// How the connection is kept private.
    pub security: MailSecurity,
    /// Who logs in, and by which password; none where the server asks nobody.
    pub login: Option<(ArcStr, Secret)>,
    /// Who sends: an address, or `Name <address>`.
    pub from: ArcStr,
    /// Who gets it.
    pub to: Vec<ArcStr>,
}

/// How a connection to a mail server is kept private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailSecurity {
    /// It begins in the open and must turn to TLS before anything is said.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// Not at all: only for a server on this machine.
    None,
}

/// Whether a webhook may have this address. Nobody is asked; where it leads is judged when something is sent.
///
/// # Errors
/// What is wrong, without the address.
pub fn check_address(url: &Secret, allow_internal: bool) -> Result<(), &'static str> {
    let parsed = reqwest::Url::parse(url.expose()).map_err(|_| "the address is none: it begins with https://")?;
    match parsed.scheme() {
        "https" => Ok(()),
        "http" if allow_internal => Ok(()),
        _ => Err("the address must begin with https://; http:// is for this machine alone, and needs allow_internal"),
    }
}

/// Whether links may begin so.
///
/// # Errors
/// What is wrong.
pub fn check_page(url: &str) -> Result<(), &'static str> {
    let parsed = reqwest::Url::parse(url).ok().filter(|parsed| matches!(parsed.scheme(), "https" | "http"));
    let plain = url.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '|' | '`'));
    if parsed.is_some_and(|parsed| parsed.query().is_none() && parsed.fragment().is_none()) && plain {
        return Ok(());
    }
    Err("page_url must be the address of the page, such as https://ledgerline.example.com/")
}

/// Whether this is somebody's mail address.
///
/// # Errors
/// What is wrong.
pub fn check_mailbox(text: &str) -> Result<(), String> {
    text.parse::<lettre::message::Mailbox>().map(|_| ()).map_err(|error| format!("{text:?} is no mail address: {error}"))
}
