//! The config file: what it may say, and every mistake at once.

use super::{Config, EXAMPLE, parse_region};
use crate::diag::yaml::{self, Kind};
use crate::diag::{Diagnostic, Source};
use crate::model::Money;
use crate::serve::config::{Guard, Scope, digest};
use std::path::Path;

fn parse(text: &str) -> Result<Config, Vec<Diagnostic>> {
    Config::parse(Path::new("ledgerline.yaml"), text)
}

fn said(text: &str) -> Vec<String> {
    parse(text).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn an_empty_file_is_all_defaults() {
    let config = parse("# nothing\n").unwrap();
    assert!(config.aws.regions.is_empty() && !config.cost.enabled && config.store.url.is_none());
    assert_eq!(config.serve.guard, Guard::Loopback);
}

#[test]
fn every_mistake_is_told_at_once_with_line_column_and_suggestion() {
    let text = "\
regoins: [us-east-2]
regions: [us-east-2, us-east]
accounts: [12345]
store: { url: 5 }
schedules: { audit: '0 0 30 2 *', timezone: Europe/Berlim }
cost: { enabled: maybe, monthly_cap: 1 }
";
    assert_eq!(
        said(text),
        [
            "ledgerline.yaml:1:1: unknown key of the config file \"regoins\" (did you mean \"regions\"?)",
            "ledgerline.yaml:2:22: write a region code such as us-east-2, not \"us-east\"",
            "ledgerline.yaml:3:12: an account must be an AWS account id of twelve digits, not \"12345\"",
            "ledgerline.yaml:4:15: store.url must be text, not a whole number",
            "ledgerline.yaml:5:21: \"0 0 30 2 *\" is never due (minute hour day month weekday, such as \"17 5 * * *\")",
            "ledgerline.yaml:5:45: unknown time zone \"Europe/Berlim\" (did you mean \"Europe/Berlin\"?)",
            "ledgerline.yaml:6:18: cost.enabled must be true or false, not text",
            "ledgerline.yaml:6:25: unknown key of cost \"monthly_cap\" (did you mean \"monthly_cap_usd\"?)",
        ]
    );
}

#[test]
fn an_account_id_keeps_its_leading_zero_without_quotes() {
    let config = parse("accounts: [012345678901, { id: 313476888312, role_arn: 'arn:aws:iam::313476888312:role/a/b' }]\n").unwrap();
    assert_eq!(config.aws.accounts[0].id.as_str(), "012345678901");
    assert_eq!(config.aws.accounts[1].role_arn.as_deref(), Some("arn:aws:iam::313476888312:role/a/b"));
    assert!(said("accounts: ['313476888312', 313476888312]\n")[0].contains("given twice"));
    assert!(said("accounts: [{ id: 313476888312, external_id: x }]\n")[0].contains("without role_arn"));
}

#[test]
fn an_address_that_others_reach_needs_a_guard() {
    assert!(said("listen: { web: '0.0.0.0:80' }\n")[0].contains("nothing guards it"));
    assert_eq!(parse("listen: { web: '0.0.0.0:80' }\nauth: { proxy: true }\n").unwrap().serve.guard, Guard::Proxy);
    assert!(!said("listen: { web: '0.0.0.0:80' }\nauth: { proxy: false }\n").is_empty());
    assert!(parse("listen: { web: '[::1]:80' }\n").is_ok());
}

#[test]
fn a_token_is_read_from_its_file_and_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "0123456789abcdef0123\n").unwrap();
    std::fs::write(folder.path().join("short"), "0123\n").unwrap();
    let path = folder.path().join("ledgerline.yaml");
    let config = Config::parse(&path, "auth: { token_file: token }\n").unwrap();
    let Guard::Credentials(credentials) = &config.serve.guard else { panic!("{:?}", config.serve.guard) };
    let [token] = credentials.tokens.as_slice() else { panic!("{credentials:?}") };
    assert!(token.is(&digest("0123456789abcdef0123")) && !token.is(&digest("0123456789abcdef012")));
    assert_eq!((token.name.as_str(), token.scopes.len()), ("token_file", Scope::ALL.len()));
    assert!(!format!("{config:?}").contains("0123456789abcdef"));
    assert!(Config::parse(&path, "auth: { token_file: short }\n").unwrap_err()[0].message.contains("fewer than"));
    assert!(Config::parse(&path, "auth: { token_file: missing }\n").unwrap_err()[0].message.contains("cannot read the token"));
}

