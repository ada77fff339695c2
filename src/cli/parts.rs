//! The parts of a pass, put together from flags and config: catalogue, rules, sources, store. Every command that audits,
//! records or explains begins here, so that they all mean the same thing by the same flag.

use super::flags::{RegionFlags, SourceArg};
use super::{Failure, rule_files};
use crate::audit::Plan;
use crate::collect::aws::AwsSource;
use crate::collect::cloudformation::{Deployment, MOST_BYTES, Template, looks_like_template};
use crate::collect::probe::Probes;
use crate::collect::recording::{Recording, looks_like_recording};
use crate::collect::terraform::{Terraform, looks_like_terraform};
use crate::collect::{self, Source};
use crate::config::Config;
use crate::daemon::report::ReportSettings;
use crate::diag::{Diagnostic, Faults};
use crate::evaluate::contract::{ContractSet, ContractSource};
use crate::evaluate::{self, Framework, LoadOptions, Preview, RuleSet, shipped};
use crate::model::catalogue::Catalogue;
use crate::model::run::PassScope;
use crate::model::value::Time;
use crate::model::verdict::Status;
use crate::model::waiver::Waiver;
use crate::model::{Region, RuleId};
use crate::publish::report::FrameworkInfo;
use crate::store::{self, Store, StoreError};
use anyhow::Context as _;
use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// What the config file and the rule files say, understood.
#[derive(Debug)]
pub struct Parts {
    /// The config file, or its defaults.
    pub config: Config,
    /// Every resource type that there is.
    pub catalogue: Catalogue,
    /// All configured rules.
    pub configured: RuleSet,
    /// The waivers of the files.
    pub waivers: Vec<Arc<Waiver>>,
}

/// The rules of one command.
#[derive(Debug)]
pub struct Selection {
    /// The rules that are evaluated.
    pub rules: RuleSet,
    /// Their ids, where they are not all that are configured.
    pub narrowed: Option<BTreeSet<RuleId>>,
}

