//! `auth`: who may ask the page and the API, and for what.

use super::moment::moment;
use super::read::whole;
use crate::diag::Faults;
use crate::diag::yaml::{Node, Table};
use crate::serve::config::{Certificate, Credentials, FILE_TOKEN, Guard, Scope, Token};
use arcstr::ArcStr;
use chrono::NaiveTime;
use std::collections::BTreeSet;
use std::path::Path;

/// The fewest characters of a token in a file: shorter ones can be tried out.
const SHORTEST_TOKEN: usize = 16;

/// `auth: { token_file, tokens, certificates, session_hours }` or `auth: { proxy: true }`.
pub fn guard(node: &Node, folder: &Path, faults: &mut Faults) -> Guard {
    let Some(table) = Table::of(node, "auth", faults) else { return Guard::Loopback };
    let proxy_node = table.optional("proxy");
    let proxy = proxy_node.and_then(|node| node.boolean("auth.proxy", faults)).unwrap_or_default();
    let mut credentials = Credentials { session_hours: Credentials::SESSION_HOURS, ..Credentials::default() };
    if let Some(node) = table.optional("token_file") {
        credentials.tokens.extend(token_of_file(node, folder, faults));
    }
    for node in table.optional("tokens").and_then(|node| node.list("auth.tokens", faults)).unwrap_or_default() {
        let Some(token) = token(node, faults) else { continue };
        refuse_twice(node, &token.name, &credentials, faults);
        credentials.tokens.push(token);
    }
    for node in table.optional("certificates").and_then(|node| node.list("auth.certificates", faults)).unwrap_or_default() {
        let Some(certificate) = certificate(node, faults) else { continue };
        refuse_twice(node, &certificate.name, &credentials, faults);
        credentials.certificates.push(certificate);
    }
    if let Some(node) = table.optional("session_hours") {
        credentials.session_hours = whole(node, "auth.session_hours", 1..=24 * 30_u32, faults).unwrap_or(credentials.session_hours);
    }
    table.finish("auth", faults);
    let none = credentials.tokens.is_empty() && credentials.certificates.is_empty();
    match (proxy, none) {
        (false, true) => Guard::Loopback,
        (false, false) => Guard::Credentials(credentials),
        (true, none) => {
            if let (Some(node), false) = (proxy_node, none) {
                faults
                    .add(&node.span, "auth.proxy excludes auth.token_file, auth.tokens and auth.certificates: the proxy asks who is there");
            }
            Guard::Proxy
        }
    }
}

/// Audits and waivers remember names: each has one holder.
fn refuse_twice(node: &Node, name: &str, known: &Credentials, faults: &mut Faults) {
    let names = known.tokens.iter().map(|token| &token.name).chain(known.certificates.iter().map(|certificate| &certificate.name));
    if names.into_iter().any(|one| one == name) {
        faults.add(&node.span, format!("{name:?} is given twice among auth's tokens and certificates"));
    }
}

fn token_of_file(node: &Node, folder: &Path, faults: &mut Faults) -> Option<Token> {
    let path = folder.join(node.string("auth.token_file", faults)?.as_str());
    match std::fs::read_to_string(&path) {
        Ok(text) if text.trim().len() < SHORTEST_TOKEN => {
            faults.add(&node.span, format!("the token in {} has fewer than {SHORTEST_TOKEN} characters", path.display()));
            None
        }
        Ok(text) => Some(Token::of_secret(FILE_TOKEN, Scope::ALL.iter().copied().collect(), text.trim())),
        Err(error) => {
            faults.add(&node.span, format!("cannot read the token from {}: {error}", path.display()));
            None
        }
    }
}

fn token(node: &Node, faults: &mut Faults) -> Option<Token> {
    let table = Table::of(node, "a token", faults)?;
    let name = table.required("name", faults).and_then(|node| name(node, faults));
    let scopes = table.required("scopes", faults).and_then(|node| scopes(node, faults));
    let end_of_day = NaiveTime::from_hms_opt(23, 59, 59).unwrap_or(NaiveTime::MIN);
    let expires = table.optional("expires").map(|node| moment(node, "expires", end_of_day, faults));
    let token = table.required("sha256", faults).and_then(|node| {
        let digest = node.word("sha256", faults)?;
        let token = Token::of_digest(name.clone()?, scopes.clone()?, expires.flatten(), &digest);
        if token.is_none() {
            // What stands there may be the token itself: it is not repeated.
            faults.add_with_help(&node.span, "sha256 must be 64 hex digits: the token's digest", "`ledgerline token new` prints the line");
        }
        token
    });
    table.finish("a token", faults);
    // A time that cannot be read must not make a token without end.
    if expires == Some(None) { None } else { token }
}

fn certificate(node: &Node, faults: &mut Faults) -> Option<Certificate> {
    let table = Table::of(node, "a certificate", faults)?;
    let name = table.required("name", faults).and_then(|node| name(node, faults));
    let subject = table.required("subject", faults).and_then(|node| node.string("subject", faults));
    let scopes = table.required("scopes", faults).and_then(|node| scopes(node, faults));
    table.finish("a certificate", faults);
    Some(Certificate { name: name?, subject: subject?, scopes: scopes? })
}

/// Names stand in log lines, in lists and in the store.
fn name(node: &Node, faults: &mut Faults) -> Option<ArcStr> {
    let name = node.word("name", faults)?;
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
    if !name.is_empty() && name.len() <= 64 && name.chars().all(good) {
        return Some(name);
    }
    faults.add(&node.span, format!("a name has 1 to 64 letters, digits, -, _, . or @; {:?} has not", name.as_str()));
    None
}

fn scopes(node: &Node, faults: &mut Faults) -> Option<BTreeSet<Scope>> {
    let words: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    let items = node.list("scopes", faults)?;
    if items.is_empty() {
        faults.add(&node.span, format!("scopes is empty: name one of {}", words.join(", ")));
        return None;
    }
    // A misspelt one must not leave a credential with the others: it is a mistake, and nothing is served.
    items.iter().map(|item| item.one_of("scope", &words, faults)).collect()
}