#[test]
fn tokens_and_certificates_have_names_scopes_and_an_end() {
    let sha256 = "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08"; // of "test"
    let text = format!(
        "listen: {{ web: '0.0.0.0:80', requests_per_minute: 0, tls: {{ certificate: c, key: k, client_ca: a }} }}\n\
         auth:\n  session_hours: 2\n  tokens:\n    - {{ name: ci, scopes: [audit, read], sha256: {sha256}, expires: 2027-06-30 }}\n  \
         certificates: [{{ name: prometheus, subject: 'CN=p', scopes: [read] }}]\n"
    );
    let config = parse(&text).unwrap();
    let Guard::Credentials(credentials) = &config.serve.guard else { panic!("{:?}", config.serve.guard) };
    let token = &credentials.tokens[0];
    assert!(token.is(&digest("test")) && token.scopes == [Scope::Read, Scope::Audit].into());
    assert!(token.is_valid("2027-06-30T23:59:59Z".parse().unwrap()) && !token.is_valid("2027-07-01T00:00:00Z".parse().unwrap()));
    assert_eq!((credentials.certificates[0].subject.as_str(), credentials.session_hours), ("CN=p", 2));
    assert_eq!(config.serve.requests_per_minute, None);
    for (from, to, fault) in [
        ("[audit, read]", "[audit, raed]", "raed"),
        ("[audit, read]", "[]", "scopes is empty"),
        ("2027-06-30", "never", "expires must be a date"),
        (sha256, "secret-in-plain", "64 hex digits"),
        ("name: ci", "name: 'a b'", "a name has"),
        ("name: ci", "name: prometheus", "given twice"),
        (", client_ca: a", "", "without listen.tls.client_ca"),
        ("session_hours: 2", "proxy: true", "auth.proxy excludes"),
        ("requests_per_minute: 0", "requests_per_minute: -1", "from 0 to"),
    ] {
        assert!(text.contains(from));
        let told = said(&text.replace(from, to)).join("\n");
        assert!(told.contains(fault) && !told.contains("secret-in-plain"), "{fault}: {told}");
    }
}

#[test]
fn paths_are_relative_to_the_file_that_names_them() {
    let config = Config::parse(
        Path::new("/etc/ledgerline/ledgerline.yaml"),
        "rules: { directories: [mine, /abs] }\nstore: { url: 'sqlite://l.db' }\n",
    )
    .unwrap();
    assert_eq!(config.rules.directories, [Path::new("/etc/ledgerline/mine"), Path::new("/abs")]);
    assert_eq!(config.store.url.as_deref(), Some("sqlite:///etc/ledgerline/l.db"));
}

#[test]
fn parameters_name_an_environment_that_there_is() {
    let good = "environments: [{ name: dev, names: ['dev-*'] }]\nparameters: { dev: { a-rule: { days: 7 } }, default: { a-rule: { days: 30 } } }\n";
    let config = parse(good).unwrap();
    let told: Vec<_> = config.rules.parameters.iter().map(|setting| (setting.environment.as_str(), setting.rule.text.as_str())).collect();
    assert_eq!(told, [("dev", "a-rule"), ("default", "a-rule")]);
    assert!(said(&good.replace("{ dev:", "{ devl:"))[0].contains("did you mean \"dev\"?"));
    assert!(said("environments: [{ name: dev }]\n")[0].contains("without conditions"));
    assert!(said("environments: [{ name: default, names: ['*'] }]\n")[0].contains("no environment may be named"));
}

#[test]
fn money_stays_exact() {
    assert_eq!(parse("cost: { monthly_cap_usd: 0.1 }\n").unwrap().cost.monthly_cap_usd, Money::new("0.1".parse().unwrap()));
    assert!(said("cost: { monthly_cap_usd: -1 }\n")[0].contains("must not be negative"));
}

#[test]
fn a_region_is_a_code_and_not_a_host() {
    for good in ["us-east-2", "us-gov-west-1", "ap-southeast-4", "us-isob-east-1"] {
        assert!(parse_region(good).is_ok(), "{good}");
    }
    for bad in ["", "useast2", "us-east", "us-east-2.evil.example", "US-EAST-2", "us-east-2 ", "global"] {
        assert!(parse_region(bad).is_err(), "{bad}");
    }
}

#[test]
fn the_example_loads_and_shows_every_key_that_this_version_heeds() {
    let config = parse(EXAMPLE).unwrap();
    assert_eq!(config.store.keep_days, 400);
    // What the reader knows is what it offers when a key is wrong.
    let wrong = "zzzzzzzzzzzzzzzzzzzzzzzz: 1";
    let known = |text: &str| -> Vec<String> {
        let help = parse(text).unwrap_err().iter().find_map(|one| one.help.as_deref()?.strip_prefix("known: ").map(str::to_owned)).unwrap();
        help.split(", ").map(str::to_owned).collect()
    };
    let root = yaml::parse(&Source::new("example", EXAMPLE)).unwrap();
    for key in known(&format!("{wrong}\n")) {
        if key != "notify" {
            assert!(root.get(&key).is_some(), "config/example.yaml does not show {key}");
        }
    }
    for section in ["rules", "waivers", "store", "schedules", "report", "listen", "cost", "auth"] {
        for key in known(&format!("{section}: {{ {wrong} }}\n")) {
            let shown = root.get(section).is_some_and(|node| node.get(&key).is_some()) || EXAMPLE.contains(&format!("# {key}:"));
            assert!(shown, "config/example.yaml does not show {section}.{key}");
        }
    }
    for (section, text) in
        ["accounts", "environments", "probes", "samples"].map(|section| (section, format!("{section}: [{{ {wrong} }}]\n")))
    {
        let Some(Kind::List(items)) = root.get(section).map(|node| &node.kind) else { panic!("{section}") };
        for key in known(&text) {
            let shown = |line: &str| line.trim_start_matches([' ', '#', '-']).starts_with(&format!("{key}:"));
            let commented = EXAMPLE.lines().any(|line| line.contains('#') && shown(line));
            assert!(
                items.first().is_some_and(|item| item.get(&key).is_some()) || commented,
                "config/example.yaml does not show {section}.{key}"
            );
        }
    }
}

