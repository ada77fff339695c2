//! What `ledgerline.yaml` says about rules, with the place of every word: whether a rule or parameter of that name exists
//! is known only once the rules are loaded, and a mistake must still name its line.

use crate::diag::Source;
use crate::diag::yaml::{Key, Node};
use crate::model::rule::Severity;
use std::ops::Range;
use std::path::PathBuf;

/// `rules` and `parameters` of the config file.
#[derive(Clone, Debug, Default)]
pub struct RulesConfig {
    /// Directories with more rules, besides the shipped ones.
    pub directories: Vec<PathBuf>,
    /// Archives with more rules.
    pub packs: Vec<PackSetting>,
    /// Ids or globs of rules that are not loaded.
    pub disable: Vec<Written>,
    /// Ids or globs of preview and deprecated rules that are loaded all the same.
    pub preview: Vec<Written>,
    /// Names of shipped contracts that hold whether anything of them is there or not.
    pub contracts: Vec<Written>,
    /// Parameter values by environment.
    pub parameters: Vec<Setting>,
    /// Severities that rules have instead of their own.
    pub severities: Vec<SeveritySetting>,
    /// The file that all of this stands in; none without a file.
    pub source: Option<Source>,
}

/// A word with its place in the config file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The word.
    pub text: arcstr::ArcStr,
    /// Its bytes in the file.
    pub span: Range<usize>,
}

/// One parameter set for one rule in one environment.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The environment's name, which exists, or `default` for all of them and for resources that belong to none.
    pub environment: arcstr::ArcStr,
    /// The rule's id (or alias), not yet known to exist.
    pub rule: Key,
    /// The parameter's name, not yet known to exist.
    pub parameter: Key,
    /// The value, not yet known to fit.
    pub value: Node,
}

/// The severity of one rule in one environment.
#[derive(Clone, Debug)]
pub struct SeveritySetting {
    /// The environment's name, which exists, or `default` for all of them and for resources that belong to none.
    pub environment: arcstr::ArcStr,
    /// The rule's id (or alias), not yet known to exist.
    pub rule: Key,
    /// The severity.
    pub severity: Severity,
    /// Where it is written, in bytes of the file.
    pub span: Range<usize>,
}

/// An archive with rules, which must have this digest.
#[derive(Clone, Debug)]
pub struct PackSetting {
    /// The archive.
    pub path: PathBuf,
    /// Where the path is written.
    pub path_span: Range<usize>,
    /// SHA-256 in lower-case hex.
    pub sha256: arcstr::ArcStr,
    /// Where the digest is written.
    pub sha256_span: Range<usize>,
}
