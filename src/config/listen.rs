//! `listen`: where the daemon listens, by which names, over TLS or not.

use super::auth;
use super::read::whole;
use crate::diag::Faults;
use crate::diag::yaml::{Node, Table};
use crate::serve::config::{Guard, ServeConfig, TlsConfig};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

/// `listen` and `auth`, which are judged together: who listens where others reach it must ask who they are.
pub fn serve(root: &Table<'_>, folder: &Path, faults: &mut Faults) -> ServeConfig {
    let mut serve = ServeConfig::default();
    let before = faults.len();
    let listen_node = root.optional("listen");
    if let Some(table) = listen_node.and_then(|node| Table::of(node, "listen", faults)) {
        listen(table, folder, &mut serve, faults);
    }
    if let Some(node) = root.optional("auth") {
        serve.guard = auth::guard(node, folder, faults);
        needs_client_ca(node, &serve, faults);
    }
    // A guard that was meant and is written wrong has been told already.
    let meant = faults.len() > before;
    if let (Some(node), Guard::Loopback, false, false) = (listen_node, &serve.guard, meant, serve.web.ip().is_loopback()) {
        faults.add_with_help(
            &node.span,
            format!("listen.web is {}, which others reach, and nothing guards it", serve.web),
            "set auth.tokens (`ledgerline token new` makes one), or auth.proxy: true if a proxy in front of it asks who is there",
        );
    }
    serve
}

fn listen(table: Table<'_>, folder: &Path, serve: &mut ServeConfig, faults: &mut Faults) {
    if let Some(node) = table.optional("web") {
        serve.web = address(node, "listen.web", faults).unwrap_or(serve.web);
    }
    if let Some(node) = table.optional("metrics") {
        serve.metrics = address(node, "listen.metrics", faults).unwrap_or(serve.metrics);
    }
    if let Some(node) = table.optional("hosts") {
        serve.hosts = node.words("listen.hosts", faults).unwrap_or_default();
    }
    if let Some(node) = table.optional("tls") {
        serve.tls = tls(node, folder, faults);
    }
    if let Some(node) = table.optional("requests_per_minute") {
        serve.requests_per_minute = match whole(node, "listen.requests_per_minute", 0..=10_000_000_u32, faults) {
            Some(rate) => NonZeroU32::new(rate),
            None => serve.requests_per_minute,
        };
    }
    table.finish("listen", faults);
}

fn tls(node: &Node, folder: &Path, faults: &mut Faults) -> Option<TlsConfig> {
    let table = Table::of(node, "listen.tls", faults)?;
    let certificate = table.required("certificate", faults).and_then(|node| file(node, "listen.tls.certificate", folder, faults));
    let key = table.required("key", faults).and_then(|node| file(node, "listen.tls.key", folder, faults));
    let client_ca = table.optional("client_ca").and_then(|node| file(node, "listen.tls.client_ca", folder, faults));
    let metrics = table.optional("metrics").and_then(|node| node.boolean("listen.tls.metrics", faults)).unwrap_or_default();
    table.finish("listen.tls", faults);
    Some(TlsConfig { certificate: certificate?, key: key?, client_ca, metrics })
}

/// Certificates that nobody asks for would let nobody in.
fn needs_client_ca(node: &Node, serve: &ServeConfig, faults: &mut Faults) {
    let Guard::Credentials(credentials) = &serve.guard else { return };
    if !credentials.certificates.is_empty() && serve.tls.as_ref().is_none_or(|tls| tls.client_ca.is_none()) {
        faults.add_with_help(
            node.get("certificates").map_or(&node.span, |node| &node.span),
            "auth.certificates without listen.tls.client_ca lets nobody in",
            "listen.tls.client_ca names the authority that signs them",
        );
    }
}

fn file(node: &Node, what: &str, folder: &Path, faults: &mut Faults) -> Option<PathBuf> {
    Some(folder.join(node.string(what, faults)?.as_str()))
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
