//! Half an answer is told from a whole one.

use super::{Whole, is_whole};

#[test]
fn a_document_is_whole_when_its_root_is_closed() {
    for whole in ["<A><B/></A>", "<?xml version=\"1.0\"?>\n<A xmlns=\"x\"><B>1</B></A >\n"] {
        assert!(is_whole(whole.as_bytes()), "{whole}");
    }
}

#[test]
fn a_document_that_breaks_off_anywhere_is_not() {
    let document = "<GetResponse xmlns=\"x\"><GetResult><IsTruncated>false</IsTruncated></GetResult></GetResponse>";
    for end in 0..document.len() {
        assert!(!is_whole(&document.as_bytes()[..end]), "{}", &document[..end]);
    }
}

#[test]
fn a_field_that_is_missing_or_null_is_not_told() {
    let check = |body: &[u8]| Whole::Json("AllowUnauthenticatedIdentities").check(body).is_ok();
    assert!(check(br#"{"AllowUnauthenticatedIdentities": false}"#));
    assert!(Whole::Json("FunctionUrlConfigs").check(br#"{"FunctionUrlConfigs": []}"#).is_ok());
    assert!(!check(br#"{"IdentityPoolId": "a"}"#));
    assert!(!check(br#"{"AllowUnauthenticatedIdentities": null}"#));
    assert!(!check(b""));
}
