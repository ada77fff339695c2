//! Rule files with mistakes, and what is said of each.

use super::*;
use proptest::prelude::*;

const CROOKED: (&str, &str) = rule_file!("bad", "dynamodb-table-crooked");
const BARE: (&str, &str) = rule_file!("bad", "dynamodb-table-bare");

#[test]
fn every_mistake_of_a_file_is_one_line_with_its_place() {
    insta::assert_snapshot!(said(&[CROOKED]));
}

#[test]
fn a_rule_without_examples_is_told_which_verdicts_to_show() {
    insta::assert_snapshot!(said(&[BARE]));
}

#[test]
fn mistakes_of_many_files_are_told_together() {
    let told = said(&[CROOKED, BARE, ("rules/test/empty.yaml", ""), ("rules/test/broken.yaml", "id: [")]);
    for file in ["dynamodb-table-crooked", "dynamodb-table-bare", "empty", "broken"] {
        assert!(told.contains(&format!("rules/test/{file}.yaml")), "{told}");
    }
}

#[test]
fn good_rules_load_and_preview_waits_until_it_is_asked_for() {
    let ids = |set: &RuleSet| set.infos().map(|info| info.id.to_string()).collect::<Vec<_>>();
    let set = good(&LoadOptions::default()).unwrap();
    assert_eq!(ids(&set), ["dynamodb-table-provisioned", "dynamodb-table-untagged", "logs-group-retention-short"]);
    assert_eq!(set.shelf().len(), 2);
    let asked = LoadOptions { config: RulesConfig { preview: vec![word("logs-*")], ..RulesConfig::default() }, ..LoadOptions::default() };
    assert_eq!(good(&asked).unwrap().rules().len(), 4);
    let disabled = RulesConfig { disable: vec![word("dynamodb-*")], ..RulesConfig::default() };
    assert_eq!(ids(&good(&LoadOptions { config: disabled, ..LoadOptions::default() }).unwrap()), ["logs-group-retention-short"]);
}

