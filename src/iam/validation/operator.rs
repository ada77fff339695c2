//! What condition operators there are, and what they compare.

/// What an operator compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compares {
    Strings,
    Numbers,
    Dates,
    Booleans,
    Bytes,
    Addresses,
    Arns,
    Presence,
}

/// What an operator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) compares: Compares,
    /// Whether it holds where nothing matches.
    pub(super) negated: bool,
    /// Whether `*` and `?` in its values are wildcards.
    pub(super) wildcards: bool,
}

impl Compares {
    /// As messages name the operators.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Strings => "String",
            Self::Numbers => "Numeric",
            Self::Dates => "Date",
            Self::Booleans => "Bool",
            Self::Bytes => "Binary",
            Self::Addresses => "IpAddress",
            Self::Arns => "Arn",
            Self::Presence => "Null",
        }
    }
}

/// All operators in lower case, from "IAM JSON policy elements: Condition operators".
const OPERATORS: [(&str, Compares, bool, bool); 27] = [
    ("stringequals", Compares::Strings, false, false),
    ("stringnotequals", Compares::Strings, true, false),
    ("stringequalsignorecase", Compares::Strings, false, false),
    ("stringnotequalsignorecase", Compares::Strings, true, false),
    ("stringlike", Compares::Strings, false, true),
    ("stringnotlike", Compares::Strings, true, true),
    ("numericequals", Compares::Numbers, false, false),
    ("numericnotequals", Compares::Numbers, true, false),
    ("numericlessthan", Compares::Numbers, false, false),
    ("numericlessthanequals", Compares::Numbers, false, false),
    ("numericgreaterthan", Compares::Numbers, false, false),
    ("numericgreaterthanequals", Compares::Numbers, false, false),
    ("dateequals", Compares::Dates, false, false),
    ("datenotequals", Compares::Dates, true, false),
    ("datelessthan", Compares::Dates, false, false),
    ("datelessthanequals", Compares::Dates, false, false),
    ("dategreaterthan", Compares::Dates, false, false),
    ("dategreaterthanequals", Compares::Dates, false, false),
    ("bool", Compares::Booleans, false, false),
    ("binaryequals", Compares::Bytes, false, false),
    ("ipaddress", Compares::Addresses, false, false),
    ("notipaddress", Compares::Addresses, true, false),
    ("arnequals", Compares::Arns, false, true),
    ("arnlike", Compares::Arns, false, true),
    ("arnnotequals", Compares::Arns, true, true),
    ("arnnotlike", Compares::Arns, true, true),
    ("null", Compares::Presence, false, false),
];

/// The operator of a bare name, without quantifier and `IfExists`.
pub(super) fn form(name: &str) -> Option<Form> {
    let found = OPERATORS.iter().find(|(known, ..)| name.eq_ignore_ascii_case(known));
    found.map(|&(_, compares, negated, wildcards)| Form { compares, negated, wildcards })
}
