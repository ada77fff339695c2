//! Policy documents as answers carry them: encoded, plain, malformed.

use super::*;
use crate::iam::document::parse;
use crate::model::Interner;

#[test]
fn an_encoded_document_is_decoded_once_and_its_plus_stays() {
    let document = read("%7B%22Resource%22%3A%22a+b%252F%22%7D").unwrap();
    assert_eq!(document["Resource"], "a+b%2F");
}

#[test]
fn a_plain_document_keeps_its_percent_signs() {
    let document = read(" \n{\"Resource\": \"arn:aws:s3:::a%2Fb\"}").unwrap();
    assert_eq!(document["Resource"], "arn:aws:s3:::a%2Fb");
}

#[test]
fn what_is_no_document_says_why() {
    let why = |text: &str| read(text).unwrap_err().to_string();
    assert_eq!(why(" "), "it is empty");
    assert_eq!(why("%ff%fe"), "it is not UTF-8");
    assert_eq!(why("%7B%22Statement%22"), "it is not JSON (line 1, column 12)");
    assert_eq!(why("%5B%5D"), "it is not a JSON object");
}

#[test]
fn a_document_that_writes_a_key_twice_stays_text_that_nobody_takes_for_harmless() {
    let twice = r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Action": "s3:GetObject", "Resource": "*"}]}"#;
    let encoded = percent_encoding::utf8_percent_encode(twice, percent_encoding::NON_ALPHANUMERIC).to_string();
    for text in [twice, encoded.as_str()] {
        let document = read(text).unwrap();
        assert_eq!(document, Value::from(twice));
        // As a recording has it, too.
        let recorded: Value = serde_json::from_str(&document.to_string()).unwrap();
        let faults = parse(&crate::model::Value::from_json(&recorded, &Interner::new())).unwrap_err();
        assert_eq!(faults.to_string(), "Statement[0].Action: is written twice");
    }
    let cased = read(&twice.replace(r#""Action": "s3"#, r#""action": "s3"#)).unwrap();
    let faults = parse(&crate::model::Value::from_json(&cased, &Interner::new())).unwrap_err();
    assert_eq!(faults.to_string(), "Statement[0]: action is written twice, in different case");
}
