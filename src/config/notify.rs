//! `notify`: the channels that are told of changes. Secrets stand in files or in the environment, never here.

use super::accounts::{account_id, parse_region, role_arn};
use super::read::whole;
use crate::daemon::config::Schedule;
use crate::diag::Faults;
use crate::diag::yaml::{Kind as Form, Node, Table};
use crate::model::finding::ChangeKind;
use crate::model::rule::{Pillar, Severity};
use crate::publish::config::{
    AwsAccess, Bucket, CHANGES, ChannelConfig, DEAD_AFTER, Hub, Kind, MOST_CHANNELS, Mail, MailSecurity, Mistake, NotifyConfig,
    PLACEHOLDERS, Patterns, Route, Secret, Template, Topic, WebTarget, check_address, check_mailbox, check_page,
};
use arcstr::ArcStr;
use std::collections::BTreeSet;
use std::path::Path;
use std::str::FromStr as _;

#[cfg(test)]
#[path = "notify_tests.rs"]
mod tests;

/// Seconds for a webhook where the channel does not say.
const TIMEOUT_SECS: u64 = 15;

/// The settings that every channel has.
const ALL_KINDS: [&str; 7] = ["dead_after", "digest", "kind", "name", "page_url", "text", "when"];

/// The settings of each kind besides.
const OF_KIND: [(&str, &[&str]); 6] = [
    ("email", &["from", "host", "password_env", "password_file", "port", "tls", "to", "username"]),
    ("s3", &["bucket", "external_id", "prefix", "region", "role_arn"]),
    ("securityhub", &["account", "external_id", "region", "role_arn"]),
    ("slack", &["allow_internal", "timeout_secs", "url_env", "url_file"]),
    ("sns", &["external_id", "role_arn", "topic_arn"]),
    ("webhook", &["allow_internal", "key_env", "key_file", "timeout_secs", "url_env", "url_file"]),
];

/// Each channel under a name of its own.
pub fn notify(node: &Node, folder: &Path, faults: &mut Faults) -> NotifyConfig {
    let mut config = NotifyConfig::default();
    let items = node.list("notify", faults).unwrap_or_default();
    if items.len() > MOST_CHANNELS {
        faults.add(&node.span, format!("there are {} channels; at most {MOST_CHANNELS} are told", items.len()));
    }
    for item in items {
        let Some(channel) = channel(item, folder, faults) else { continue };
        if config.channels.iter().any(|known| known.name == channel.name) {
            faults.add(&item.span, format!("channel {:?} is given twice", channel.name.as_str()));
            continue;
        }
        config.channels.push(channel);
    }
    config
}

fn channel(node: &Node, folder: &Path, faults: &mut Faults) -> Option<ChannelConfig> {
    let table = Table::of(node, "a channel", faults)?;
    let before = faults.len();
    let name = table.required("name", faults).and_then(|node| name(node, faults));
    let word = table.required("kind", faults).and_then(|node| {
        let word = node.word("kind", faults)?;
        let known = Kind::WORDS.contains(&word.as_str());
        if !known {
            faults.add_unknown(&node.span, "kind of channel", &word, Kind::WORDS);
        }
        known.then_some(word)
    });
    let digest = table.optional("digest").and_then(|node| {
        let text = node.string("digest", faults)?;
        Schedule::from_str(&text)
            .map_err(|message| faults.add_with_help(&node.span, message, "minute hour day month weekday, such as \"0 8 * * 1-5\""))
            .ok()?;
        Some(text)
    });
    let dead_after = table.optional("dead_after").and_then(|node| whole(node, "dead_after", 1..=1000_u32, faults)).unwrap_or(DEAD_AFTER);
    let text = table.optional("text").and_then(|node| template(node, faults)).unwrap_or_default();
    let page_url = table.optional("page_url").and_then(|node| {
        let url = node.string("page_url", faults)?;
        check_page(&url).map_err(|message| faults.add(&node.span, message)).ok()?;
        Some(url)
    });
    let mut route = table.optional("when").map(|node| route(node, faults)).unwrap_or_default();
    belongs(&table, word.as_deref(), faults);
    let kind = word.as_deref().and_then(|word| kind(word, &table, folder, faults));
    if let Some(Kind::SecurityHub(hub)) = &kind {
        route = route.only_account(&hub.account);
    }
    table.finish("a channel", faults);
    // What is wrong is told already; a channel with a mistake is none.
    if faults.len() > before {
        return None;
    }
    Some(ChannelConfig { name: name?, route, digest, dead_after, text, page_url, kind: kind? })
}

