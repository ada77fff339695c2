//! Texts → rules that can be evaluated, compared with the catalogue, with one another, and with the operator's settings.
//!
//! Every mistake of every file is reported at once. Rules that are not loaded (preview, disabled) are checked all the
//! same: a mistake should not wait until somebody asks for the rule.

use super::config::{RulesConfig, Setting, Written};
use super::parameter::Parameters;
use super::rule::{Body, Rule};
use super::rulefile::files::RuleFile;
use super::rulefile::framework::{self, Framework};
use super::rulefile::{self, check, typed};
use super::ruleset::{self, RuleSet};
use super::severity;
use super::shipped;
use crate::diag::{Diagnostic, Faults, Place, Source, suggest};
use crate::model::catalogue::Catalogue;
use crate::model::environment::Environment;
use crate::model::rule::{RuleInfo, RuleStatus};
use crate::model::{Interner, RuleId, Value};
use arcstr::ArcStr;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The text of one rule file or framework catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSource {
    /// The folder that it stands in; `frameworks` for catalogues of control frameworks.
    pub pack: ArcStr,
    /// How the operator knows the file.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// How rules are loaded. The default loads every stable rule as it is.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// What the config file says about rules.
    pub config: RulesConfig,
    /// Whether preview rules that nobody named are loaded as well.
    pub preview: Preview,
    /// The environments that there are.
    pub environments: Vec<Environment>,
}

/// Whether preview rules that nobody named are loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preview {
    /// Only those that `rules.preview` names.
    #[default]
    Named,
    /// All of them.
    All,
}

/// Loads rules. Sources may come in any order.
///
/// # Errors
/// All mistakes of all files and of the settings, sorted by file and place.
pub fn load(sources: &[RuleSource], catalogue: &Catalogue, options: &LoadOptions) -> Result<RuleSet, Vec<Diagnostic>> {
    let mut sources: Vec<&RuleSource> = sources.iter().collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    let (mut faults, mut notes) = (Vec::new(), Vec::new());
    let frameworks = read_frameworks(&sources, &mut faults);
    let mut drafts = Vec::new();
    let checks = check::Checks::new(catalogue, &frameworks);
    let mut names: BTreeMap<ArcStr, (Source, usize)> = BTreeMap::new();
    sources.retain(|source| source.pack != shipped::FRAMEWORKS && source.pack != shipped::CONTRACTS);
    for file in rulefile::files::read(&sources, &checks) {
        let mut file = match file {
            Err(diagnostic) => {
                faults.push(diagnostic);
                continue;
            }
            Ok(file) => file,
        };
        refuse_duplicates(&mut file, &mut names);
        drafts.extend(file.rule);
        notes.extend(file.notes);
        faults.extend(file.faults.into_diagnostics());
    }
    if faults.is_empty() {
        apply_parameters(&mut drafts, &options.config, &mut faults);
        severity::apply(&mut drafts, &options.config, &mut faults);
    }
    let rules: Vec<Rule> = drafts.into_iter().map(|(info, body)| Rule { info: Arc::new(info), body: Arc::new(body) }).collect();
    // With rule files missing for their own mistakes, "no such rule" would be a lie.
    let chosen = if faults.is_empty() { choose(&rules, options, &mut faults) } else { Vec::new() };
    if !faults.is_empty() {
        return Err(sorted(faults));
    }
    let (loaded, shelf) = rules.into_iter().zip(chosen).partition::<Vec<_>, _>(|(_, loaded)| *loaded);
    let strip = |rules: Vec<(Rule, bool)>| rules.into_iter().map(|(rule, _)| rule).collect();
    let tagged = options.environments.iter().any(|environment| !environment.tags.is_empty());
    Ok(RuleSet::new(strip(loaded), strip(shelf), frameworks, sorted(notes), tagged))
}

fn sorted(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    diagnostics
}

fn read_frameworks(sources: &[&RuleSource], faults: &mut Vec<Diagnostic>) -> BTreeMap<ArcStr, Framework> {
    let mut frameworks: BTreeMap<ArcStr, Framework> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.pack == shipped::FRAMEWORKS) {
        let file = Source::new(source.path.as_str(), source.text.as_str());
        match framework::read(&file, shipped::stem(&source.path)) {
            Ok(framework) if frameworks.contains_key(&framework.id) => {
                faults.push(Diagnostic::whole(source.path.as_str(), format!("the framework {:?} is described twice", framework.id)));
            }
            Ok(framework) => {
                frameworks.insert(framework.id.clone(), framework);
            }
            Err(found) => faults.extend(found),
        }
    }
    frameworks
}

