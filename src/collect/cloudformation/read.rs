//! Text → tree. YAML and JSON are read alike: JSON is YAML, but for tabs, which YAML forbids where JSON allows them.

use crate::diag::yaml::{Dialect, Node, parse_as};
use crate::diag::{Diagnostic, Source};
use arcstr::ArcStr;

/// The most bytes of a template. CloudFormation takes 1 MB from a bucket and 51,200 bytes in a request (User Guide, "Quotas");
/// what other programs write before they cut it up may be larger.
pub const MOST_BYTES: usize = 8 << 20;

/// The tags of the short forms, without their `!` (User Guide, "Intrinsic function reference").
const SHORT_FORMS: [&str; 21] = [
    "And",
    "Base64",
    "Cidr",
    "Condition",
    "Equals",
    "FindInMap",
    "ForEach",
    "GetAZs",
    "GetAtt",
    "GetStackOutput",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "Ref",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
];

const DIALECT: Dialect = Dialect {
    most_bytes: MOST_BYTES,
    deepest: 100,
    short_form: |tag| match tag {
        "Ref" | "Condition" => Some(ArcStr::from(tag)),
        "Transform" => Some(arcstr::literal!("Fn::Transform")),
        tag if SHORT_FORMS.contains(&tag) => Some(arcstr::format!("Fn::{tag}")),
        _ => None,
    },
    short_forms: &SHORT_FORMS,
    version_1_1: true,
};

/// Reads a template's text.
///
/// # Errors
/// What keeps it from being a tree.
pub fn read(source: &Source) -> Result<Node, Vec<Diagnostic>> {
    if source.text.contains('\t') && source.text.trim_start().starts_with('{') {
        // Outside of text a tab of JSON is nothing but white space, and inside it must be escaped: places stay as they are.
        let spaced = Source::new(source.name.clone(), source.text.replace('\t', " "));
        return parse_as(&spaced, &DIALECT);
    }
    parse_as(source, &DIALECT)
}

/// Whether a text may be a template: it says so, or it has resources.
pub fn looks_like_template(text: &str) -> bool {
    let has = |word: &str| {
        text.lines().any(|line| {
            let line = line.trim_start_matches('\u{feff}');
            line.strip_prefix(word).is_some_and(|rest| rest.trim_start().starts_with(':'))
                || line.split('"').skip(1).step_by(2).any(|quoted| quoted == word)
        })
    };
    has("AWSTemplateFormatVersion") || has("Resources")
}

/// The lines of a text.
#[derive(Debug)]
pub struct Lines(Vec<usize>);

impl Lines {
    /// Where each begins.
    pub fn of(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    /// The line that a byte stands on, counted from 1.
    pub fn of_byte(&self, byte: usize) -> u32 {
        u32::try_from(self.0.partition_point(|start| *start <= byte)).unwrap_or(u32::MAX)
    }
}