/// Tells settings of other kinds. They are known keys, so that nobody takes them for a typo.
fn belongs(table: &Table<'_>, kind: Option<&str>, faults: &mut Faults) {
    for key in ALL_KINDS {
        table.optional(key);
    }
    let keys: BTreeSet<&'static str> = OF_KIND.iter().flat_map(|(_, keys)| keys.iter().copied()).collect();
    for key in keys {
        let (Some(node), Some(kind)) = (table.optional(key), kind) else { continue };
        let own = OF_KIND.iter().find(|(word, _)| *word == kind).map(|(_, keys)| *keys).unwrap_or_default();
        if !own.contains(&key) {
            let help = format!("it has {}", own.join(", "));
            faults.add_with_help(&node.span, format!("{key} is no setting of a channel of kind {kind}"), help);
        }
    }
}

fn name(node: &Node, faults: &mut Faults) -> Option<ArcStr> {
    let name = node.word("name", faults)?;
    if (1..=64).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
        return Some(name);
    }
    faults.add(&node.span, "a channel's name has up to 64 letters, digits, - and _");
    None
}

fn template(node: &Node, faults: &mut Faults) -> Option<Template> {
    let text = node.string("text", faults)?;
    let mistakes = match Template::parse(&text) {
        Ok(template) => return Some(template),
        Err(mistakes) => mistakes,
    };
    for mistake in mistakes {
        match mistake {
            Mistake::Unknown(word) => faults.add_unknown(&node.span, "placeholder", &word, PLACEHOLDERS.iter().copied()),
            Mistake::Open => faults.add(&node.span, "{{ without }}"),
        }
    }
    None
}

fn route(node: &Node, faults: &mut Faults) -> Route {
    let Some(table) = Table::of(node, "when", faults) else { return Route::default() };
    let pillars: Vec<&str> = Pillar::ALL.iter().map(|one| one.as_str()).collect();
    let pillars = list(table.optional("pillars"), "when.pillars", &pillars, faults);
    let told: Vec<&str> = ChangeKind::ALL.iter().filter(|kind| **kind != ChangeKind::Seen).map(|kind| kind.as_str()).collect();
    let changes = list(table.optional("changes"), "when.changes", &told, faults);
    let severities: Vec<&str> = Severity::ALL.iter().map(|one| one.as_str()).collect();
    let severity = table.optional("severity").and_then(|node| node.one_of("when.severity", &severities, faults)).unwrap_or(Severity::Info);
    let (owners, accounts, rules) = (globs(&table, "owners", faults), globs(&table, "accounts", faults), globs(&table, "rules", faults));
    table.finish("when", faults);
    let changes = if changes.is_empty() { CHANGES.to_vec() } else { changes };
    Route { pillars, severity, changes, owners, accounts, rules }
}

/// One word, or a list of them.
fn items(node: &Node) -> &[Node] {
    if let Form::List(items) = &node.kind { items.as_slice() } else { std::slice::from_ref(node) }
}

fn list<T: std::str::FromStr>(node: Option<&Node>, what: &str, words: &[&str], faults: &mut Faults) -> Vec<T> {
    let items = node.map(items).unwrap_or_default();
    items
        .iter()
        .filter_map(|item| {
            let word = item.word(what, faults)?;
            let known = words.contains(&word.as_str());
            if !known {
                faults.add_unknown(&item.span, what, &word, words.iter().copied());
            }
            word.parse().ok().filter(|_| known)
        })
        .collect()
}