fn refuse_duplicates(file: &mut RuleFile, names: &mut BTreeMap<ArcStr, (Source, usize)>) {
    for word in &file.names {
        match names.get(&word.text) {
            Some((other, at)) => {
                let (line, _) = other.place(*at);
                file.faults.add_with_help(
                    &word.span,
                    format!("the id {:?} is taken by {}:{line}", word.text, other.name),
                    "ids and aliases name one rule each, over all files",
                );
            }
            None => {
                names.insert(word.text.clone(), (file.faults.source().clone(), word.span.start));
            }
        }
    }
}

fn apply_parameters(drafts: &mut [(RuleInfo, Body)], config: &RulesConfig, faults: &mut Vec<Diagnostic>) {
    let Some(source) = &config.source else { return };
    let mut found = Faults::new(source.clone());
    let mut set: BTreeMap<RuleId, BTreeMap<ArcStr, BTreeMap<ArcStr, Value>>> = BTreeMap::new();
    let mut places: BTreeMap<RuleId, BTreeMap<(ArcStr, ArcStr), Place>> = BTreeMap::new();
    for setting in &config.parameters {
        if let Some((rule, value)) = setting_of(drafts, setting, &mut found) {
            let (environment, parameter) = (setting.environment.clone(), setting.parameter.text.clone());
            let place = source.place_of(setting.parameter.span.start);
            places.entry(rule.clone()).or_default().insert((environment.clone(), parameter.clone()), place);
            set.entry(rule).or_default().entry(environment).or_default().insert(parameter, value);
        }
    }
    faults.extend(found.into_diagnostics());
    let interner = Interner::new();
    for (info, body) in drafts {
        if let Some(set) = set.get(&info.id) {
            let parameters = Parameters::new(body.parameters.declared().to_vec(), set, &interner);
            body.parameters = parameters.written_at(places.remove(&info.id).unwrap_or_default());
        }
    }
}

fn setting_of(drafts: &[(RuleInfo, Body)], setting: &Setting, faults: &mut Faults) -> Option<(RuleId, Value)> {
    let called =
        |info: &RuleInfo| info.id.as_str() == setting.rule.text || info.aliases.iter().any(|alias| alias.as_str() == setting.rule.text);
    let Some((info, body)) = drafts.iter().find(|(info, _)| called(info)) else {
        faults.add_unknown(&setting.rule.span, "rule", &setting.rule.text, drafts.iter().map(|(info, _)| info.id.as_str()));
        return None;
    };
    let declared = body.parameters.declared();
    let Some(parameter) = declared.iter().find(|parameter| parameter.name == setting.parameter.text) else {
        let what = format!("parameter of {}", info.id);
        faults.add_unknown(&setting.parameter.span, &what, &setting.parameter.text, declared.iter().map(|known| known.name.as_str()));
        if declared.is_empty() {
            // `add_unknown` has nothing to suggest then.
            faults.add(&setting.rule.span, format!("{} has no parameters", info.id));
        }
        return None;
    };
    let what = format!("{} of {}", parameter.name, info.id);
    Some((info.id.clone(), typed::read(&setting.value, &parameter.ty, &what, faults)?))
}

/// For each rule, whether it is loaded.
fn choose(rules: &[Rule], options: &LoadOptions, faults: &mut Vec<Diagnostic>) -> Vec<bool> {
    let config = &options.config;
    let asked = named(rules, &config.preview, config, faults);
    let disabled = named(rules, &config.disable, config, faults);
    rules
        .iter()
        .enumerate()
        .map(|(position, rule)| {
            let asked = asked.contains(&position);
            let loaded = match rule.info.status {
                RuleStatus::Stable => true,
                RuleStatus::Preview => asked || options.preview == Preview::All,
                RuleStatus::Deprecated => asked,
            };
            loaded && !disabled.contains(&position)
        })
        .collect()
}

/// The positions of the rules that the words name; a word that names none is a mistake.
fn named(rules: &[Rule], words: &[Written], config: &RulesConfig, faults: &mut Vec<Diagnostic>) -> Vec<usize> {
    let mut positions = Vec::new();
    for word in words {
        let fault = |message: String| match &config.source {
            Some(source) => Diagnostic::at(source, word.span.clone(), message),
            None => Diagnostic::whole("rules", message),
        };
        let glob = match ruleset::matcher(&word.text) {
            Ok(glob) => glob,
            Err(error) => {
                faults.push(fault(error));
                continue;
            }
        };
        let before = positions.len();
        positions.extend((0..rules.len()).filter(|position| rules.get(*position).is_some_and(|rule| ruleset::matches(&glob, rule))));
        // The rules of contracts are code: whoever adds contracts leaves these out.
        let coded = || crate::model::contract::RULES.into_iter();
        if positions.len() == before && !coded().any(|id| glob.is_match(id)) {
            let fault = fault(format!("no rule is called {:?}", word.text));
            faults.push(match suggest(&word.text, rules.iter().flat_map(Rule::names).chain(coded())) {
                Some(near) => fault.help(format!("did you mean {near:?}?")),
                None => fault,
            });
        }
    }
    positions
}
