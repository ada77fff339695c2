//! What a file says, whichever kind it is: instances, the configuration, and what it leaves out. Refuses what is no state and no plan
//! of a version that we know.

use super::configuration::Configuration;
use super::instance::{Instance, TELLING, mark_sensitive, with_key};
use super::table;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `terraform show -json` of a plan.
    Plan,
    /// `terraform.tfstate`, or `terraform show -json` of a state.
    State,
}

/// What a file says.
#[derive(Debug)]
pub struct Contents {
    /// What it is.
    pub kind: Kind,
    /// Resources that there will be, of types that have a table.
    pub instances: Vec<Instance>,
    /// Data sources that say where we are.
    pub telling: Vec<Instance>,
    /// How many there are of each type that has no table.
    pub unmapped: BTreeMap<String, u64>,
    /// The configuration; empty for a state.
    pub configuration: Configuration,
    /// Whether it speaks of everything: a plan with `-target`, or one that defers changes, does not.
    pub whole: bool,
}

/// Why a file cannot be judged. Each names the remedy.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// It is no JSON.
    #[error("it is not the JSON of a plan or a state: {0}")]
    NotJson(#[from] serde_json::Error),
    /// It is something else.
    #[error("it is neither a plan nor a state: write the plan as JSON with `terraform show -json PLAN`, or name a terraform.tfstate")]
    Foreign,
    /// The file that `-out` writes.
    #[error("it is the binary plan that `-out` writes: make JSON of it with `terraform show -json {0} > plan.json`")]
    Binary(String),
    /// A newer format.
    #[error("it has the format version {0}; this version of ledgerline reads 1.x and 0.2: look for a newer ledgerline")]
    NewerPlan(String),
    /// A newer state.
    #[error(
        "it is a state of version {0}; this version of ledgerline reads version 4: look for a newer ledgerline, or use `terraform show -json`"
    )]
    NewerState(u64),
    /// A state of Terraform before 0.12.
    #[error(
        "it is a state of version {0}, which Terraform before 0.12 wrote: `terraform apply -refresh-only` with a later one writes version 4"
    )]
    OlderState(u64),
    /// OpenTofu encrypts states.
    #[error("it is encrypted: give `tofu show -json` instead")]
    Encrypted,
    /// The plan did not come to its end.
    #[error("the plan ended with an error and does not hold everything: plan again")]
    Errored,
    /// Something has not the shape that its version says.
    #[error("{0} is not as Terraform writes it")]
    Misshapen(String),
}

impl Contents {
    /// What the tree of a file says.
    pub fn of(file: &Value) -> Result<Self, Unfit> {
        if file.get("encrypted_data").is_some() {
            return Err(Unfit::Encrypted);
        }
        if let Some(version) = file.get("version") {
            return match version.as_u64() {
                Some(4) => Self::stored(file),
                Some(version @ 5..) => Err(Unfit::NewerState(version)),
                Some(version) => Err(Unfit::OlderState(version)),
                None => Err(Unfit::Foreign),
            };
        }
        let version = file.get("format_version").and_then(Value::as_str).ok_or(Unfit::Foreign)?;
        match version.split('.').next() {
            // 0.1 and 0.2 were the versions before 1.0, of the same shape (Terraform 1.1 made it 1.0).
            Some("0" | "1") => {}
            _ => return Err(Unfit::NewerPlan(version.chars().take(20).collect())),
        }
        if file.get("errored") == Some(&Value::Bool(true)) {
            return Err(Unfit::Errored);
        }
        // A state without resources has no values; a plan always has planned values and a configuration.
        let plan = ["planned_values", "resource_changes", "configuration"].iter().any(|key| file.get(key).is_some());
        if plan { Self::planned(file) } else { Self::shown(file) }
    }

    fn empty(kind: Kind) -> Self {
        Self {
            kind,
            instances: Vec::new(),
            telling: Vec::new(),
            unmapped: BTreeMap::new(),
            configuration: Configuration::default(),
            whole: true,
        }
    }

    fn planned(file: &Value) -> Result<Self, Unfit> {
        let mut contents = Self::empty(Kind::Plan);
        contents.whole = file.get("complete") != Some(&Value::Bool(false));
        contents.configuration = Configuration::of(file);
        for (index, change) in list(file.get("resource_changes"), "resource_changes")?.iter().enumerate() {
            let head = Head::of(change, &format!("resource_changes[{index}]"))?;
            let actions: Vec<&str> =
                change.pointer("/change/actions").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
            // Gone after the apply, or no longer Terraform's; deposed ones are what a replacement leaves to be deleted.
            if head.deposed || matches!(actions.as_slice(), ["delete" | "forget"]) {
                continue;
            }
            let part = |key: &str| change.get("change").and_then(|change| change.get(key)).cloned().unwrap_or_default();
            contents.take(&head, part("after"), part("after_unknown"), part("after_sensitive"));
        }
        // What was read while planning; what is read while applying is unknown and tells nothing.
        if let Some(root) = file.pointer("/prior_state/values/root_module") {
            contents.shown_module(root, "prior_state")?;
        }
        Ok(contents)
    }

