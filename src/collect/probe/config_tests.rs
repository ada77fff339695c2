//! Addresses of endpoints, as people write them.

use super::Url;

#[test]
fn an_address_is_taken_apart() {
    for (text, host, port, path) in [
        ("https://api-dev.diatonic.ai/users?limit=1", "api-dev.diatonic.ai", 443, "/users?limit=1"),
        ("https://API.example.com:8443", "api.example.com", 8443, "/"),
        ("https://[2001:db8::1]:8443/x", "2001:db8::1", 8443, "/x"),
        ("https://[2001:db8::1]/", "2001:db8::1", 443, "/"),
    ] {
        let url = Url::parse(text).unwrap();
        assert_eq!((url.host.as_str(), url.port, url.path.as_str()), (host, port, path), "{text}");
        assert_eq!(Url::parse(&url.to_string()), Ok(url), "{text}");
    }
}

#[test]
fn what_is_not_a_plain_https_address_is_refused() {
    for text in [
        "",
        "example.com",
        "http://example.com/",
        "ftp://example.com/",
        "https://",
        "https:///path",
        "https://user:secret@example.com/",
        "https://user@example.com/",
        "https://example.com:99999/",
        "https://example.com:0/",
        "https://example.com/a b",
        "https://example.com/\r\nHost: other",
        "https://example.com/#part",
    ] {
        assert!(Url::parse(text).is_err(), "{text:?}");
    }
}
