//! The rules of a pass.
//!
//! Rules that were read but are not loaded (preview, deprecated, disabled) stay on a shelf, so that naming one exactly
//! (`--rule ID`) takes it down: flags override the file. A glob never does; it chooses among what is loaded.

use super::config::RulesConfig;
use super::contract::{self, ContractSet};
use super::expr::{Depth, Reads};
use super::rule::Rule;
use super::rulefile::framework::Framework;
use crate::diag::{Diagnostic, suggest};
use crate::model::catalogue::Catalogue;
use crate::model::needs::Needs;
use crate::model::rule::RuleInfo;
use crate::model::{Path, ResourceType};
use arcstr::ArcStr;
use globset::GlobMatcher;
use sha2::Digest as _;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rules that were checked against one another, sorted by id.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    shelf: Vec<Rule>,
    frameworks: Arc<BTreeMap<ArcStr, Framework>>,
    notes: Vec<Diagnostic>,
    tagged_environments: bool,
    contracts: Arc<ContractSet>,
    /// Rules that are code: those of contracts, each with whether it is loaded.
    coded: Vec<(Arc<RuleInfo>, bool)>,
    digest: String,
}

impl RuleSet {
    pub(super) fn new(
        mut rules: Vec<Rule>,
        mut shelf: Vec<Rule>,
        frameworks: BTreeMap<ArcStr, Framework>,
        notes: Vec<Diagnostic>,
        tagged_environments: bool,
    ) -> Self {
        rules.sort_by(|a, b| a.info.id.cmp(&b.info.id));
        shelf.sort_by(|a, b| a.info.id.cmp(&b.info.id));
        let digest = digest(&rules, &[], &ContractSet::default());
        Self { rules, shelf, frameworks: Arc::new(frameworks), notes, tagged_environments, digest, ..Self::default() }
    }

    /// The same with contracts, and the rules that they yield, but for those that the config disables.
    #[must_use]
    pub fn with_contracts(self, contracts: ContractSet, config: &RulesConfig, catalogue: &Catalogue) -> Self {
        let disabled: Vec<GlobMatcher> = config.disable.iter().filter_map(|word| matcher(&word.text).ok()).collect();
        let infos = contract::rules::infos(&contracts, catalogue).into_iter();
        let loaded = infos.map(|mut info| {
            let loaded = !disabled.iter().any(|glob| glob.is_match(info.id.as_str()));
            if let Some(setting) = config.severities.iter().rfind(|setting| setting.rule.text == info.id.as_str()) {
                info.severity = setting.severity;
            }
            (Arc::new(info), loaded)
        });
        let coded: Vec<_> = loaded.collect();
        Self { coded, ..self }.with_other_contracts(contracts)
    }

    /// The same rules over other contracts.
    #[must_use]
    pub fn with_other_contracts(self, contracts: ContractSet) -> Self {
        let digest = digest(&self.rules, &self.coded, &contracts);
        Self { contracts: Arc::new(contracts), digest, ..self }
    }

    /// The contracts.
    pub fn contracts(&self) -> &ContractSet {
        &self.contracts
    }

    /// What every rule says about itself that was read, loaded or not.
    pub fn known(&self) -> impl Iterator<Item = &Arc<RuleInfo>> {
        self.rules.iter().chain(&self.shelf).map(|rule| &rule.info).chain(self.coded.iter().map(|(info, _)| info))
    }

    /// The loaded rules that are code and not a file, sorted by id.
    pub fn coded(&self) -> impl Iterator<Item = &Arc<RuleInfo>> {
        self.coded.iter().filter(|(_, loaded)| *loaded).map(|(info, _)| info)
    }

    /// The loaded rules, sorted by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Rules that were read but are not loaded: preview, deprecated or disabled.
    pub fn shelf(&self) -> &[Rule] {
        &self.shelf
    }

    /// What the loaded rules say about themselves, sorted by id.
    pub fn infos(&self) -> impl Iterator<Item = &Arc<RuleInfo>> {
        let mut infos: Vec<&Arc<RuleInfo>> = self.rules.iter().map(|rule| &rule.info).chain(self.coded()).collect();
        infos.sort_by(|a, b| a.id.cmp(&b.id));
        infos.into_iter()
    }

