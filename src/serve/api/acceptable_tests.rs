//! What `Accept` may say.

use super::check;
use axum::http::{HeaderMap, HeaderValue, header};

fn takes_json(accept: &str) -> bool {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_str(accept).unwrap());
    check(&headers, "application/json").is_ok()
}

#[test]
fn json_is_given_to_whoever_takes_it() {
    assert!(check(&HeaderMap::new(), "application/json").is_ok());
    for taken in ["*/*", "application/json", "Application/JSON; charset=utf-8", "text/html, application/*;q=0.5", "text/html,*/*;q=0.1", ""]
    {
        assert!(takes_json(taken), "{taken}");
    }
    for refused in ["text/html", "application/xml", "application/json;q=0", "*/*; q=0.000", "application/jsonx", "json"] {
        assert!(!takes_json(refused), "{refused}");
    }
}
