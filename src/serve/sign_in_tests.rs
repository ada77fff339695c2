//! Where one goes after signing in.

use super::inside;

#[test]
fn signing_in_leads_nowhere_but_here() {
    for ours in ["/", "/findings?status=open&q=%2F%2F", "/a//b"] {
        assert_eq!(inside(ours), ours);
    }
    for theirs in
        ["", "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/\t/evil.example", "/a b", "/\u{e9}"]
    {
        assert_eq!(inside(theirs), "/", "{theirs:?}");
    }
}
