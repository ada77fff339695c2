//! The wildcards of policies: `*` is any run of characters, new lines among them, `?` is exactly one.
//!
//! "One character" is one UTF-16 unit on the live service, so that a character outside the basic plane needs two `?`.
//! ASCII text, which is nearly all there is, is matched byte by byte without allocating.

#[cfg(test)]
#[path = "glob_tests.rs"]
mod tests;

/// Whether letters must agree in case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// As in resource ARNs.
    Sensitive,
    /// As in action names. ASCII only: no action has other letters.
    Insensitive,
}

/// Whether the whole text matches the pattern. Linear in memory, and quadratic in time at worst.
pub fn matches(pattern: &str, text: &str, case: Case) -> bool {
    if text.is_ascii() {
        let same = match case {
            Case::Sensitive => |a: u8, b: u8| a == b,
            Case::Insensitive => |a: u8, b: u8| a.eq_ignore_ascii_case(&b),
        };
        return run(pattern.as_bytes(), text.as_bytes(), b'*', b'?', same);
    }
    let units = |text: &str| match case {
        Case::Sensitive => text.encode_utf16().collect::<Vec<u16>>(),
        Case::Insensitive => text.to_ascii_lowercase().encode_utf16().collect(),
    };
    run(&units(pattern), &units(text), u16::from(b'*'), u16::from(b'?'), |a, b| a == b)
}

/// Whether the pattern matches every text that is not empty: it has a `*`, and nothing that would have to be there but
/// at most one `?`.
pub fn is_everything(pattern: &str) -> bool {
    pattern.contains('*') && pattern.chars().all(|c| c == '*' || c == '?') && pattern.matches('?').count() <= 1
}

/// Whether two patterns begin or end with other text, so that none matches both. Quick, and true of most pairs. Case matters.
pub fn differ_at_ends(a: &str, b: &str) -> bool {
    let plain = |byte: &u8| *byte != b'*' && *byte != b'?';
    let differ = |(a, b): (u8, u8)| a != b;
    let (mut heads, mut tails) = (
        a.bytes().take_while(plain).zip(b.bytes().take_while(plain)),
        a.bytes().rev().take_while(plain).zip(b.bytes().rev().take_while(plain)),
    );
    heads.any(differ) || tails.any(differ)
}

/// Whether some text matches both patterns. Case matters. Time is the product of both lengths, but where their ends differ.
pub fn overlap(a: &str, b: &str) -> bool {
    if differ_at_ends(a, b) {
        return false;
    }
    let (a, b) = (a.as_bytes(), b.as_bytes());
    // From the ends: whether the rest of `a` from one place and the rest of `b` from each place have a text in common.
    let (mut below, mut row) = (vec![false; b.len() + 2], vec![false; b.len() + 2]);
    for at in (0..=a.len()).rev() {
        let one = a.get(at).copied();
        let mut right = false;
        for here in (0..=b.len()).rev() {
            let down = below.get(here).copied().unwrap_or(false);
            let both = below.get(here + 1).copied().unwrap_or(false);
            let common = match (one, b.get(here).copied()) {
                (None, None) => true,
                // A star is done, or takes what stands on the other side.
                (Some(b'*'), _) | (_, Some(b'*')) => down || right,
                (Some(x), Some(y)) => (x == y || x == b'?' || y == b'?') && both,
                (None, Some(_)) | (Some(_), None) => false,
            };
            if let Some(slot) = row.get_mut(here) {
                *slot = common;
            }
            right = common;
        }
        std::mem::swap(&mut below, &mut row);
    }
    below.first() == Some(&true)
}

/// Greedy with one way back: on a mismatch only the latest `*` can help, by taking one unit more.
fn run<T: Copy + PartialEq>(pattern: &[T], text: &[T], star: T, one: T, same: impl Fn(T, T) -> bool) -> bool {
    let (mut at, mut here) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(at), text.get(here)) {
            (Some(&p), _) if p == star => {
                back = Some((at, here));
                at += 1;
            }
            (Some(&p), Some(&t)) if p == one || same(p, t) => {
                at += 1;
                here += 1;
            }
            (None, None) => return true,
            _ => match back {
                Some((star_at, taken)) if taken < text.len() => {
                    back = Some((star_at, taken + 1));
                    at = star_at + 1;
                    here = taken + 1;
                }
                _ => return false,
            },
        }
    }
}
