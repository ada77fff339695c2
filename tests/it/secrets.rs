//! Secrets that AWS's answers carry stay out of everything that is kept, written or logged: a client's secret, a value of a
//! function's environment, a stage's variable, the token in a subscription's endpoint. One of each is in the deployment.

use crate::support::command::Ledgerline;
use crate::support::deployed::{CONFIG, Deployed};
use crate::support::moto::Account;
use serde_json::{Value, json};
use std::path::Path;

/// What the deployment's script plants.
const PLANTED: &[&str] = &["not-a-real-value", "not-a-real-variable", "not-a-real-token"];

/// The secret of the deployment's app client, which the emulator has made up.
fn client_secret(account: &Account) -> String {
    let cognito = |operation: &str, body: &Value| account.json("cognito-idp", "AWSCognitoIdentityProviderService", operation, body);
    let pool = cognito("ListUserPools", &json!({"MaxResults": 60}))["UserPools"][0]["Id"].clone();
    let client = cognito("ListUserPoolClients", &json!({"UserPoolId": pool, "MaxResults": 60}))["UserPoolClients"][0]["ClientId"].clone();
    let described = cognito("DescribeUserPoolClient", &json!({"UserPoolId": pool, "ClientId": client}));
    described["UserPoolClient"]["ClientSecret"].as_str().expect("a client's secret").to_owned()
}

/// The files that a command left, each as text, whatever it holds; recordings unpacked.
fn left_in(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file());
    files
        .map(|path| {
            let bytes = std::fs::read(&path).expect("a file");
            let unpacked =
                if path.extension().is_some_and(|kind| kind == "zst") { zstd::decode_all(&*bytes).expect("zstd") } else { bytes };
            (path.display().to_string(), unpacked)
        })
        .collect()
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
}

#[test]
fn no_secret_of_an_answer_is_kept_written_or_logged() {
    let deployed = Deployed::new();
    let client_secret = client_secret(&deployed.account);
    let secrets: Vec<&str> = PLANTED.iter().copied().chain([client_secret.as_str()]).collect();
    let traced = |args: &[&str]| {
        Ledgerline::on(&deployed.account)
            .file("ledgerline.yaml", CONFIG)
            .env("RUST_LOG", "trace")
            .env("LEDGERLINE_LOG", "trace,hyper=info,aws_smithy_runtime=info,aws_smithy_runtime_api=info,aws_sdk_=info,rustls=info")
            .args(args)
            .run_and(left_in)
    };
    let mut seen: Vec<(String, Vec<u8>)> = Vec::new();
    let mut kept = |what: &str, (ran, files): (crate::support::command::Ran, Vec<(String, Vec<u8>)>)| {
        assert!(ran.code < 2, "{what}: {}", ran.stderr);
        seen.push((format!("{what}: standard output"), ran.stdout.into_bytes()));
        seen.push((format!("{what}: log"), ran.stderr.into_bytes()));
        seen.extend(files.into_iter().map(|(path, bytes)| (format!("{what}: {path}"), bytes)));
    };
    kept("collect", traced(&["collect", "--output", "account.ndjson.zst", "--store", "sqlite://store.db"]));
    for format in formats() {
        let listed = "pass,fail,waived,unknown,not_applicable";
        kept(&format, traced(&["audit", "--store", "sqlite://store.db", "--format", &format, "--status", listed]));
    }
    for call in ["cognito-idp:DescribeUserPoolClient", "lambda:ListFunctions", "apigateway:GetStages", "sns:ListSubscriptions"] {
        assert!(deployed.stand_in.count(call) > 0, "{call} was never asked: its secret proves nothing");
    }
    for (place, bytes) in &seen {
        for secret in &secrets {
            assert!(!holds(bytes, secret), "{secret} is in {place}");
        }
    }
    // The search itself: what is no secret is found by it.
    assert!(seen.iter().any(|(place, bytes)| place.contains("account.ndjson.zst") && holds(bytes, "STRIPE_SECRET_KEY")));
    assert!(seen.iter().any(|(place, bytes)| place.contains("account.ndjson.zst") && holds(bytes, "events.pagerduty.com")));
}

/// Every format that results can be written in, from the command's own help.
fn formats() -> Vec<String> {
    let help = Ledgerline::new().args(["audit", "--help"]).run().stdout;
    let (_, rest) = help.split_once("--format <FORMAT>").expect("formats");
    let (list, _) = rest.split_once("[default:").expect("a default");
    let formats: Vec<String> =
        list.lines().filter_map(|line| line.trim().strip_prefix("- ")?.split_once(':')).map(|(name, _)| name.to_owned()).collect();
    assert!(formats.len() > 3, "{formats:?}");
    formats
}