#[test]
fn a_probe_names_an_https_address_and_gets_the_rest_from_defaults() {
    let config = parse("probes: [{ name: users, url: 'https://api.example.com/users', protected: true }]\n").unwrap();
    let [probe] = config.probes.endpoints.as_slice() else { panic!("one probe") };
    assert_eq!((probe.url.to_string().as_str(), probe.protected, probe.allow_private), ("https://api.example.com/users", true, false));
    assert_eq!((probe.certificate_days, probe.timeout.as_secs(), probe.account.as_ref()), (30, 10, None));
    let text = "accounts: ['111122223333']\nprobes: [{ name: a, url: 'https://a.example/', status: 200 }, { name: b, url: 'https://b.example/', status: [200, 204] }]\n";
    let config = parse(text).unwrap();
    assert_eq!(config.probes.endpoints[0].account.as_ref().map(|account| account.as_str()), Some("111122223333"));
    assert_eq!(config.probes.endpoints.iter().map(|one| one.status.clone()).collect::<Vec<_>>(), [vec![200], vec![200, 204]]);
}

#[test]
fn a_probe_that_could_not_be_meant_is_refused() {
    let text = "\
probes:
  - { name: a, url: 'http://a.example/' }
  - { name: b, url: 'https://user:pw@b.example/' }
  - { name: c, url: 'https://c.example/', timeout_secs: 0 }
  - { name: d, url: 'https://d.example/', method: POST }
  - { name: d, url: 'https://d.example/' }
  - { url: 'https://e.example/', status: 99 }
";
    let said = said(text);
    for (line, words) in [
        (2, "only https is probed"),
        (3, "a user or a password"),
        (4, "timeout_secs must be from 1 to 60"),
        (5, "unknown key of a probe \"method\""),
        (6, "probe \"d\" is given twice"),
        (7, "name"),
        (7, "status must be from 100 to 599"),
    ] {
        let place = format!("ledgerline.yaml:{line}:");
        assert!(said.iter().any(|one| one.starts_with(&place) && one.contains(words)), "{place} {words}: {said:#?}");
    }
}

#[test]
fn a_sample_names_its_table_and_what_is_expected_of_it() {
    let text = "samples: [{ table: users, created: createdAt, created_format: rfc3339, retention_days: 90 }]\n";
    let [sample] = <[_; 1]>::try_from(parse(text).unwrap().samples).unwrap();
    assert_eq!((sample.table.as_str(), sample.items, sample.retention_days), ("users", 100, 90));
    for (wrong, fault) in [
        ("{ table: 'users*', created: c, created_format: seconds, retention_days: 90 }", "patterns are not taken"),
        ("{ table: users, created: c, created_format: iso, retention_days: 90 }", "unknown format"),
        ("{ table: users, items: 100000, created: c, created_format: seconds, retention_days: 90 }", "from 1 to 1000"),
        ("{ table: users, created: c, created_format: seconds }", "retention_days"),
    ] {
        assert!(said(&format!("samples: [{wrong}]\n")).join(" ").contains(fault), "{wrong}");
    }
}

#[test]
fn reports_have_a_schedule_due_dates_a_key_and_a_place() {
    use crate::model::rule::Severity;
    let config = parse(
        "schedules: { report: '30 6 * * 5' }\nreport: { due_days: { critical: 1, low: false, info: 180 }, key: report.key, s3: 's3://acme-x/a/b/' }\n",
    )
    .unwrap();
    assert_eq!(config.schedules.report.as_ref().unwrap().as_str(), "30 6 * * 5");
    let days: Vec<_> = config.report.due_days.into_iter().collect();
    assert_eq!(days, [(Severity::Info, 180), (Severity::Medium, 30), (Severity::High, 7), (Severity::Critical, 1)]);
    let place = config.report.s3.unwrap();
    assert_eq!((place.bucket.as_str(), place.prefix.as_str()), ("acme-x", "a/b/"));
    assert!(config.report.key.unwrap().ends_with("report.key"));
    assert_eq!(parse("schedules: { report: false }\n").unwrap().schedules.report, None);
    assert_eq!(parse("").unwrap().schedules.report.unwrap().as_str(), "0 7 * * 1");
    let wrong = said("schedules: { report: never }\nreport: { due_days: { critical: -1, hihg: 3 }, s3: 'https://x', kee: 1 }\n");
    let told = wrong.join("\n");
    for part in
        ["no cron expression", "report.due_days.critical must be from 0 to 3650", "did you mean \"high\"", "s3://bucket/reports", "\"kee\""]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    for place in ["s3://", "s3://ab", "s3://Bucket", "s3://bucket/a*b", "bucket/x"] {
        assert_eq!(said(&format!("report: {{ s3: '{place}' }}\n")).len(), 1, "{place}");
    }
}
