//! Links within the page: a path and a query, each value percent-encoded.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What may stand in a path segment and in a query as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The address of `segments` below the root, in this order.
pub fn path(segments: &[&str]) -> String {
    segments.iter().fold(String::new(), |mut path, segment| {
        path.push('/');
        path.extend(utf8_percent_encode(segment, ENCODED));
        path
    })
}

/// A path with a query; pairs without a value are left out.
pub fn with_query<K: AsRef<str>, V: AsRef<str>>(path: &str, pairs: impl IntoIterator<Item = (K, V)>) -> String {
    let mut address = path.to_owned();
    for (name, value) in pairs.into_iter().filter(|(_, value)| !value.as_ref().is_empty()) {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.extend(utf8_percent_encode(name.as_ref(), ENCODED));
        address.push('=');
        address.extend(utf8_percent_encode(value.as_ref(), ENCODED));
    }
    address
}
