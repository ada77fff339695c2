//! Instances → resources: first what each is called and where it is, then its properties, which may refer to others, then the parts
//! that others add, then what nobody told.

use super::blank::{self, Covered};
use super::contents::Contents;
use super::draft::{Draft, Made, Silence};
use super::instance::Instance;
use super::node::{Found, Node};
use super::place::Places;
use super::row::Scene;
use super::special;
use super::table::{self, Mapping, Part, Refer};
use crate::model::catalogue::{Catalogue, Reach};
use crate::model::resource::GapRecord;
use crate::model::{Region, ResourceType};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What one resource of the file is called, for those that name it.
#[derive(Debug)]
struct Entry<'a> {
    instance: &'a Instance,
    resource_type: &'static ResourceType,
    id: String,
    name: String,
    /// Whether id and name are what they will be, and not stand-ins.
    id_known: bool,
    name_known: bool,
}

/// The resources of a file, by what others call them.
#[derive(Debug)]
pub struct Index<'a> {
    contents: &'a Contents,
    entries: Vec<Entry<'a>>,
    blocks: HashMap<&'a str, Vec<usize>>,
    called: HashMap<&'static ResourceType, HashMap<String, Vec<usize>>>,
}

/// The drafts of a file, with what could not be placed.
#[derive(Debug)]
pub struct Assembled<'a> {
    /// The resources.
    pub drafts: Vec<Draft<'a>>,
    /// Parts whose owners are not in the file, by Terraform type.
    pub strays: BTreeMap<String, u64>,
}

/// All resources of a file.
pub fn assemble<'a>(contents: &'a Contents, places: &Places, catalogue: &Catalogue) -> Assembled<'a> {
    let silence = Silence::of(contents.kind);
    let mut drafts: Vec<Draft<'a>> = Vec::new();
    let mut parts: Vec<(&'a Instance, &'static Mapping, &'static Part)> = Vec::new();
    let nobody = Index { contents, entries: Vec::new(), blocks: HashMap::new(), called: HashMap::new() };
    let mut entries = Vec::new();
    for instance in &contents.instances {
        let Some(mapping) = table::find(&instance.terraform) else { continue };
        parts.extend(mapping.part.iter().map(|part| (instance, mapping, part)));
        let Some(resource_type) = &mapping.resource_type else { continue };
        let (account, region) = places.place(instance);
        let partition = super::place::partition(&region);
        let region = match catalogue.find(resource_type).map(|spec| spec.reach) {
            Some(Reach::Global) => Region::global(),
            Some(Reach::Regional) | None => region,
        };
        let node = nobody.node(instance);
        let scene = Scene {
            instance,
            root: node,
            silence,
            index: &nobody,
            place: [("account", account.as_str()), ("region", region.as_str()), ("partition", partition)],
        };
        let name = mapping
            .name
            .iter()
            .find_map(|name| if name.contains('{') { scene.fill(name, node) } else { scene.fill(&format!("{{{name}}}"), node) });
        let arn = mapping.arn.then(|| node.text("arn").map(str::to_owned)).flatten();
        let id = arn.or_else(|| scene.fill(mapping.id.as_deref()?, node));
        entries.push(Entry {
            instance,
            resource_type,
            id_known: id.is_some(),
            name_known: name.is_some(),
            id: id.unwrap_or_else(|| format!("terraform:{account}:{region}:{resource_type}:{}", instance.address)),
            name: name.unwrap_or_else(|| instance.address.clone()),
        });
        let entry = entries.last();
        let (id, name) = entry.map(|entry| (entry.id.clone(), entry.name.clone())).unwrap_or_default();
        drafts.push(Draft { instance, mapping, resource_type, id, name, account, region, partition, body: Value::Null, gaps: Vec::new() });
    }
    let index = Index::of(contents, entries);
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
        let Some(owners) = index.owners(instance, mapping, part, node) else {
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
                Some(special) => special.part(draft, &scene, &mapping.rows, node),
                None => scene.rows(&mapping.rows, node),
            };
            match &part.append {
                Some(path) if part.extend && made.gaps.is_empty() => {
                    for item in made.value.as_ref().and_then(Value::as_array).into_iter().flatten() {
                        draft.append(path, Made::value(item.clone()));
                    }
                }
                Some(path) => draft.append(path, made),
                None => draft.put(&[], made),
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
    part.append.iter().cloned().chain(mapping.rows.iter().filter(|_| part.append.is_none()).map(|row| keys(&row.to.0))).collect()
}

impl<'a> Index<'a> {
    fn of(contents: &'a Contents, entries: Vec<Entry<'a>>) -> Self {
        let mut index = Self { contents, entries: Vec::new(), blocks: HashMap::new(), called: HashMap::new() };
        for (position, entry) in entries.iter().enumerate() {
            index.blocks.entry(entry.instance.block.as_str()).or_default().push(position);
            // Terraform's own id of it, which others often name: a rest API's id, a pool's id.
            let own = ["arn", "id"].iter().filter_map(|key| entry.instance.values.get(*key)?.as_str());
            let known = [(&entry.id, entry.id_known), (&entry.name, entry.name_known)];
            let all: BTreeSet<&str> = own.chain(known.iter().filter(|(_, known)| *known).map(|(text, _)| text.as_str())).collect();
            let called = index.called.entry(entry.resource_type).or_default();
            for text in all {
                called.entry(text.to_owned()).or_default().push(position);
            }
        }
        Self { entries, ..index }
    }

    /// An index of nobody, with the only instance of the file.
    #[cfg(test)]
    pub fn for_test<T>(contents: &Contents, look: impl FnOnce(&Index<'_>, &Instance) -> T) -> T {
        let index = Index { contents, entries: Vec::new(), blocks: HashMap::new(), called: HashMap::new() };
        look(&index, contents.instances.first().expect("one instance"))
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

    /// What the configuration refers to at a place, where that is one resource of this file and known.
    pub fn refer(&self, instance: &Instance, here: Node<'_>, refer: Refer) -> Option<String> {
        match self.refer_all(instance, here, refer)?.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    /// The same of a list.
    pub fn refer_all(&self, instance: &Instance, here: Node<'_>, refer: Refer) -> Option<Vec<String>> {
        let positions = self.referred(instance, here)?;
        let told = |position: usize| {
            let entry = self.entries.get(position)?;
            match refer {
                Refer::Id => entry.id_known.then(|| entry.id.clone()),
                Refer::Name => entry.name_known.then(|| entry.name.clone()),
            }
        };
        positions.into_iter().map(told).collect()
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
    fn owners(&self, instance: &Instance, mapping: &Mapping, part: &Part, node: Node<'_>) -> Option<Vec<usize>> {
        let here = node.at(&part.by);
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
        let mut owners = Vec::new();
        for name in named {
            let name = name?;
            let called = part.of.iter().filter_map(|resource_type| self.called.get(resource_type)?.get(&name));
            owners.extend(called.flatten().copied());
        }
        Some(owners)
    }
}