impl Parts {
    /// A pass over all that is configured, asked for by a command: what most passes have alike.
    pub fn plan(&self) -> Plan<'_> {
        Plan {
            id: None,
            rules: &self.configured,
            whole_rule_set: true,
            catalogue: &self.catalogue,
            ownership: &self.config.ownership,
            waivers: &self.waivers,
            scope: PassScope::WHOLE,
            cost: self.config.cost,
            payers: self.payers(),
            notify: &self.config.notify,
            listed: &[Status::Fail, Status::Waived, Status::Unknown],
            as_of: None,
            trigger: "command",
            clock: now,
        }
    }

    /// How many accounts pay for calls: those of the config, or that of the credentials.
    pub fn payers(&self) -> usize {
        self.config.aws.accounts.len().max(1)
    }

    /// Reads the config and all rules: shipped ones, those of the config's directories, those of `directories`.
    pub fn load(config: Option<&Path>, directories: &[PathBuf]) -> Result<Self, Failure> {
        Self::of(Config::load(config)?, directories)
    }

    /// All rules under a config that was read.
    pub fn of(config: Config, directories: &[PathBuf]) -> Result<Self, Failure> {
        Self::with_contracts(config, directories, Vec::new())
    }

    /// All rules under a config that was read, and these contracts besides those that it has.
    pub fn with_contracts(config: Config, directories: &[PathBuf], contracts: Vec<ContractSource>) -> Result<Self, Failure> {
        super::prices::put_in_force(&config)?;
        let (mut sources, mut contracts) = (shipped(), [shipped::shipped_contracts(), contracts].concat());
        let given = rule_files::configured(&config.rules, directories)?;
        contracts.extend(given.contracts);
        sources.extend(given.rules);
        let texts = sources.iter().map(|source| source.text.as_str());
        let catalogue = collect::catalogue_for(texts.chain(contracts.iter().map(|contract| contract.text.as_str())));
        // Mistakes of rules, of contracts and of waivers are told together.
        let configured = match (evaluate::load(&sources, &catalogue, &load_options(&config)), held(&contracts, &catalogue, &config)) {
            (Ok(rules), Ok(contracts)) => rules.with_contracts(contracts, &config.rules, &catalogue),
            (rules, contracts) => {
                let (rules, contracts) = (rules.err().unwrap_or_default(), contracts.err().unwrap_or_default());
                return Err([rules, contracts, config.waivers.faults().to_vec()].concat().into());
            }
        };
        let waivers = config.waivers.checked(configured.known())?;
        let catalogue = configured.narrowed(&catalogue);
        for note in configured.notes() {
            tracing::warn!("{note}");
        }
        Ok(Self { config, catalogue, configured, waivers })
    }

    /// The rules that `--rule` names, or all.
    pub fn select(&self, only: &[String]) -> Result<Selection, Failure> {
        if only.is_empty() {
            return Ok(Selection { rules: self.configured.clone(), narrowed: None });
        }
        let rules = self.configured.select(only)?;
        let ids = rules.infos().map(|info| info.id.clone()).collect();
        Ok(Selection { rules, narrowed: Some(ids) })
    }

    /// What the pass looks at. `--region` narrows it, unless it names just what the config does; what has no region (IAM,
    /// Cost Explorer) is looked at all the same.
    pub fn scope(&self, selection: &Selection, regions: &RegionFlags) -> PassScope {
        let named: BTreeSet<&Region> = regions.regions.iter().collect();
        let configured: BTreeSet<&Region> = self.config.aws.regions.iter().collect();
        let narrowed = !named.is_empty() && named != configured;
        let regions = narrowed.then(|| named.into_iter().cloned().chain([Region::global()]).collect());
        PassScope { accounts: None, regions, rules: selection.narrowed.clone() }
    }

    /// The sources that `--source` names.
    pub fn sources(&self, named: &[SourceArg], regions: &RegionFlags) -> Result<Vec<Box<dyn Source>>, Failure> {
        let mut sources: Vec<Box<dyn Source>> = Vec::new();
        for (position, source) in named.iter().enumerate() {
            if named.iter().take(position).any(|before| before == source) {
                return Err(Failure::input(format!("--source {source} is given twice")));
            }
            match source {
                SourceArg::Aws => sources.extend(self.live(regions)),
                SourceArg::File(path) => sources.push(self.file(path, regions)?),
            }
        }
        Ok(sources)
    }

    /// A file as a source; what it holds tells what it is.
    fn file(&self, path: &Path, regions: &RegionFlags) -> Result<Box<dyn Source>, Failure> {
        let head = head(path)?;
        if looks_like_recording(&head) {
            return Ok(Box::new(Recording::file(path)));
        }
        if looks_like_terraform(&head) {
            // Where a plan or a state does not tell a region, the one that was named.
            return Ok(Box::new(Terraform::file(path, self.deployment(regions).region)));
        }
        if let Some(text) = text(path)?
            && looks_like_template(&text)
        {
            let template = Template::read(&path.display().to_string(), &text, self.deployment(regions))?;
            return Ok(Box::new(template));
        }
        Err(foreign(path))
    }

    /// Where a file would be deployed that does not say so itself: what flags or config name, where that is one.
    fn deployment(&self, regions: &RegionFlags) -> Deployment {
        let regions = if regions.regions.is_empty() { &self.config.aws.regions } else { &regions.regions };
        let region = if let [only] = regions.as_slice() { Some(only.clone()) } else { None };
        let account = if let [only] = self.config.aws.accounts.as_slice() { Some(only.id.clone()) } else { None };
        Deployment { account, region }
    }

    /// What is live: the account, and the endpoints that the config has probed.
    pub fn live(&self, regions: &RegionFlags) -> Vec<Box<dyn Source>> {
        let mut sources: Vec<Box<dyn Source>> = vec![Box::new(self.aws(regions))];
        if !self.config.probes.endpoints.is_empty() {
            sources.push(Box::new(Probes::new(self.config.probes.clone())));
        }
        sources
    }

    /// The live account.
    fn aws(&self, regions: &RegionFlags) -> AwsSource {
        let mut config = self.config.aws.clone();
        if !regions.regions.is_empty() {
            config.regions.clone_from(&regions.regions);
        }
        AwsSource::new(config).with_samples(self.config.samples.clone()).with_cost_tags(self.config.cost_tags.0.clone())
    }

    /// What reports rest on besides the store.
    pub fn report_settings(&self) -> ReportSettings {
        let info = |framework: &Framework| FrameworkInfo {
            id: framework.id.clone(),
            title: framework.title.clone(),
            controls: framework.controls.clone(),
        };
        ReportSettings {
            config: self.config.report.clone(),
            waivers: self.waivers.clone(),
            frameworks: self.configured.frameworks().map(info).collect(),
        }
    }

    /// The store that `--store` or the config names; none where neither does.
    pub async fn store(&self, flag: Option<&str>) -> Result<Option<Arc<dyn Store>>, Failure> {
        match flag.or(self.config.store.url.as_deref()) {
            Some(url) => Ok(Some(store::open(url).await?)),
            None => Ok(None),
        }
    }
}