fn globs(table: &Table<'_>, key: &'static str, faults: &mut Faults) -> Patterns {
    let items = table.optional(key).map(items).unwrap_or_default();
    let words: Vec<ArcStr> = items.iter().filter_map(|item| item.word(&format!("when.{key}"), faults)).collect();
    match Patterns::new(&words) {
        Ok(patterns) => patterns,
        Err(wrong) => {
            for (position, reason) in wrong {
                let Some((item, word)) = items.get(position).zip(words.get(position)) else { continue };
                faults.add(&item.span, format!("when.{key}: {:?} is no pattern: {reason}", word.as_str()));
            }
            Patterns::default()
        }
    }
}

fn kind(word: &str, table: &Table<'_>, folder: &Path, faults: &mut Faults) -> Option<Kind> {
    Some(match word {
        "slack" => Kind::Slack(target(table, folder, faults)?),
        "webhook" => {
            let key = secret(table, ["key_file", "key_env"], folder, faults);
            Kind::Webhook { target: target(table, folder, faults)?, key }
        }
        "sns" => Kind::Sns(topic(table, faults)?),
        "email" => Kind::Email(mail(table, folder, faults)?),
        "securityhub" => {
            let access = access(table, faults);
            let account = table.required("account", faults).and_then(|node| account_id(node, "account", faults));
            table.required("region", faults);
            Kind::SecurityHub(Hub { account: account?, access })
        }
        "s3" => Kind::S3(bucket(table, faults)?),
        _ => return None,
    })
}

fn target(table: &Table<'_>, folder: &Path, faults: &mut Faults) -> Option<WebTarget> {
    let allow_internal = table.optional("allow_internal").and_then(|node| node.boolean("allow_internal", faults)).unwrap_or_default();
    let timeout = table.optional("timeout_secs").and_then(|node| whole(node, "timeout_secs", 1..=60_u64, faults));
    let url = needed(table, ["url_file", "url_env"], folder, faults)?;
    if let Err(message) = check_address(&url, allow_internal) {
        let at = table.optional("url_file").or_else(|| table.optional("url_env")).map_or(table.span(), |node| &node.span);
        faults.add(at, message);
    }
    Some(WebTarget { url, allow_internal, timeout_secs: timeout.unwrap_or(TIMEOUT_SECS) })
}

/// The secret in a file or in the environment; a mistake where there is neither.
fn needed(table: &Table<'_>, keys: [&'static str; 2], folder: &Path, faults: &mut Faults) -> Option<Secret> {
    let before = faults.len();
    let found = secret(table, keys, folder, faults);
    if found.is_none() && faults.len() == before {
        let [file, variable] = keys;
        faults.add(&(table.span().start..table.span().start), format!("{file:?} or {variable:?} is missing"));
    }
    found
}

/// The secret in a file or in the environment, without the space around it.
fn secret(table: &Table<'_>, [file, variable]: [&'static str; 2], folder: &Path, faults: &mut Faults) -> Option<Secret> {
    let (node, text) = match (table.optional(file), table.optional(variable)) {
        (Some(_), Some(node)) => {
            faults.add(&node.span, format!("{file} and {variable} exclude each other"));
            return None;
        }
        (Some(node), None) => {
            let path = folder.join(node.string(file, faults)?.as_str());
            let read = std::fs::read_to_string(&path);
            (node, read.map_err(|error| format!("cannot read {file} {}: {error}", path.display())))
        }
        (None, Some(node)) => {
            let name = node.string(variable, faults)?;
            (node, std::env::var(name.as_str()).map_err(|_| format!("the environment has no text under {:?}", name.as_str())))
        }
        (None, None) => return None,
    };
    match text {
        Ok(text) if !text.trim().is_empty() => Some(Secret::new(text.trim())),
        Ok(_) => {
            faults.add(&node.span, "there is nothing in it");
            None
        }
        Err(message) => {
            faults.add(&node.span, message);
            None
        }
    }
}

fn access(table: &Table<'_>, faults: &mut Faults) -> AwsAccess {
    let region = table.optional("region").and_then(|node| {
        let region = node.word("region", faults)?;
        parse_region(&region).map_err(|message| faults.add(&node.span, message)).ok()?;
        Some(region)
    });
    let role_arn = table.optional("role_arn").and_then(|node| role_arn(node, faults));
    let external_id = table.optional("external_id").and_then(|node| node.word("external_id", faults));
    if let (Some(node), None) = (table.optional("external_id"), table.optional("role_arn")) {
        faults.add(&node.span, "external_id without role_arn says nothing: it is part of assuming a role");
    }
    AwsAccess { region, role_arn, external_id }
}