    fn shown(file: &Value) -> Result<Self, Unfit> {
        let mut contents = Self::empty(Kind::State);
        if let Some(root) = file.pointer("/values/root_module") {
            contents.shown_module(root, "values.root_module")?;
        }
        Ok(contents)
    }

    /// Modules nest no deeper than the parser lets JSON nest.
    fn shown_module(&mut self, module: &Value, place: &str) -> Result<(), Unfit> {
        for (index, resource) in list(module.get("resources"), place)?.iter().enumerate() {
            let head = Head::of(resource, &format!("{place}.resources[{index}]"))?;
            // Of the state before a change, only data sources are of use.
            if head.deposed || (self.kind == Kind::Plan && !head.data) {
                continue;
            }
            let part = |key: &str| resource.get(key).cloned().unwrap_or_default();
            self.take(&head, part("values"), Value::Null, part("sensitive_values"));
        }
        list(module.get("child_modules"), place)?.iter().try_for_each(|module| self.shown_module(module, place))
    }

    fn stored(file: &Value) -> Result<Self, Unfit> {
        let mut contents = Self::empty(Kind::State);
        for (index, resource) in list(file.get("resources"), "resources")?.iter().enumerate() {
            let place = format!("resources[{index}]");
            let text = |key: &str| resource.get(key).and_then(Value::as_str);
            let (Some(terraform), Some(name)) = (text("type"), text("name")) else { return Err(Unfit::Misshapen(place)) };
            let module = text("module").map(|module| format!("{module}.")).unwrap_or_default();
            let data = text("mode") == Some("data");
            let address = format!("{module}{}{terraform}.{name}", if data { "data." } else { "" });
            for instance in list(resource.get("instances"), &place)? {
                if instance.get("deposed").is_some_and(|deposed| !deposed.is_null()) {
                    continue;
                }
                let key = instance.get("index_key").filter(|key| !key.is_null());
                let head = Head {
                    address: with_key(&address, key),
                    terraform: terraform.to_owned(),
                    provider: text("provider").unwrap_or_default().to_owned(),
                    key: key.cloned(),
                    data,
                    deposed: false,
                };
                let mut sensitive = Value::Null;
                for path in instance.get("sensitive_attributes").and_then(Value::as_array).into_iter().flatten() {
                    mark_sensitive(&mut sensitive, path.as_array().map_or(&[], Vec::as_slice));
                }
                contents.take(&head, instance.get("attributes").cloned().unwrap_or_default(), Value::Null, sensitive);
            }
        }
        Ok(contents)
    }

    fn take(&mut self, head: &Head, values: Value, unknown: Value, sensitive: Value) {
        let telling = head.data && TELLING.contains(&head.terraform.as_str());
        if !telling && (head.data || table::find(&head.terraform).is_none()) {
            // Data sources are somebody else's resources, looked up: none of this file's.
            if !head.data {
                *self.unmapped.entry(head.terraform.clone()).or_default() += 1;
            }
            return;
        }
        let configured = self.configuration.provider_of(&super::instance::block_of(&head.address));
        let provider = configured.unwrap_or(&head.provider);
        let instance =
            Instance { key: head.key.clone(), values, unknown, sensitive, ..Instance::new(&head.address, &head.terraform, provider) };
        if telling { self.telling.push(instance) } else { self.instances.push(instance) }
    }
}

/// What names an instance.
struct Head {
    address: String,
    terraform: String,
    provider: String,
    key: Option<Value>,
    data: bool,
    deposed: bool,
}

impl Head {
    fn of(resource: &Value, place: &str) -> Result<Self, Unfit> {
        let text = |key: &str| resource.get(key).and_then(Value::as_str);
        let (Some(address), Some(terraform)) = (text("address"), text("type")) else { return Err(Unfit::Misshapen(place.to_owned())) };
        Ok(Self {
            address: address.to_owned(),
            terraform: terraform.to_owned(),
            provider: text("provider_name").unwrap_or_default().to_owned(),
            key: resource.get("index").filter(|key| !key.is_null()).cloned(),
            data: text("mode") == Some("data"),
            deposed: resource.get("deposed").is_some_and(|deposed| !deposed.is_null()),
        })
    }
}

fn list<'a>(value: Option<&'a Value>, place: &str) -> Result<&'a [Value], Unfit> {
    match value {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(Unfit::Misshapen(place.to_owned())),
    }
}

/// The whole tree of a value that should be an object.
pub fn object(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flat_map(Map::iter)
}
