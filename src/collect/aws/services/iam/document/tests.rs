//! Policy documents as answers carry them: encoded, plain, malformed.

use super::*;

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
