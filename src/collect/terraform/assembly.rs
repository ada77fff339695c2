//! Instances → resources: first what each is called and where it is, then its properties, which may refer to others, then the parts
//! that others add, then what nobody told.

use super::blank::{self, Covered};
use super::contents::Contents;
use super::draft::{Draft, Made, Silence};
use super::instance::Instance;
use super::node::{Found, Node};
use super::place::Places;
use super::row::{Scene, last_part};
use super::special;
use super::table::{self, Mapping, Part, Refer};
use crate::model::catalogue::{Catalogue, Reach};
use crate::model::resource::GapRecord;
use crate::model::{AccountId, Region, ResourceType};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What one resource of the file is called, for those that name it.
#[derive(Clone, Debug)]
struct Entry<'a> {
    instance: &'a Instance,
    mapping: &'static Mapping,
    resource_type: &'static ResourceType,
    id: String,
    name: String,
    account: AccountId,
    region: Region,
    partition: &'static str,
}

/// The resources of a file, by what others call them.
#[derive(Debug)]
pub struct Index<'a> {
    contents: &'a Contents,
    entries: Vec<Entry<'a>>,
    blocks: HashMap<&'a str, Vec<usize>>,
    called: HashMap<&'static ResourceType, HashMap<String, Vec<usize>>>,
    /// Instances of any type, by block and by Terraform's own id.
    instances: HashMap<&'a str, Vec<&'a Instance>>,
    own: HashMap<&'a str, &'a Instance>,
}

/// The drafts of a file, with what could not be placed.
#[derive(Debug)]
pub struct Assembled<'a> {
    /// The resources.
    pub drafts: Vec<Draft<'a>>,
    /// Parts whose owners are not in the file, by Terraform type.
    pub strays: BTreeMap<String, u64>,
}

/// What every resource of a file is called: first those that are called by themselves, then those that hang on them.
fn entries<'a>(contents: &'a Contents, places: &Places, catalogue: &Catalogue) -> Index<'a> {
    let silence = Silence::of(contents.kind);
    let mut index = Index::of(contents, Vec::new());
    for hanging in [false, true] {
        let mut entries = index.entries.clone();
        for instance in &contents.instances {
            let Some(mapping) = table::find(&instance.terraform).filter(|mapping| mapping.hangs() == hanging) else { continue };
            let Some(resource_type) = &mapping.resource_type else { continue };
            let (account, region) = places.place(instance);
            let partition = super::place::partition(&region);
            let region = match catalogue.find(resource_type).map(|spec| spec.reach) {
                Some(Reach::Global) => Region::global(),
                Some(Reach::Regional) | None => region,
            };
            let node = index.node(instance);
            let scene = index.scene(instance, silence, account.as_str(), region.as_str(), partition);
            let named = |name: &arcstr::ArcStr| match name.strip_prefix('=') {
                Some(fixed) => Some(fixed.to_owned()),
                None if name.contains('{') => scene.fill(name, node),
                None => scene.fill(&format!("{{{name}}}"), node),
            };
            let name = mapping.name.iter().find_map(named);
            let arn = mapping.arn.then(|| node.text("arn").map(str::to_owned)).flatten();
            let id = arn.or_else(|| mapping.id.as_deref().map(|id| scene.fill_or(id, node, &instance.address)));
            let id = id.unwrap_or_else(|| format!("terraform:{account}:{region}:{resource_type}:{}", instance.address));
            let name = name.unwrap_or_else(|| instance.address.clone());
            entries.push(Entry { instance, mapping, resource_type, id, name, account, region, partition });
        }
        index = Index::of(contents, entries);
    }
    index
}

