//! Tokens as operators make them and as the daemon takes them, over TLS too: the command's line goes into the config as it is.

use super::daemon::{Served, request, until, with_recording};
use super::support::command::Ledgerline;
use ureq::http::Method;

/// A new token, and its line for the config.
fn new_token(name: &str, flags: &[&str]) -> (String, String) {
    let ran = Ledgerline::new().args(["token", "new", name]).args(flags).run();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let line = ran.stderr.lines().find(|line| line.trim_start().starts_with("- {")).unwrap_or_else(|| panic!("{}", ran.stderr));
    let token = ran.stdout.trim().to_owned();
    assert!(token.len() > 64 && token.starts_with("ledgerline_") && !ran.stderr.contains(&token), "{token}");
    (token, line.to_owned())
}

fn config(lines: &[&str]) -> String {
    format!("auth:\n  tokens:\n{}\n", lines.join("\n"))
}

#[test]
fn a_new_token_lets_in_what_it_was_made_for_until_the_config_loses_it() {
    let (reader, read) = new_token("reader", &[]);
    let (auditor, audit) = new_token("ci", &["--scope", "audit", "--expires", "2999-12-31"]);
    assert_ne!(reader, auditor);
    let served = Served::start(with_recording(Ledgerline::new().file("ledgerline.yaml", &config(&[&read, &audit]))));
    served.ready();
    let url = |path: &str| format!("{}{path}", served.web);
    let bearer = |token: &str| format!("Bearer {token}");
    let get = |token: &str| request(Method::GET, &url("api/v1/findings"), &[("authorization", &bearer(token))], None).0;
    let post = |token: &str| {
        let headers = [("authorization", bearer(token)), ("content-type", "application/json".to_owned())];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        request(Method::POST, &url("api/v1/audits"), &headers, Some("{}"))
    };
    assert_eq!(served.get("api/v1/findings").0, 401);
    assert_eq!((get(&reader), get(&auditor)), (200, 403));
    assert_eq!(post(&reader).0, 403);
    let (status, record) = post(&auditor);
    assert!(status == 202 && record.contains("\"asked_by\":\"ci\""), "{record}");
    std::fs::write(served.command.folder().join("ledgerline.yaml"), config(&[&audit])).unwrap();
    served.signal("HUP");
    until("the reload", || get(&reader) == 401);
}

#[test]
fn what_cannot_be_a_token_is_told() {
    for (arguments, said) in [
        (&["token", "new", "a b"][..], "a name has"),
        (&["token", "new", "ci", "--scope", "raed"], "read, audit, waive"),
        (&["token", "new", "ci", "--expires", "soon"], "soon"),
        (&["token", "new"], "NAME"),
    ] {
        let ran = Ledgerline::new().args(arguments).run();
        assert!(ran.code == 2 && ran.stderr.contains(said) && ran.stdout.is_empty(), "{arguments:?}: {}", ran.stderr);
    }
}
