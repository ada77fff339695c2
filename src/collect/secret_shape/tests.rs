//! Shapes of secrets, and of what only looks like one.

use super::{SHAPES, of};

#[test]
fn what_issuers_hand_out_is_told() {
    let id = ["AKIA", "IOSFODNN7EXAMPLE"].concat();
    for (value, shape) in [
        (id.as_str(), "aws-access-key"),
        (r#"{"key":"ASIAIOSFODNN7EXAMPLE"}"#, "aws-access-key"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "jwt"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMII", "private-key"),
        ("-----BEGIN PRIVATE KEY-----", "private-key"),
        ("postgres://app:hunter2@db.example/orders", "url-with-password"),
        ("redis://:hunter2@cache.example:6379", "url-with-password"),
    ] {
        assert_eq!(of(value), Some(shape), "{value}");
    }
    assert_eq!(of(&format!("ghp_{}", "a1".repeat(18))), Some("github-token"));
    assert_eq!(of(&format!("sk_live_{}", "a1".repeat(12))), Some("stripe-key"));
}

#[test]
fn what_only_looks_like_a_secret_is_none() {
    for value in [
        "",
        "users",
        "AKIA",
        "https://example.com/path?a=b",
        "https://example.com:8443/a@b",
        "postgres://app:${DB_PASSWORD}@db.example/orders",
        "postgres://app@db.example/orders",
        "arn:aws:secretsmanager:us-east-2:111122223333:secret:db",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "-----BEGIN CERTIFICATE-----",
    ] {
        assert_eq!(of(value), None, "{value}");
    }
}

#[test]
fn the_shapes_are_sorted() {
    assert!(SHAPES.is_sorted_by_key(|(name, _)| *name));
}