/// The contracts, those that the config names holding always.
fn held(sources: &[ContractSource], catalogue: &Catalogue, config: &Config) -> Result<ContractSet, Vec<Diagnostic>> {
    let set = ContractSet::load(sources, catalogue)?;
    let unknown = config.rules.contracts.iter().filter(|word| !set.names().any(|name| name == word.text));
    let faults = unknown.filter_map(|word| {
        let mut faults = Faults::new(config.rules.source.clone()?);
        faults.add_unknown(&word.span, "contract", &word.text, set.names());
        Some(faults.into_diagnostics())
    });
    let faults: Vec<Diagnostic> = faults.flatten().collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let names: Vec<_> = config.rules.contracts.iter().map(|word| word.text.clone()).collect();
    set.holding(&names)
}

/// How the rules of a config are loaded.
pub fn load_options(config: &Config) -> LoadOptions {
    LoadOptions { config: config.rules.clone(), preview: Preview::Named, environments: config.ownership.environments.clone() }
}

/// The first bytes of a file.
fn head(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut head = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(4096).read_to_end(&mut head))
        .with_context(|| format!("cannot read the source {}", path.display()))?;
    Ok(head)
}

/// The text of a file, as far as a template may go; none where it is no text.
fn text(path: &Path) -> Result<Option<String>, Failure> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes))
        .with_context(|| format!("cannot read the source {}", path.display()))?;
    // A text that is cut may end inside a character; it is refused for its size.
    let cut = bytes.len() > MOST_BYTES;
    Ok(String::from_utf8(bytes).map_or_else(|error| cut.then(|| String::from_utf8_lossy(error.as_bytes()).into_owned()), Some))
}

/// A file that is none of the sources.
fn foreign(path: &Path) -> Failure {
    let message = "this is no recording, no Terraform plan or state as JSON, and no CloudFormation template";
    let help = "`ledgerline collect --output FILE` writes a recording, `terraform show -json PLAN` a plan; a template has \"Resources\"; \
                for the live account write --source aws";
    vec![Diagnostic::whole(path.display().to_string(), message).help(help)].into()
}

/// Runs a command's asynchronous part to its end.
pub fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")?;
    runtime.block_on(work)
}

/// A token that Ctrl-C or SIGTERM cancels: the store then notes a cancelled pass instead of one that never ended.
pub fn interrupted() -> CancellationToken {
    let token = CancellationToken::new();
    let cancel = token.clone();
    tokio::spawn(async move {
        let Ok(mut terminated) = signal(SignalKind::terminate()) else { return };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminated.recv() => {}
        }
        cancel.cancel();
    });
    token
}

/// The clock of the process.
pub fn now() -> Time {
    chrono::Utc::now()
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Input(error.into())
    }
}
