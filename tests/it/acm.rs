//! Certificates over the stand-in: every kind of key is listed, one call each, and what a fault leaves.

use crate::support::command::Ledgerline;
use crate::support::report::{collected, find, outcome, statuses};
use crate::support::stand_in::{Canned, Fault, StandIn, Trouble, World};
use serde_json::{Value, json};

const CERTIFICATE: &str = "AWS::CertificateManager::Certificate";
const ARN: &str = "arn:aws:acm:us-east-2:111122223333:certificate/";

/// Two certificates on two pages: one for ever, one of 1,024 bits that has expired.
fn certificates() -> StandIn {
    let stand_in = StandIn::of(World::default());
    let page = |id: &str, name: &str| json!([{"CertificateArn": format!("{ARN}{id}"), "DomainName": name}]);
    // Asked without kinds of keys, AWS leaves elliptic curves out.
    stand_in.answer(Canned::json("acm:ListCertificates", json!({"CertificateSummaryList": [], "NextToken": null})));
    let kinds = json!({"keyTypes": ["EC_prime256v1", "EC_secp384r1", "EC_secp521r1", "RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096"]});
    let first = json!({"CertificateSummaryList": page("a", "api.example.com"), "NextToken": "2"});
    stand_in.answer(Canned::json("acm:ListCertificates", first).to(json!({"Includes": kinds})));
    let second = json!({"CertificateSummaryList": page("b", "old.example.com")});
    stand_in.answer(Canned::json("acm:ListCertificates", second).to(json!({"Includes": kinds, "NextToken": "2"})));
    let described = |id: &str, key: &str, status: &str, end: i64| {
        let certificate =
            json!({"CertificateArn": format!("{ARN}{id}"), "KeyAlgorithm": key, "Status": status, "NotAfter": end, "InUseBy": []});
        let answer = Canned::json("acm:DescribeCertificate", json!({"Certificate": certificate}));
        stand_in.answer(answer.to(json!({"CertificateArn": format!("{ARN}{id}")})));
    };
    described("a", "EC_prime256v1", "ISSUED", 4_000_000_000);
    described("b", "RSA-1024", "EXPIRED", 1_500_000_000);
    stand_in
}

fn audit(stand_in: &StandIn, rule: &str) -> Value {
    Ledgerline::on(&stand_in.account("111122223333")).args(["audit", "--format", "json", "--rule", rule]).run().json()
}

#[test]
fn certificates_of_every_kind_of_key_are_judged_with_one_call_each() {
    let stand_in = certificates();
    let report = audit(&stand_in, "acm-*");
    assert_eq!(statuses(&report, "acm-certificate-expiring"), [("old.example.com".to_owned(), "fail".to_owned())]);
    assert_eq!(statuses(&report, "acm-certificate-key-short"), [("old.example.com".to_owned(), "fail".to_owned())]);
    assert_eq!((stand_in.count("acm:ListCertificates"), stand_in.count("acm:DescribeCertificate")), (2, 2));
    let resources = collected(&stand_in.account("111122223333"), &["acm-*"]);
    assert_eq!(find(&resources, CERTIFICATE, "old.example.com")["properties"]["KeyAlgorithm"], "RSA_1024");
}

#[test]
fn a_refused_description_is_no_certificate_that_never_ends() {
    let stand_in = certificates();
    stand_in.trouble(Trouble::with("acm:DescribeCertificate", Fault::Denied).on("certificate/a"));
    let report = audit(&stand_in, "acm-certificate-expiring");
    let expected = [("api.example.com", "unknown"), ("old.example.com", "fail")];
    assert_eq!(statuses(&report, "acm-certificate-expiring"), expected.map(|(name, status)| (name.to_owned(), status.to_owned())));
    assert_eq!(outcome(&report, CERTIFICATE, "acm:DescribeCertificate"), "denied");
}

#[test]
fn a_certificate_that_is_gone_meanwhile_is_no_fault() {
    let stand_in = certificates();
    let gone = Canned::error("acm:DescribeCertificate", 400, "ResourceNotFoundException", "Could not find certificate");
    stand_in.answer(gone.to(json!({"CertificateArn": format!("{ARN}b")})));
    let report = audit(&stand_in, "acm-certificate-expiring");
    assert!(statuses(&report, "acm-certificate-expiring").is_empty());
    assert_eq!(report["coverage"]["complete"], true);
}
