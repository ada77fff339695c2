//! `schedules`, `listen` and `auth`: when the daemon works, where it listens and who may ask it.

use super::read::{refuse_later, whole};
use crate::daemon::config::ScheduleConfig;
use crate::diag::Faults;
use crate::diag::yaml::{Node, Table};
use crate::serve::config::{Guard, ServeConfig, Token};
use std::net::SocketAddr;
use std::path::Path;

/// The fewest characters of a token: shorter ones can be tried out.
const SHORTEST_TOKEN: usize = 16;

/// `schedules: { audit, timezone, jitter_secs, shutdown_secs }`.
pub fn schedules(node: &Node, faults: &mut Faults) -> ScheduleConfig {
    let mut schedules = ScheduleConfig::default();
    let Some(table) = Table::of(node, "schedules", faults) else { return schedules };
    if let Some(node) = table.optional("audit")
        && let Some(text) = node.string("schedules.audit", faults)
    {
        match text.parse() {
            Ok(schedule) => schedules.audit = schedule,
            Err(message) => faults.add_with_help(&node.span, message, "minute hour day month weekday, such as \"17 5 * * *\""),
        }
    }
    if let Some(node) = table.optional("timezone")
        && let Some(text) = node.string("schedules.timezone", faults)
    {
        match text.parse() {
            Ok(zone) => schedules.timezone = zone,
            Err(_) => faults.add_unknown(&node.span, "time zone", &text, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())),
        }
    }
    if let Some(node) = table.optional("jitter_secs") {
        schedules.jitter_secs = whole(node, "schedules.jitter_secs", 0..=3_600, faults).unwrap_or(schedules.jitter_secs);
    }
    if let Some(node) = table.optional("shutdown_secs") {
        schedules.shutdown_secs = whole(node, "schedules.shutdown_secs", 1..=600, faults).unwrap_or(schedules.shutdown_secs);
    }
    if let Some(node) = table.optional("report") {
        refuse_later(node, "schedules.report", faults);
    }
    table.finish("schedules", faults);
    schedules
}

/// `listen: { web, metrics, hosts }` and `auth: { token_file }` or `auth: { proxy: true }`.
pub fn serve(root: &Table<'_>, folder: &Path, faults: &mut Faults) -> ServeConfig {
    let mut serve = ServeConfig::default();
    let listen_node = root.optional("listen");
    if let Some(table) = listen_node.and_then(|node| Table::of(node, "listen", faults)) {
        if let Some(node) = table.optional("web") {
            serve.web = address(node, "listen.web", faults).unwrap_or(serve.web);
        }
        if let Some(node) = table.optional("metrics") {
            serve.metrics = address(node, "listen.metrics", faults).unwrap_or(serve.metrics);
        }
        if let Some(node) = table.optional("hosts") {
            serve.hosts = node.words("listen.hosts", faults).unwrap_or_default();
        }
        table.finish("listen", faults);
    }
    let before = faults.len();
    if let Some(node) = root.optional("auth") {
        serve.guard = guard(node, folder, faults);
    }
    // A guard that was meant and is written wrong has been told already.
    let meant = faults.len() > before;
    if let (Some(node), Guard::Loopback, false, false) = (listen_node, &serve.guard, meant, serve.web.ip().is_loopback()) {
        faults.add_with_help(
            &node.span,
            format!("listen.web is {}, which others reach, and nothing guards it", serve.web),
            "set auth.token_file, or auth.proxy: true if a proxy in front of it asks who is there",
        );
    }
    serve
}

fn guard(node: &Node, folder: &Path, faults: &mut Faults) -> Guard {
    let Some(table) = Table::of(node, "auth", faults) else { return Guard::Loopback };
    let file = table.optional("token_file");
    let proxy = table.optional("proxy");
    table.finish("auth", faults);
    match (file, proxy) {
        (Some(_), Some(proxy)) => {
            faults.add(&proxy.span, "auth.token_file and auth.proxy exclude each other");
            Guard::Loopback
        }
        (Some(file), None) => token(file, folder, faults).map_or(Guard::Loopback, Guard::Token),
        (None, Some(proxy)) => match proxy.boolean("auth.proxy", faults) {
            Some(true) => Guard::Proxy,
            Some(false) | None => Guard::Loopback,
        },
        (None, None) => Guard::Loopback,
    }
}

fn token(node: &Node, folder: &Path, faults: &mut Faults) -> Option<Token> {
    let path = folder.join(node.string("auth.token_file", faults)?.as_str());
    match std::fs::read_to_string(&path) {
        Ok(text) if text.trim().len() < SHORTEST_TOKEN => {
            faults.add(&node.span, format!("the token in {} has fewer than {SHORTEST_TOKEN} characters", path.display()));
            None
        }
        Ok(text) => Some(Token::new(text.trim())),
        Err(error) => {
            faults.add(&node.span, format!("cannot read the token from {}: {error}", path.display()));
            None
        }
    }
}

fn address(node: &Node, what: &str, faults: &mut Faults) -> Option<SocketAddr> {
    let text = node.word(what, faults)?;
    match text.parse() {
        Ok(address) => Some(address),
        Err(_) => {
            faults.add(&node.span, format!("{what} must be an address and a port, such as 127.0.0.1:8321, not {:?}", text.as_str()));
            None
        }
    }
}
