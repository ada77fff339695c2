//! Conditions, and the one question that is asked of them so far: does this one narrow who or what may call?
//!
//! Deciding a condition against a request belongs to the engine. Whether it *could* keep strangers out can be said
//! without a request, and rules about public policies need no more.

use arcstr::ArcStr;

/// One operator on one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// How the key is compared.
    pub operator: Operator,
    /// The key as written; its case is indifferent.
    pub key: ArcStr,
    /// The values, any of which may match. Numbers and booleans are text here, as they are to AWS.
    pub values: Vec<ArcStr>,
}

/// An operator such as `ForAllValues:StringEqualsIfExists`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// For keys with many values.
    pub quantifier: Option<Quantifier>,
    /// The bare name as written, without quantifier and `IfExists`.
    pub name: ArcStr,
    /// Whether an absent key satisfies it.
    pub if_exists: bool,
}

/// How the values of a key with many values are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// All must match; true where there are none.
    ForAllValues,
    /// One must match.
    ForAnyValue,
}

/// Keys that say where a request comes from in a way that a stranger cannot choose, in lower case. From AWS's
/// definition of a public policy (S3 and Access Analyzer documentation).
const ORIGIN_KEYS: [&str; 16] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "aws:vpcsourceip",
    "kms:calleraccount",
    "lambda:eventsourcetoken",
];

impl Operator {
    /// Reads an operator as documents write it.
    pub(in crate::iam) fn read(text: &str) -> Self {
        let (quantifier, rest) = match text.split_once(':') {
            Some((word, rest)) if word.eq_ignore_ascii_case("ForAllValues") => (Some(Quantifier::ForAllValues), rest),
            Some((word, rest)) if word.eq_ignore_ascii_case("ForAnyValue") => (Some(Quantifier::ForAnyValue), rest),
            _ => (None, text),
        };
        let at = rest.len().saturating_sub("IfExists".len());
        match rest.split_at_checked(at) {
            Some((name, end)) if end.eq_ignore_ascii_case("IfExists") => Self { quantifier, name: name.into(), if_exists: true },
            _ => Self { quantifier, name: rest.into(), if_exists: false },
        }
    }

    /// Whether it holds only where the key is there and has one of the values.
    fn is_positive(&self) -> bool {
        let positive = ["StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress"];
        !self.if_exists
            && self.quantifier != Some(Quantifier::ForAllValues)
            && positive.iter().any(|name| self.name.eq_ignore_ascii_case(name))
    }
}

impl Condition {
    /// Whether the key is this one.
    pub fn is_on(&self, key: &str) -> bool {
        self.key.eq_ignore_ascii_case(key)
    }

    /// Whether it keeps out requests from anywhere but named places: a positive operator on a key of origin, none of whose
    /// values is open. A value with a policy variable counts as open: what it stands for is the caller's.
    pub fn names_origin(&self) -> bool {
        let key = self.key.to_ascii_lowercase();
        ORIGIN_KEYS.contains(&key.as_str())
            && self.operator.is_positive()
            && !self.values.is_empty()
            && self.values.iter().all(|value| is_closed(&key, value))
    }

    /// The values that the key must have one of, where the condition demands that.
    pub fn demands(&self, key: &str) -> Option<&[ArcStr]> {
        (self.is_on(key) && self.operator.is_positive()).then_some(self.values.as_slice())
    }
}

fn is_closed(key: &str, value: &str) -> bool {
    if value.contains("${") {
        return false;
    }
    match key {
        // Half of all addresses is no restriction either: two halves make a whole.
        "aws:sourceip" | "aws:vpcsourceip" => {
            value.split_once('/').is_none_or(|(_, length)| length.parse::<u8>().is_ok_and(|bits| bits > 1))
        }
        "aws:sourcearn" | "aws:principalarn" => {
            let parts: Vec<&str> = value.splitn(6, ':').collect();
            match parts.as_slice() {
                // Buckets have no account in their ARN; their names are unique instead.
                ["arn", _, service, _, "", name] => !service.contains(['*', '?']) && !name.starts_with(['*', '?']),
                ["arn", _, _, _, account, _] => account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()),
                _ => false,
            }
        }
        // An organisation path ends in a star by design: o-a1b2c3d4e5/r-ab12/*.
        "aws:principalorgpaths" | "aws:sourceorgpaths" => value.starts_with("o-") && !value.starts_with("o-*"),
        // A user id is `AROA…:session`, and the session is often left open.
        "aws:userid" => !value.starts_with(['*', '?']),
        _ => !value.is_empty() && !value.contains(['*', '?']),
    }
}