fn topic(table: &Table<'_>, faults: &mut Faults) -> Option<Topic> {
    let access = access(table, faults);
    let node = table.required("topic_arn", faults)?;
    let arn = node.string("topic_arn", faults)?;
    let parts: Vec<&str> = arn.split(':').collect();
    if let ["arn", _, "sns", region, account, name] = parts.as_slice()
        && parse_region(region).is_ok()
        && account.len() == 12
        && !name.is_empty()
    {
        let region = Some(ArcStr::from(*region));
        return Some(Topic { access: AwsAccess { region, ..access }, arn });
    }
    faults.add(&node.span, format!("topic_arn must be like arn:aws:sns:us-east-2:123456789012:name, not {:?}", arn.as_str()));
    None
}

fn bucket(table: &Table<'_>, faults: &mut Faults) -> Option<Bucket> {
    let access = access(table, faults);
    let prefix = table.optional("prefix").and_then(|node| {
        let prefix = node.word("prefix", faults)?;
        if prefix.starts_with('/') || !prefix.ends_with('/') || prefix.contains(['*', '?', '$']) {
            faults.add(&node.span, "prefix must end with /, not begin with one, and have no wildcards: it is part of a policy");
        }
        Some(prefix)
    });
    let node = table.required("bucket", faults)?;
    let bucket = node.word("bucket", faults)?;
    // What IAM would take for a pattern is no bucket's name.
    if (3..=63).contains(&bucket.len()) && bucket.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'-' | b'.'))
    {
        return Some(Bucket { bucket, prefix: prefix.unwrap_or_default(), access });
    }
    faults.add(&node.span, format!("{:?} can't be a bucket's name", bucket.as_str()));
    None
}

fn mail(table: &Table<'_>, folder: &Path, faults: &mut Faults) -> Option<Mail> {
    let host = table.required("host", faults).and_then(|node| node.word("host", faults));
    let security = match table.optional("tls") {
        None => MailSecurity::StartTls,
        Some(node) => match node.word("tls", faults)?.as_str() {
            "starttls" => MailSecurity::StartTls,
            "always" => MailSecurity::Tls,
            "none" => MailSecurity::None,
            word => {
                faults.add_unknown(&node.span, "tls", word, ["always", "none", "starttls"]);
                return None;
            }
        },
    };
    let port = table.optional("port").and_then(|node| whole(node, "port", 1..=u16::MAX, faults));
    let port = port.unwrap_or(match security {
        MailSecurity::StartTls => 587,
        MailSecurity::Tls => 465,
        MailSecurity::None => 25,
    });
    let local = |host: &str| matches!(host, "localhost" | "127.0.0.1" | "::1");
    if let (MailSecurity::None, Some(node), Some(host)) = (security, table.optional("tls"), &host)
        && !local(host)
    {
        faults.add(&node.span, "tls: none is for a server on this machine alone (localhost)");
    }
    let password = secret(table, ["password_file", "password_env"], folder, faults);
    let login = match (table.optional("username"), password) {
        (Some(node), Some(password)) => node.word("username", faults).map(|user| (user, password)),
        (Some(node), None) => {
            faults.add(&node.span, "username without password_file or password_env says nothing");
            None
        }
        (None, Some(_)) => {
            faults.add(table.span(), "a password without username says nothing");
            None
        }
        (None, None) => None,
    };
    let mut address = |node: &Node, what: &str| {
        let text = node.string(what, faults)?;
        check_mailbox(&text).map_err(|message| faults.add(&node.span, format!("{what}: {message}"))).ok()?;
        Some(text)
    };
    let from = table.optional("from").and_then(|node| address(node, "from"));
    let to: Vec<ArcStr> = table.optional("to").map(items).unwrap_or_default().iter().filter_map(|node| address(node, "to")).collect();
    table.required("from", faults);
    table.required("to", faults);
    Some(Mail { host: host?, port, security, login, from: from?, to })
}