#[test]
fn a_setting_that_names_no_rule_is_a_mistake() {
    let source = Some(Source::new("ledgerline.yaml", "dynamodb-table-provisionde"));
    let config = RulesConfig {
        disable: vec![Written { text: "dynamodb-table-provisionde".into(), span: 0..26 }],
        preview: vec![Written { text: "ec2-*".into(), span: 0..5 }],
        source,
        ..RulesConfig::default()
    };
    let told = lines(good(&LoadOptions { config, ..LoadOptions::default() }).unwrap_err());
    insta::assert_snapshot!(told, @r#"
    ledgerline.yaml:1:1: no rule is called "ec2-*"
    ledgerline.yaml:1:1: no rule is called "dynamodb-table-provisionde" (did you mean "dynamodb-table-provisioned"?)
    "#);
}

#[test]
fn parameters_that_do_not_exist_or_fit_are_mistakes_with_their_place() {
    let options = settings(
        "dev:\n  logs-group-retention-shrt: { min_days: 7 }\n  logs-group-retention-short: { min_day: 7, min_days: seven }\n  \
         dynamodb-billing: { allow_provisioned: [a, [b]] }\n",
    );
    insta::assert_snapshot!(lines(good(&options).unwrap_err()));
}

#[test]
fn mistakes_in_what_is_judged_part_by_part_have_their_place() {
    let each = "each: { in: properties.GlobalSecondaryIndexes, as: index, key: index.IndexName }";
    let told = |new: &str| {
        let text = GOOD[4].1.replace(each, new);
        assert_ne!(text, GOOD[4].1);
        said(&[(GOOD[4].0, &text)])
    };
    insta::assert_snapshot!(
        [
            told("each: { in: properties.GlobalSecondaryIndexes, as: index, key: index.IndexNam }"),
            told("each: { in: properties.TableName, as: index, key: index }"),
            told("each: { in: properties.GlobalSecondaryIndexes, as: name, key: name }"),
            told("each: { in: properties.GlobalSecondaryIndexes, as: part, key: part.IndexName }"),
        ]
        .join("\n---\n")
    );
}

#[test]
fn an_id_names_one_rule_over_all_files() {
    let twin = GOOD[0].1.replace("id: dynamodb-table-provisioned", "id: dynamodb-table-twin");
    let told = said(&[GOOD[0], ("rules/zz/dynamodb-table-twin.yaml", &twin)]);
    insta::assert_snapshot!(
        told,
        @r#"rules/zz/dynamodb-table-twin.yaml:8:11: the id "dynamodb-billing" is taken by rules/test/dynamodb-table-provisioned.yaml:8 (ids and aliases name one rule each, over all files)"#
    );
}

#[test]
fn a_type_that_no_collector_describes_is_noted_and_checked_loosely() {
    let text = "id: ec2-volume-unattached\ntitle: Volume is attached\nstatus: stable\nsince: 0.1.0\npillar: cost\nseverity: low\n\
        resource: AWS::EC2::Volume\nassert: properties.State == 'in-use'\nmessage: \"{{ name }}\"\nwhy: x\nremedy: { text: x }\n\
        examples:\n  - { expect: pass, properties: { State: in-use } }\n  - { expect: fail, properties: { State: available } }\n";
    let set = load(&sources(&[("rules/ec2/ec2-volume-unattached.yaml", text)]), &catalogue(), &LoadOptions::default()).unwrap();
    insta::assert_snapshot!(
        lines(set.notes().to_vec()),
        @"rules/ec2/ec2-volume-unattached.yaml:7:11: no collector describes AWS::EC2::Volume: its properties are not checked, and nothing is asked of AWS for it"
    );
}

#[test]
fn the_digest_changes_with_the_rules_and_not_with_their_order_or_line_ends() {
    let digest = |files: &[(&str, &str)]| load(&sources(files), &catalogue(), &LoadOptions::default()).unwrap().digest().to_owned();
    let mut turned = GOOD;
    turned.reverse();
    let windows: Vec<(&str, String)> = GOOD.iter().map(|(path, text)| (*path, text.replace('\n', "\r\n"))).collect();
    let windows: Vec<(&str, &str)> = windows.iter().map(|(path, text)| (*path, text.as_str())).collect();
    assert_eq!(digest(&GOOD), digest(&turned));
    assert_eq!(digest(&GOOD), digest(&windows));
    assert_ne!(digest(&GOOD), digest(&GOOD[..1]));
}

#[test]
fn rules_are_selected_by_id_alias_or_anchored_glob() {
    let set = good(&LoadOptions::default()).unwrap();
    let chosen =
        |patterns: &[&str]| set.select(patterns).map(|set| set.infos().map(|info| info.id.to_string()).collect::<Vec<_>>()).map_err(lines);
    assert_eq!(chosen(&["dynamodb-*"]).unwrap(), ["dynamodb-table-provisioned", "dynamodb-table-untagged"]);
    assert_eq!(chosen(&["dynamodb-billing"]).unwrap(), ["dynamodb-table-provisioned"]);
    // Naming a rule in preview takes it from the shelf; a glob does not.
    assert_eq!(chosen(&["logs-group-orphaned"]).unwrap(), ["logs-group-orphaned"]);
    assert_eq!(chosen(&["logs-*"]).unwrap(), ["logs-group-retention-short"]);
    insta::assert_snapshot!(chosen(&["table", "logs-group-orphand", "["]).unwrap_err(), @r#"
    --rule: no rule is called "table" (`ledgerline rules list` shows all)
    --rule: no rule is called "logs-group-orphand" (did you mean "logs-group-orphaned"?)
    --rule: "[" is no pattern: unclosed character class; missing ']'
    "#);
}

#[test]
fn the_loaded_rules_say_which_calls_they_need() {
    let calls = |patterns: &[&str]| {
        let needs = rules().select(patterns).unwrap().needs(&catalogue());
        needs.types().map(|(kind, calls)| format!("{kind}: {calls:?}")).collect::<Vec<_>>()
    };
    assert_eq!(calls(&["dynamodb-table-provisioned"]), [r#"AWS::DynamoDB::Table: {"dynamodb:DescribeTable", "dynamodb:ListTables"}"#]);
    assert_eq!(calls(&["dynamodb-table-untagged"]), [r#"AWS::DynamoDB::Table: {"dynamodb:ListTables", "tag:GetResources"}"#]);
    assert_eq!(
        calls(&["logs-group-orphaned"]),
        [r#"AWS::Lambda::Function: {"lambda:ListFunctions"}"#, r#"AWS::Logs::LogGroup: {"logs:DescribeLogGroups"}"#]
    );
}

#[test]
fn environments_that_tags_decide_make_rules_that_depend_on_them_need_tags() {
    let mut options = settings("dev: { logs-group-retention-short: { min_days: 7 } }");
    let needs = |options: &LoadOptions| good(options).unwrap().needs(&catalogue());
    assert!(!needs(&options).wants("AWS::Logs::LogGroup", "tag:GetResources"));
    let tags = [("Environment".into(), vec!["dev".into()])].into();
    options.environments = vec![crate::model::environment::Environment { name: "dev".into(), tags, ..Default::default() }];
    assert!(needs(&options).wants("AWS::Logs::LogGroup", "tag:GetResources"));
}

#[test]
fn hostile_files_are_refused_in_words_and_quickly() {
    let oversize = format!("id: x\nwhy: {}\n", "x".repeat(200_000));
    let deep = format!("id: {}", "[".repeat(50_000));
    let laughs = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
    let long = GOOD[0].1.replace("\"PAY_PER_REQUEST\"\nmessage", &format!("\"{}\"\nmessage", "(".repeat(60_000)));
    for (text, words) in
        [(oversize.as_str(), "at most"), (deep.as_str(), "recursion limit"), (laughs, "anchors"), (long.as_str(), "rules/test/x.yaml:12")]
    {
        let told = said(&[("rules/test/x.yaml", text)]);
        assert!(told.contains(words), "{told}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_loading_panic(text in "(?s).{0,200}") {
        let _ = load(&sources(&[("rules/test/x.yaml", &text)]), &catalogue(), &LoadOptions::default());
    }

    /// A good file with a stretch replaced reaches further than noise does.
    #[test]
    fn no_damage_to_a_rule_makes_loading_panic(start in 0usize..1500, length in 0usize..40, noise in "[ -~\n]{0,12}") {
        let text = GOOD[0].1;
        let (start, end) = (start.min(text.len()), (start + length).min(text.len()));
        let text = format!("{}{noise}{}", &text[..start], &text[end..]);
        let _ = load(&sources(&[(GOOD[0].0, &text)]), &catalogue(), &LoadOptions::default());
    }
}

#[test]
fn a_framework_without_controls_is_refused_since_any_id_would_pass() {
    for controls in ["", "controls: []\n"] {
        let text = format!("id: own\ntitle: Our own\n{controls}");
        let faults = super::said(&[("rules/frameworks/own.yaml", &text)]);
        assert!(faults.contains("controls"), "{faults}");
    }
}