/// All resources of a file.
pub fn assemble<'a>(contents: &'a Contents, places: &Places, catalogue: &Catalogue) -> Assembled<'a> {
    let silence = Silence::of(contents.kind);
    let mut parts: Vec<(&'a Instance, &'static Mapping, &'static Part)> = Vec::new();
    for instance in &contents.instances {
        let Some(mapping) = table::find(&instance.terraform) else { continue };
        parts.extend(mapping.part.iter().map(|part| (instance, mapping, part)));
    }
    let index = entries(contents, places, catalogue);
    let mut drafts: Vec<Draft<'a>> = index.entries.iter().map(Entry::draft).collect();
    for draft in &mut drafts {
        let node = index.node(draft.instance);
        let (account, region) = (draft.account.clone(), draft.region.clone());
        let scene = index.scene(draft.instance, silence, account.as_str(), region.as_str(), draft.partition);
        draft.put(&[], scene.rows(&draft.mapping.rows, node));
        if catalogue.find(draft.resource_type).is_some_and(|spec| spec.tags.is_some()) {
            draft.put(&["tags".into()], tags(&scene, node));
        }
        if let Some(special) = draft.mapping.special {
            special.complete(draft, &scene, node);
        }
    }
    let mut strays = BTreeMap::new();
    for (instance, mapping, part) in parts {
        let (account, region) = places.place(instance);
        let partition = super::place::partition(&region);
        let scene = index.scene(instance, silence, account.as_str(), region.as_str(), partition);
        let node = index.node(instance);
        let Some(owners) = index.owners(&scene, mapping, part, node) else {
            // Whose it is cannot be told: each that it may belong to has a list that may be longer.
            for draft in drafts.iter_mut().filter(|draft| part.of.contains(draft.resource_type)) {
                for path in affected(mapping, part) {
                    draft.gaps.push(GapRecord { path, gap: silence.after_apply() });
                }
            }
            continue;
        };
        if owners.is_empty() {
            *strays.entry(instance.terraform.clone()).or_default() += 1;
        }
        for owner in owners {
            let Some(draft) = drafts.get_mut(owner) else { continue };
            let made = match mapping.special {
                Some(special) => special.part(draft, &scene, part.rows(mapping), node),
                None => scene.rows(part.rows(mapping), node),
            };
            match &part.append {
                Some(path) if part.extend && made.gaps.is_empty() => {
                    for item in made.value.as_ref().and_then(Value::as_array).into_iter().flatten() {
                        draft.append(path, Made::value(item.clone()));
                    }
                }
                Some(path) => draft.append(path, made),
                None => draft.replace(made),
            }
        }
    }
    special::count(&mut drafts);
    let mut covered: HashMap<&str, Covered> = HashMap::new();
    for draft in &mut drafts {
        let Some(spec) = catalogue.find(draft.resource_type) else { continue };
        let covered = covered.entry(draft.mapping.terraform.as_str()).or_insert_with(|| Covered::of(draft.mapping, table::all()));
        blank::fill(draft, spec, covered, silence);
    }
    Assembled { drafts, strays }
}

/// `tags_all` has the provider's default tags too; older providers have only `tags`.
fn tags<'a>(scene: &Scene<'a>, node: Node<'a>) -> Made {
    let all = match node.at("tags_all").found() {
        Found::Absent => node.at("tags"),
        Found::Known(_) | Found::Unknown | Found::Sensitive => node.at("tags_all"),
    };
    match all.found() {
        Found::Absent => Made::value(serde_json::Map::new()),
        Found::Unknown => Made::gap(scene.silence.after_apply()),
        Found::Sensitive => Made::gap(scene.silence.sensitive()),
        Found::Known(_) => {
            let mut tags = Made::value(serde_json::Map::new());
            for (key, value) in all.entries() {
                let made = match value.found() {
                    Found::Known(value) => Made::value(value.clone()),
                    Found::Absent => Made::value(""),
                    Found::Unknown => Made::gap(scene.silence.after_apply()),
                    Found::Sensitive => Made::gap(scene.silence.sensitive()),
                };
                tags.put(&[key.into()], made);
            }
            tags
        }
    }
}

/// What of an owner a part tells.
fn affected(mapping: &Mapping, part: &Part) -> Vec<crate::model::Path> {
    let keys = |keys: &[arcstr::ArcStr]| crate::model::Path::new(keys.iter().cloned().map(crate::model::path::Step::Key).collect());
    part.append.iter().cloned().chain(part.rows(mapping).iter().filter(|_| part.append.is_none()).map(|row| keys(&row.to.0))).collect()
}

