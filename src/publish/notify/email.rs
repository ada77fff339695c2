//! Mail by SMTP: text and HTML, over TLS.
//!
//! What comes from the audited accounts stands in the body alone, where `maud` escapes it for HTML; it has no control characters, so
//! that no name can add a header or end a message. A repetition has the same `Message-ID`, by which mail servers drop it.

#[cfg(test)]
#[path = "email_tests.rs"]
mod tests;

use super::config::{Mail, MailSecurity};
use super::fault::{Fault, Nature, of_mail};
use super::told::{headline, word, worst_first};
use super::{Channel, Delivered, Voice};
use crate::model::notice::{Batch, Notice};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use std::time::Duration;

/// So many changes are named in one mail, the worst first; the others are counted.
const NAMED: usize = 100;
/// How long a sending may take in all.
const DEADLINE: Duration = Duration::from_secs(30);

/// A mail server.
#[derive(Debug)]
pub struct Email {
    mail: Mail,
}

impl Email {
    /// Nobody is asked yet.
    pub fn new(mail: Mail) -> Self {
        Self { mail }
    }

    fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, Fault> {
        let Mail { host, port, security, login, .. } = &self.mail;
        let tls = || TlsParameters::new(host.to_string()).map_err(|error| Fault::channel(format!("TLS with {host} cannot begin: {error}")));
        let tls = match security {
            MailSecurity::StartTls => Tls::Required(tls()?),
            MailSecurity::Tls => Tls::Wrapper(tls()?),
            MailSecurity::None => Tls::None,
        };
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host.as_str()).port(*port).tls(tls).timeout(Some(DEADLINE));
        if let Some((user, password)) = login {
            builder = builder.credentials(Credentials::new(user.to_string(), password.expose().to_owned()));
        }
        Ok(builder.build())
    }
}

/// Tells vacation notices and other machines that nobody reads an answer (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The mail of a batch.
pub(super) fn message(batch: &Batch, voice: &Voice, mail: &Mail) -> Result<Message, Fault> {
    let wrong = |what: &str, error: &dyn std::fmt::Display| Fault::channel(format!("{what}: {error}"));
    let from: Mailbox = mail.from.parse().map_err(|error| wrong("`from` is no address", &error))?;
    let id = format!("<{}@{}>", batch.id, from.email.domain());
    let mut builder: MessageBuilder = Message::builder().from(from).subject(headline(batch)).message_id(Some(id)).header(AutoSubmitted);
    for to in &mail.to {
        builder = builder.to(to.parse().map_err(|error| wrong("`to` is no address", &error))?);
    }
    let body = MultiPart::alternative_plain_html(text(batch, voice), html(batch, voice));
    builder.multipart(body).map_err(|error| Fault::new(Nature::Message, error.to_string()))
}

/// The plain text.
fn text(batch: &Batch, voice: &Voice) -> String {
    let mut lines = vec![headline(batch), String::new()];
    let notices = worst_first(batch);
    for notice in notices.iter().take(NAMED) {
        lines.push(format!("- {}", voice.text.render(&voice.told(notice), |_, value| value.to_owned())));
    }
    lines.extend(rest(&notices, voice));
    lines.push(String::new());
    lines.join("\r\n")
}

fn rest(notices: &[&Notice], voice: &Voice) -> Option<String> {
    let more = notices.len().checked_sub(NAMED).filter(|more| *more > 0)?;
    Some(format!("and {more} more{}", voice.page_url.as_deref().map(|page| format!(": {page}")).unwrap_or_default()))
}

/// The HTML: a table that every mail program lays out.
fn html(batch: &Batch, voice: &Voice) -> String {
    let notices = worst_first(batch);
    let value = |notice: &Notice, name: &str| super::template::shortened(&voice.told(notice).value(name), 500);
    let markup = maud::html! {
        (maud::DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { (headline(batch)) } }
            body {
                h1 { (headline(batch)) }
                table border="1" cellpadding="6" cellspacing="0" {
                    thead { tr { th { "Change" } th { "Severity" } th { "Finding" } th { "Resource" } th { "Account" } th { "Owner" } } }
                    tbody {
                        @for notice in notices.iter().take(NAMED) {
                            tr {
                                td { (word(notice.change.kind, notice.change.finding.status)) }
                                td { (value(notice, "severity")) }
                                td {
                                    @match voice.told(notice).link() {
                                        Some(link) => a href=(link) { (value(notice, "title")) },
                                        None => (value(notice, "title")),
                                    }
                                    br; (value(notice, "message"))
                                }
                                td { (value(notice, "name")) br; small { (value(notice, "type")) } }
                                td { (value(notice, "account")) br; small { (value(notice, "region")) } }
                                td { (value(notice, "owner")) }
                            }
                        }
                    }
                }
                @if let Some(rest) = rest(&notices, voice) { p { (rest) } }
            }
        }
    };
    markup.into_string()
}

#[async_trait::async_trait]
impl Channel for Email {
    fn most(&self, _digest: bool) -> u32 {
        5_000
    }

    async fn send(&self, batch: &Batch, voice: &Voice) -> Result<Delivered, Fault> {
        let message = message(batch, voice, &self.mail)?;
        let transport = self.transport()?;
        match tokio::time::timeout(DEADLINE, transport.send(message)).await {
            Ok(Ok(answer)) => {
                let said: Vec<&str> = answer.message().collect();
                Ok(Delivered::all(format!("{} answered {}: {}", self.mail.host, answer.code(), super::told::quoted(&said.join(" ")))))
            }
            Ok(Err(error)) => Err(of_mail(&error)),
            Err(_) => Err(Fault::passing(format!("{} did not answer within {} s", self.mail.host, DEADLINE.as_secs()))),
        }
    }
}
