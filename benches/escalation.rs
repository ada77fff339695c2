//! How long it takes to find who can become an administrator, and what an evaluation costs.
//!
//! `cargo bench --bench escalation`. An account of 1,000 roles and 500 policies, and one of ten times as many roles: most roles belong to
//! functions and read a table or a bucket, every tenth takes other roles, every fiftieth hands roles over, some have boundaries, some
//! conditions. Each policy is attached to several roles. The figures of one run are in `benches/README.md`.

use ledgerline::iam::document;
use ledgerline::iam::escalation;
use ledgerline::iam::evaluation::{Caller, Context, Policies, Policy, Request, evaluate};
use ledgerline::model::catalogue::Catalogue;
use ledgerline::model::resource::ResourceRecord;
use ledgerline::model::{Coverage, Interner, Resource};
use serde_json::{Value, json};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

const ACCOUNT: &str = "111122223333";
const POLICIES: usize = 500;

fn main() {
    println!("roles  policies  chains  undecided  seconds  peak MiB");
    for roles in [1_000, 10_000] {
        let resources = account(roles);
        let start = Instant::now();
        let found = escalation::find(&resources, &Coverage::default());
        let took = start.elapsed().as_secs_f64();
        println!("{roles:>5}  {POLICIES:>8}  {:>6}  {:>9}  {took:>7.3}  {:>8}", found.chains.len(), found.undecided.len(), peak());
    }
    println!("one request against ten statements: {:.2} µs", evaluation());
}

fn account(roles: usize) -> Vec<Resource> {
    let (catalogue, interner) = (Catalogue::default(), Interner::new());
    let policies = (0..POLICIES).map(managed);
    let roles = (0..roles).map(role);
    let record = |value: Value| serde_json::from_value::<ResourceRecord>(value).expect("a record");
    policies.chain(roles).map(|value| Resource::from_record(&record(value), &catalogue, &interner)).collect()
}

fn resource(kind: &str, part: &str, name: &str, properties: &Value) -> Value {
    let id = format!("arn:aws:iam::{ACCOUNT}:{part}/{name}");
    json!({"id": id, "type": kind, "name": name, "account": ACCOUNT, "region": "global", "properties": properties})
}

fn managed(number: usize) -> Value {
    let statements: Vec<Value> = (0..4)
        .map(|statement| {
            let table = format!("arn:aws:dynamodb:us-east-2:{ACCOUNT}:table/t{number}-{statement}");
            json!({"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:Query", "s3:Get*"], "Resource": [table, "arn:aws:s3:::b/*"]})
        })
        .collect();
    let name = format!("p{number}");
    let document = json!({"Version": "2012-10-17", "Statement": statements});
    resource("AWS::IAM::ManagedPolicy", "policy", &name, &json!({"ManagedPolicyName": name, "PolicyDocument": document}))
}

fn role(number: usize) -> Value {
    let mut statements =
        vec![json!({"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": format!("arn:aws:logs:*:*:log-group:g{number}")})];
    if number.is_multiple_of(10) {
        statements.push(
            json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": format!("arn:aws:iam::{ACCOUNT}:role/r{}*", number / 10)}),
        );
    }
    if number.is_multiple_of(50) {
        statements.push(json!({"Effect": "Allow", "Action": ["iam:PassRole", "lambda:*"], "Resource": "*"}));
    }
    if number.is_multiple_of(30) {
        let condition = json!({"StringEquals": {"aws:PrincipalTag/team": "platform"}});
        statements.push(json!({"Effect": "Allow", "Action": "iam:*", "Resource": "*", "Condition": condition}));
    }
    if number.is_multiple_of(200) {
        statements.push(json!({"Effect": "Allow", "Action": "*", "Resource": "*"}));
    }
    let principal = if number.is_multiple_of(7) { json!({"AWS": ACCOUNT}) } else { json!({"Service": "lambda.amazonaws.com"}) };
    let name = format!("r{number}");
    let attached: Vec<String> = (0..3).map(|one| format!("arn:aws:iam::{ACCOUNT}:policy/p{}", (number * 3 + one) % POLICIES)).collect();
    let mut properties = json!({
        "RoleName": name,
        "Path": "/",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]},
        "Policies": [{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}],
        "ManagedPolicyArns": attached,
    });
    if number.is_multiple_of(9) {
        properties["PermissionsBoundary"] = json!(format!("arn:aws:iam::{ACCOUNT}:policy/p1"));
    }
    resource("AWS::IAM::Role", "role", &name, &properties)
}

/// Microseconds a request, the best of five rounds.
fn evaluation() -> f64 {
    let statements: Vec<Value> = (0..10)
        .map(|number| json!({"Effect": "Allow", "Action": [format!("s{number}:Get*"), "dynamodb:PutItem"], "Resource": format!("arn:aws:dynamodb:us-east-2:{ACCOUNT}:table/t{number}"),
            "Condition": {"StringLike": {"aws:PrincipalTag/team": format!("team-{number}*")}}}))
        .collect();
    let document = document::parse_text(&json!({"Version": "2012-10-17", "Statement": statements}).to_string()).expect("a document");
    let policies = Policies { identity: vec![Policy { label: "p".into(), document: Ok(Arc::new(document)) }], ..Policies::default() };
    let value = |text: &str| ledgerline::iam::evaluation::ContextValue::One(text.into());
    let request = Request {
        caller: Caller::read(Some("arn:aws:iam::111122223333:user/ada")),
        action: "dynamodb:PutItem".into(),
        resource: format!("arn:aws:dynamodb:us-east-2:{ACCOUNT}:table/t9").into(),
        resource_account: None,
        context: Context::new([("aws:PrincipalTag/team", value("team-9"))]),
    };
    let round = || {
        let start = Instant::now();
        for _ in 0..10_000 {
            black_box(evaluate(black_box(&request), &policies));
        }
        start.elapsed().as_secs_f64() * 1e6 / 10_000.0
    };
    (0..5).map(|_| round()).fold(f64::MAX, f64::min)
}

/// The most memory of this process so far, in MiB; zero where the system does not say.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|text| text.split_whitespace().next()?.parse::<usize>().ok()).unwrap_or(0) / 1024
}