impl<'a> Entry<'a> {
    fn draft(&self) -> Draft<'a> {
        Draft {
            instance: self.instance,
            mapping: self.mapping,
            resource_type: self.resource_type,
            id: self.id.clone(),
            name: self.name.clone(),
            account: self.account.clone(),
            region: self.region.clone(),
            partition: self.partition,
            body: Value::Null,
            gaps: Vec::new(),
        }
    }

    fn told(&self, refer: Refer) -> String {
        match refer {
            Refer::Id => self.id.clone(),
            Refer::Name => self.name.clone(),
            Refer::Last => last_part(&self.id).to_owned(),
            Refer::Nothing => String::new(),
        }
    }
}

impl<'a> Index<'a> {
    fn of(contents: &'a Contents, entries: Vec<Entry<'a>>) -> Self {
        let mut index = Self {
            contents,
            entries: Vec::new(),
            blocks: HashMap::new(),
            called: HashMap::new(),
            instances: HashMap::new(),
            own: HashMap::new(),
        };
        for instance in &contents.instances {
            index.instances.entry(instance.block.as_str()).or_default().push(instance);
            if let Some(id) = instance.values.get("id").and_then(Value::as_str) {
                index.own.entry(id).or_insert(instance);
            }
        }
        for (position, entry) in entries.iter().enumerate() {
            index.blocks.entry(entry.instance.block.as_str()).or_default().push(position);
            // Terraform's own id of it, which others often name: a rest API's id, a pool's id.
            let own = ["arn", "id"].iter().filter_map(|key| entry.instance.values.get(*key)?.as_str());
            let all: BTreeSet<&str> = own.chain([entry.id.as_str(), entry.name.as_str()]).collect();
            let called = index.called.entry(entry.resource_type).or_default();
            for text in all {
                called.entry(text.to_owned()).or_default().push(position);
            }
        }
        Self { entries, ..index }
    }

    /// An index of nobody.
    #[cfg(test)]
    pub fn for_test<T>(contents: &Contents, look: impl FnOnce(&Index<'_>) -> T) -> T {
        look(&Index::of(contents, Vec::new()))
    }

    /// What rows of an instance are applied in.
    pub fn scene<'s>(&'s self, instance: &'s Instance, silence: Silence, account: &'s str, region: &'s str, partition: &'s str) -> Scene<'s>
    where
        'a: 's,
    {
        Scene {
            instance,
            root: self.node(instance),
            silence,
            index: self,
            place: [("account", account), ("region", region), ("partition", partition)],
        }
    }

    /// The attributes of an instance, with what its block writes.
    pub fn node<'s>(&'s self, instance: &'s Instance) -> Node<'s> {
        Node::of(instance, self.contents.configuration.expressions(&instance.block))
    }

    /// Whether the configuration is known and does not write what stands at a place: then the provider fills it in.
    pub fn leaves_out(&self, instance: &Instance, here: Node<'_>) -> bool {
        here.expression().is_none() && self.contents.configuration.expressions(&instance.block).is_some()
    }

    /// What the configuration refers to at a place, where that is one resource of this file.
    pub fn refer(&self, instance: &Instance, here: Node<'_>, refer: Refer) -> Option<String> {
        match self.referred(instance, here)?.as_slice() {
            [only] => self.entries.get(*only).map(|entry| entry.told(refer)),
            _ => None,
        }
    }

    /// The same of a list.
    pub fn refer_all(&self, instance: &Instance, here: Node<'_>, refer: Refer) -> Option<Vec<String>> {
        self.referred(instance, here)?.into_iter().map(|at| self.entries.get(at).map(|entry| entry.told(refer))).collect()
    }

