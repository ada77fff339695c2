//! What a waiver must have, where its mistakes are told, and that none applies from a file with a mistake.

use super::*;
use crate::config::Config;
use crate::model::rule::{Pillar, Remedy, RuleInfo, RuleStatus, Severity};
use std::sync::Arc;

fn rule(id: &str, alias: Option<&str>, judged: &str) -> Arc<RuleInfo> {
    Arc::new(RuleInfo {
        id: id.into(),
        title: "t".into(),
        status: RuleStatus::Stable,
        since: "0.1.0".into(),
        pillar: Pillar::Security,
        severity: Severity::High,
        resource: judged.into(),
        pack: "p".into(),
        aliases: alias.into_iter().map(Into::into).collect(),
        why: "w".into(),
        remedy: Remedy::default(),
        controls: Default::default(),
        calls: Vec::new(),
        reads: Vec::new(),
    })
}

fn rules() -> [Arc<RuleInfo>; 2] {
    [rule("dynamodb-table-provisioned", Some("table-mode"), "AWS::DynamoDB::Table"), rule("waiver-unused", None, "Ledgerline::Waiver")]
}

fn now() -> Time {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn read(text: &str) -> Result<Vec<Arc<Waiver>>, Vec<String>> {
    let source = Source::new("w.yaml", text);
    let root = yaml::parse(&source).unwrap();
    let mut faults = Faults::new(source);
    let config = waivers(&root, Path::new(""), now(), &mut faults);
    let told = |found: Vec<Diagnostic>| found.iter().map(ToString::to_string).collect::<Vec<_>>();
    if !faults.is_empty() {
        return Err(told(faults.into_diagnostics()));
    }
    config.checked(&rules()).map_err(told)
}

/// One waiver, whose keys may be replaced or added to.
fn with(keys: &str) -> String {
    let given = |key: &str| keys.contains(&format!("{key}:"));
    let all = [("id", "w"), ("rule", "dynamodb-table-provisioned"), ("owner", "team-a"), ("reason", "because"), ("expires", "2026-12-31")];
    let rest: Vec<String> = all.iter().filter(|(key, _)| !given(key)).map(|(key, value)| format!("{key}: {value}")).collect();
    format!("- {{ {keys}, {} }}\n", rest.join(", "))
}

fn without(key: &str) -> String {
    with("ticket: T-1").replace(
        &[("owner", "owner: team-a, "), ("reason", "reason: because, "), ("expires", ", expires: 2026-12-31"), ("id", "id: w, ")]
            .iter()
            .find(|(one, _)| *one == key)
            .unwrap()
            .1
            .to_owned(),
        "",
    )
}

#[test]
fn a_waiver_is_read_with_all_that_it_says() {
    let text = "
- id: w-1
  rule: [table-mode, 'dynamodb-*']
  resource: aws-devops-dev-*
  type: AWS::DynamoDB::Table
  account: [012345678901]
  region: [us-east-2, global]
  tags: { Environment: [dev, test], CostCenter: '12*' }
  owner: team-a
  reason: |
    Moves next month,
    with the others.
  ticket: T-1
  approver: sec
  created: 2026-11-01
  expires: 2026-12-31
";
    let [waiver] = <[_; 1]>::try_from(read(text).unwrap()).unwrap();
    assert_eq!(waiver.scope.rules, ["table-mode", "dynamodb-*"]);
    assert_eq!(waiver.scope.accounts, ["012345678901".into()]);
    assert_eq!(waiver.scope.regions, ["us-east-2".into(), Region::global()]);
    assert_eq!(waiver.scope.tags["CostCenter"], ["12*"]);
    assert_eq!(waiver.reason, "Moves next month,\nwith the others.");
    assert_eq!(waiver.origin, WaiverOrigin::File { file: "w.yaml".into(), line: 2 });
    assert_eq!(waiver.created, Some("2026-11-01T00:00:00Z".parse().unwrap()));
}

#[test]
fn a_date_is_the_end_of_that_day_and_a_time_is_itself() {
    let expires = |text: &str| read(&with(&format!("expires: {text}"))).unwrap()[0].expires.to_rfc3339();
    assert_eq!(expires("2026-12-31"), "2026-12-31T23:59:59+00:00");
    assert_eq!(expires("'2026-12-31T12:00:00+02:00'"), "2026-12-31T10:00:00+00:00");
    assert_eq!(expires("2026-01-31"), "2026-01-31T23:59:59+00:00", "one that has ended loads, and is a finding");
}

#[test]
fn without_reason_owner_end_or_id_it_does_not_load() {
    for key in ["reason", "owner", "expires", "id"] {
        let said = read(&without(key)).unwrap_err();
        assert_eq!(said, [format!("w.yaml:1:3: {key:?} is missing")]);
    }
    for empty in ["reason: ' '", "owner: ''"] {
        assert!(read(&with(empty)).unwrap_err()[0].contains("is empty"), "{empty}");
    }
}

#[test]
fn a_waiver_that_names_nothing_or_ends_too_late_is_refused() {
    for nothing in ["rule: '*'", "rule: ['**'], resource: '*'", "rule: '*', type: '*'"] {
        assert!(read(&with(nothing)).unwrap_err()[0].contains("names nothing"), "{nothing}");
    }
    assert!(read(&with("rule: '*', region: us-east-2")).is_ok());
    assert!(read(&with("expires: 2027-11-23")).is_ok());
    let said = read(&with("expires: 2027-11-25")).unwrap_err();
    assert!(said[0].starts_with("w.yaml:1:14: a waiver may last 365 days"), "{said:?}");
    let map = |days| format!("most_days: {days}\nlist:\n{}", with("expires: 2027-11-25"));
    assert!(read(&map(400)).is_ok());
    assert!(read(&map(0)).unwrap_err()[0].contains("most_days must be from 1 to 3650"));
}

#[test]
fn every_mistake_of_every_waiver_is_told_at_once_with_its_place() {
    let text = [
        with("rule: dynamodb-table-provisoned"),
        with("reasn: x, id: b"),
        with("id: 'c/d', expires: soon, rule: nothing-like-it"),
        with("id: e, rule: waiver-*"),
        with("id: f, rule: '[', region: eu, account: 12, resource: []"),
        with("id: w"),
    ]
    .concat();
    let said = read(&text).unwrap_err();
    assert_eq!(
        said,
        [
            "w.yaml:1:11: no rule is called \"dynamodb-table-provisoned\" (did you mean \"dynamodb-table-provisioned\"?)",
            "w.yaml:2:5: unknown key of a waiver \"reasn\" (did you mean \"reason\"?)",
            "w.yaml:3:9: \"c/d\" can't be a waiver's id (write letters, digits, -, _ and ., at most 100, the first a letter or a digit)",
            "w.yaml:3:25: expires must be a date (2026-12-31) or a time (2026-12-31T12:00:00Z), not \"soon\"",
            "w.yaml:3:37: no rule is called \"nothing-like-it\" (`ledgerline rules list` shows all)",
            "w.yaml:4:18: \"waiver-*\" names only rules about waivers, and what they find cannot be waived (mend the waiver, or set the rule's parameters)",
            "w.yaml:5:18: rule: \"[\" is no pattern: unclosed character class; missing ']'",
            "w.yaml:5:31: write a region code such as us-east-2, or global, not \"eu\"",
            "w.yaml:5:44: account must be an AWS account id of twelve digits, not \"12\"",
            "w.yaml:5:58: resource is an empty list (leave it out where it does not matter)",
            "w.yaml:6:3: the waiver \"w\" stands at w.yaml:1 already (an id names one waiver, over all files)",
        ]
    );
}

#[test]
fn files_are_read_beside_the_config_and_share_its_ids() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("more.yaml"), with("id: a")).unwrap();
    std::fs::write(folder.path().join("same.yaml"), with("id: a")).unwrap();
    std::fs::write(folder.path().join("bad.yaml"), "id: a\n").unwrap();
    let parse = |files: &str| Config::parse(&folder.path().join("ledgerline.yaml"), &format!("waivers: {{ files: {files} }}\n")).unwrap();
    let loaded = parse("[more.yaml]").waivers.checked(&rules()).unwrap();
    assert!(loaded[0].origin.to_string().ends_with("more.yaml:1"), "{}", loaded[0].origin);
    for (files, said) in [
        ("[more.yaml, same.yaml]", "more.yaml:1 already"),
        ("[none.yaml]", "cannot be read"),
        ("[bad.yaml]", "waivers must be a list, not a map"),
    ] {
        let found = parse(files).waivers.checked(&rules()).unwrap_err();
        assert!(found.len() == 1 && found[0].to_string().contains(said), "{files}: {found:?}");
    }
}

#[test]
fn mistakes_elsewhere_in_the_file_are_told_with_those_of_waivers() {
    let said = Config::parse(Path::new("l.yaml"), "regoins: []\nwaivers: [{ id: a }]\n").unwrap_err();
    let places: Vec<(usize, usize)> = said.iter().map(|one| (one.line, one.column)).collect();
    assert_eq!(places, [(1, 1), (2, 11), (2, 11), (2, 11), (2, 11)], "{said:?}");
}

#[test]
fn the_example_shows_every_key_of_a_waiver() {
    let source = Source::new("x", "[{ zzzzzzzzzzzzzzzzzzzzz: 1 }]");
    let mut faults = Faults::new(source.clone());
    let root = yaml::parse(&source).unwrap();
    let found = waivers(&root, Path::new(""), now(), &mut faults).faults().to_vec();
    let known = found.iter().find_map(|one| one.help.as_deref()?.strip_prefix("known: ")).unwrap();
    for key in known.split(", ") {
        let shown = |line: &str| line.trim_start_matches([' ', '#', '-']).starts_with(&format!("{key}: "));
        assert!(crate::config::EXAMPLE.lines().any(|line| line.contains('#') && shown(line)), "config/example.yaml does not show {key}");
    }
}
