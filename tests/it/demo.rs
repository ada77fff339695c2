//! The whole of it on the deployment that Ledgerline was made for: what is planted is found and nothing else, and the
//! account that is shipped for `ledgerline demo` is what the script makes.

use crate::support::command::Ledgerline;
use crate::support::deployed::{CONFIG, Deployed, here, planted, text, verdicts};
use crate::support::moto;
use crate::support::report::recorded;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The account of the deployment; only the test that records it may use this id.
const DEPLOYMENT: &str = "313476888312";

/// The recording inside the binary.
const SHIPPED: &str = "src/cli/demo/account.ndjson.zst";

#[test]
fn exactly_the_planted_faults_are_found() {
    let deployed = Deployed::new();
    let ran = deployed.audit();
    let report = ran.json();
    assert_eq!((ran.code, &report["coverage"]["complete"]), (0, &json!(true)), "{}\n{:#}", ran.stderr, report["coverage"]);
    let with = |wanted: &str| -> BTreeSet<(String, String)> {
        verdicts(&report).into_iter().filter(|(_, status)| status == wanted).map(|(key, _)| key).collect()
    };
    assert_eq!(with("unknown"), BTreeSet::new());
    assert_eq!(with("fail"), planted(&deployed.account.id));
}

/// Fills an account and leads to it until standard input ends: for rules that are tried by hand.
#[test]
#[ignore = "waits for its input to end: cargo test --test it demo::serves -- --ignored --nocapture"]
fn serves_the_deployment_for_work_by_hand() {
    let Deployed { stand_in, account } = Deployed::new();
    println!("export AWS_ENDPOINT_URL={} AWS_ACCESS_KEY_ID={}", account.endpoint, account.access_key_id);
    println!("export AWS_SECRET_ACCESS_KEY={} AWS_SESSION_TOKEN={}", account.secret_access_key, account.session_token);
    println!("export AWS_REGION={}", account.region);
    _ = std::io::stdin().read_line(&mut String::new());
    println!("{:#?}", stand_in.counts());
}

#[test]
fn the_shipped_account_is_what_the_script_makes() {
    let account = moto::account_named(DEPLOYMENT);
    let deployed = Deployed::into(&account);
    let command = Ledgerline::on(&deployed.account).file("ledgerline.yaml", CONFIG).args([
        "collect",
        "--output",
        "account.ndjson.zst",
        "--store",
        "sqlite://demo.db",
    ]);
    let (ran, made) = command.run_and(|folder| {
        let file = folder.join("account.ndjson.zst");
        if file.exists() && std::env::var_os("LEDGERLINE_RECORD_DEMO").is_some() {
            std::fs::copy(&file, here(SHIPPED)).expect("the shipped account can be written");
        }
        if file.exists() { recorded(&file) } else { Vec::new() }
    });
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let (made, shipped) = (normal(&made), normal(&recorded(&here(SHIPPED))));
    for (resource_type, resources) in &made {
        assert_eq!(shipped.get(resource_type), Some(resources), "{resource_type} differs: run tests/demo/record.sh");
    }
    assert_eq!(shipped.keys().collect::<Vec<_>>(), made.keys().collect::<Vec<_>>(), "run tests/demo/record.sh");
}

/// A UUID, 32 hexadecimal digits, a time, or the id of a network, a subnet and so on.
const MADE_UP: &str = "[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z?|[a-z]+-[0-9a-f]{17}";

/// Resources by type, sorted, without what differs from one emulator, or one day, to the next: ids, times, money.
fn normal(resources: &[Value]) -> BTreeMap<String, Vec<String>> {
    let mut ids = BTreeSet::new();
    resources.iter().for_each(|resource| note_ids(resource, &mut ids));
    let mut normal: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for resource in resources {
        let resource_type = text(&resource["type"]);
        let mut resource = without_chance(resource, &ids);
        if resource_type.starts_with("Ledgerline::Cost::") {
            let kept = ["Service", "TagKey", "Currency"].map(|key| (key.to_owned(), resource["properties"][key].clone()));
            resource = json!({"properties": kept.into_iter().collect::<Map<_, _>>()});
        }
        normal.entry(resource_type).or_default().push(resource.to_string());
    }
    normal.values_mut().for_each(|resources| resources.sort());
    normal
}

/// The ids that the emulator has made up, wherever they stand.
fn note_ids(value: &Value, ids: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                match value.as_str() {
                    Some(id) if key.ends_with("Id") && id.len() > 7 => _ = ids.insert(id.to_owned()),
                    _ => note_ids(value, ids),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| note_ids(item, ids)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn without_chance(value: &Value, ids: &BTreeSet<String>) -> Value {
    match value {
        Value::Object(entries) => {
            let ends = ["Id", "Ids", "Date", "DateTime", "Time", "Timestamp", "At"];
            let kept = |key: &str| {
                let by_chance = ends.iter().any(|end| key.ends_with(end))
                    || ["LastModified", "NotAfter", "NotBefore", "Serial", "CodeSha256", "StaleReferences", "Consumption"].contains(&key);
                !by_chance
            };
            let kept = entries.iter().filter(|(key, _)| kept(key));
            kept.map(|(key, value)| (key.clone(), without_chance(value, ids))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(|item| without_chance(item, ids)).collect();
            items.sort_by_key(Value::to_string);
            items.into()
        }
        Value::String(text) => {
            let text = ids.iter().fold(text.clone(), |text, id| text.replace(id, "<id>"));
            regex::Regex::new(MADE_UP).expect("a pattern").replace_all(&text, "<id>").into()
        }
        other => other.clone(),
    }
}