    /// Something of the resource that a place names: its `id`, its `name`, its `path` below an API, an attribute.
    pub fn of_other(&self, instance: &Instance, here: Node<'_>, what: &str) -> Option<String> {
        if what == "path" {
            return self.path(instance, here, 32);
        }
        let position = match here.found() {
            Found::Known(Value::String(id)) => {
                // `integrations/<id>` names one too.
                let named = self.own.get(id.as_str()).or_else(|| self.own.get(last_part(id)))?;
                self.blocks
                    .get(named.block.as_str())?
                    .iter()
                    .copied()
                    .find(|at| self.entries.get(*at).is_some_and(|entry| std::ptr::eq(entry.instance, *named)))?
            }
            Found::Unknown => match self.referred(instance, here)?.as_slice() {
                [only] => *only,
                _ => return None,
            },
            _ => return None,
        };
        let entry = self.entries.get(position)?;
        match what {
            "id" => Some(entry.told(Refer::Id)),
            "name" => Some(entry.told(Refer::Name)),
            attribute => self.node(entry.instance).text(attribute).map(str::to_owned),
        }
    }

    /// The path of an API's resource, put together from its parents' where only they tell it.
    fn path(&self, instance: &Instance, here: Node<'_>, depth: u32) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        let resource = match here.found() {
            Found::Known(Value::String(id)) => match self.own.get(id.as_str()) {
                Some(resource) => *resource,
                // An API names its own root.
                None => {
                    let root = |instance: &&Instance| instance.values.get("root_resource_id").and_then(Value::as_str) == Some(id);
                    return self.contents.instances.iter().find(root).map(|_| "/".to_owned());
                }
            },
            Found::Unknown => {
                let targets = self.contents.configuration.targets(&instance.block, here.expression()?)?;
                let [target] = targets.as_slice() else { return None };
                let all = self.instances.get(target.block.as_str())?;
                match all.as_slice() {
                    [only] => only,
                    several => several.iter().find(|other| {
                        target.address.as_ref().map_or(target.same_key && other.key == instance.key, |address| other.address == *address)
                    })?,
                }
            }
            _ => return None,
        };
        let node = self.node(resource);
        if resource.terraform != "aws_api_gateway_resource" {
            return Some("/".to_owned());
        }
        if let Some(path) = node.text("path") {
            return Some(path.to_owned());
        }
        let parent = self.path(resource, node.at("parent_id"), depth)?;
        Some(format!("{}/{}", parent.trim_end_matches('/'), node.text("path_part")?))
    }

    fn referred(&self, instance: &Instance, here: Node<'_>) -> Option<Vec<usize>> {
        let targets = self.contents.configuration.targets(&instance.block, here.expression()?)?;
        let one = |target: &super::configuration::Target| {
            let all = self.blocks.get(target.block.as_str())?;
            let with =
                |address: &str| all.iter().copied().find(|at| self.entries.get(*at).is_some_and(|entry| entry.instance.address == address));
            match (&target.address, all.as_slice()) {
                (Some(address), _) => with(address),
                (None, [only]) => Some(*only),
                (None, _) if target.same_key => {
                    all.iter().copied().find(|at| self.entries.get(*at).is_some_and(|entry| entry.instance.key == instance.key))
                }
                (None, _) => None,
            }
        };
        if targets.is_empty() { None } else { targets.iter().map(one).collect() }
    }

    /// The resources that a part belongs to; none where that cannot be told, nobody where they are not in the file.
    fn owners<'s>(&self, scene: &Scene<'s>, mapping: &Mapping, part: &Part, node: Node<'s>) -> Option<Vec<usize>> {
        let called = |name: &str| part.of.iter().filter_map(|of| self.called.get(of)?.get(name)).flatten().copied().collect();
        if part.by.contains('{') {
            return scene.fill(&part.by, node).map(|name| called(&name));
        }
        let (instance, here) = (scene.instance, node.at(&part.by));
        let named: Vec<String> = match here.found() {
            Found::Absent => return Some(Vec::new()),
            Found::Unknown | Found::Sensitive => return self.referred(instance, here),
            Found::Known(Value::Array(items)) => {
                if here.is_veiled() {
                    return self.referred(instance, here);
                }
                items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            Found::Known(Value::String(text)) => vec![text.clone()],
            Found::Known(_) => return Some(Vec::new()),
        };
        let named = named.into_iter().map(|name| mapping.special.map_or_else(|| Some(name.clone()), |special| special.owner(&name, node)));
        let mut owners: Vec<usize> = Vec::new();
        for name in named {
            owners.extend::<Vec<usize>>(called(&name?));
        }
        Some(owners)
    }
}