    /// The loaded rule of this id or alias.
    pub fn find(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.is_called(id))
    }

    /// The control frameworks that rules may name.
    pub fn frameworks(&self) -> impl Iterator<Item = &Framework> {
        self.frameworks.values()
    }

    /// What the operator should know and that stops nothing, such as a rule on a type that no collector describes.
    pub fn notes(&self) -> &[Diagnostic] {
        &self.notes
    }

    /// SHA-256 over the loaded rules' files, the contracts, and what the config sets of their parameters and severities, in lower-case hex. Line
    /// ends and the order of files don't change it.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The calls that the loaded rules need.
    ///
    /// Environments that are matched by tags make tags needed by every rule that depends on the environment.
    pub fn needs(&self, catalogue: &Catalogue) -> Needs {
        let mut needs = Needs::default();
        for rule in &self.rules {
            needs.join(&rule.body.needs);
            if self.tagged_environments && rule.depends_on_environment() {
                needs.read(&rule.info.resource, &Path::root("tags"), catalogue);
            }
        }
        needs.join(&self.contracts.needs(self.coded().map(|info| info.id.as_str()), catalogue));
        needs
    }

    /// The catalogue without what no rule reads of types that are checked loosely. Rules on the shelf count: `--rule` takes
    /// them down.
    #[must_use]
    pub fn narrowed(&self, catalogue: &Catalogue) -> Catalogue {
        let rules = || self.rules.iter().chain(&self.shelf);
        let listed = rules().flat_map(|rule| rule.body.reads.listings().map(|listed| (listed, None)));
        let judged = rules().map(|rule| (&rule.info.resource, None));
        let read = rules().flat_map(|rule| rule.body.reads.places().map(|read| (&read.resource_type, Some(&read.path))));
        catalogue.narrowed(listed.chain(judged).chain(read).chain(self.contracts.reads()))
    }

    /// The rules that these ids, aliases or globs name; globs are anchored at both ends. No pattern: all that are loaded.
    ///
    /// # Errors
    /// A pattern that names nothing, each with what was probably meant.
    pub fn select<S: AsRef<str>>(&self, patterns: &[S]) -> Result<Self, Vec<Diagnostic>> {
        if patterns.is_empty() {
            return Ok(self.clone());
        }
        let (mut faults, mut chosen) = (Vec::new(), BTreeMap::new());
        let mut coded: Vec<_> = self.coded.iter().map(|(info, _)| (Arc::clone(info), false)).collect();
        for pattern in patterns {
            let pattern = pattern.as_ref();
            let exact = self.rules.iter().chain(&self.shelf).find(|rule| rule.is_called(pattern));
            let matched: Vec<&Rule> = match (exact, matcher(pattern)) {
                (Some(rule), _) => vec![rule],
                (None, Ok(glob)) => self.rules.iter().filter(|rule| matches(&glob, rule)).collect(),
                (None, Err(error)) => {
                    faults.push(Diagnostic::whole("--rule", error));
                    continue;
                }
            };
            let glob = matcher(pattern).ok();
            let mut found = !matched.is_empty();
            for ((info, chosen), (_, loaded)) in coded.iter_mut().zip(&self.coded) {
                let named = info.id.as_str() == pattern || (*loaded && glob.as_ref().is_some_and(|glob| glob.is_match(info.id.as_str())));
                *chosen |= named;
                found |= named;
            }
            if !found {
                faults.push(unmatched(pattern, self.rules.iter().chain(&self.shelf), coded.iter().map(|(info, _)| info.id.as_str())));
            }
            chosen.extend(matched.into_iter().map(|rule| (rule.info.id.clone(), rule.clone())));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut shelf: Vec<Rule> =
            self.shelf.iter().chain(&self.rules).filter(|rule| !chosen.contains_key(&rule.info.id)).cloned().collect();
        shelf.sort_by(|a, b| a.info.id.cmp(&b.info.id));
        let rules: Vec<Rule> = chosen.into_values().collect();
        let digest = digest(&rules, &coded, &self.contracts);
        Ok(Self { rules, shelf, coded, digest, ..self.clone() })
    }
}

/// The calls that one rule needs: for what it reads, and the listings of the types that it looks at.
pub(super) fn needs_of(judged: &ResourceType, reads: &Reads, catalogue: &Catalogue) -> Needs {
    let mut needs = Needs::default();
    needs.list(judged, catalogue);
    for resource_type in reads.listings() {
        needs.list(resource_type, catalogue);
    }
    for read in reads.places() {
        match read.depth {
            Depth::Whole => needs.read(&read.resource_type, &read.path, catalogue),
            Depth::Itself => needs.read_itself(&read.resource_type, &read.path, catalogue),
        }
    }
    needs
}

/// A glob over rule ids, anchored at both ends.
pub(super) fn matcher(pattern: &str) -> Result<GlobMatcher, String> {
    globset::Glob::new(pattern).map(|glob| glob.compile_matcher()).map_err(|error| format!("{pattern:?} is no pattern: {}", error.kind()))
}

/// Whether the glob names the rule by its id or a former one.
pub(super) fn matches(glob: &GlobMatcher, rule: &Rule) -> bool {
    rule.names().any(|name| glob.is_match(name))
}

fn unmatched<'a>(pattern: &str, rules: impl Iterator<Item = &'a Rule>, coded: impl Iterator<Item = &'a str>) -> Diagnostic {
    let fault = Diagnostic::whole("--rule", format!("no rule is called {pattern:?}"));
    let names: Vec<&str> = rules.flat_map(Rule::names).chain(coded).collect();
    match suggest(pattern, names.iter().copied()) {
        Some(near) => fault.help(format!("did you mean {near:?}?")),
        None => fault.help("`ledgerline rules list` shows all"),
    }
}

fn digest(rules: &[Rule], coded: &[(Arc<RuleInfo>, bool)], contracts: &ContractSet) -> String {
    let mut digest = sha2::Sha256::new();
    for rule in rules {
        let text = rule.source().text.replace("\r\n", "\n");
        let severities = rule.severities().set().map(|(environment, severity, _)| format!("{environment}={severity}"));
        let settings: Vec<String> = rule.parameters().settings().chain(severities).collect();
        for part in [rule.info.id.as_str(), text.trim_end()].into_iter().chain(settings.iter().map(String::as_str)) {
            // Lengths keep the end of one part and the beginning of the next apart.
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part.as_bytes());
        }
    }
    let coded = coded.iter().filter(|(_, loaded)| *loaded);
    let coded: Vec<&str> = coded.map(|(info, _)| info.id.as_str()).collect();
    if !coded.is_empty() {
        digest.update(coded.join(" ").as_bytes());
        contracts.digest(&mut digest);
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
