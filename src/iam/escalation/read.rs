//! Resources → [`Estate`]: users, roles, groups, managed policies, what runs under a role, and the organisation's policies.
//!
//! Documents are parsed once, however often they are attached. What is missing is told in [`Estate::unread`]: a policy of AWS that the
//! source lacks is taken for one that says nothing (none of them would deny; those that do are named so), any other one for one that
//! cannot be understood, so that what hangs on it is undecided and never proven.

use super::estate::{Estate, Grant, Group, Hosted, Kind, Principal, is_of_aws};
use super::table::hosts;
use super::{builtin, organisation};
use crate::iam::document::{self, Document};
use crate::iam::evaluation::{Policies, Policy};
use crate::model::{Coverage, Outcome, Resource, Value};
use arcstr::ArcStr;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

type Parsed = Result<Arc<Document>, ArcStr>;

/// Reads all of it.
pub fn read(resources: &[Resource], coverage: &Coverage) -> Estate {
    let mut reader = Reader { documents: HashMap::new(), managed: BTreeMap::new(), unread: BTreeSet::new() };
    let of_type = |kind: &'static str| resources.iter().filter(move |resource| resource.resource_type.as_str() == kind);
    for resource in of_type("AWS::IAM::ManagedPolicy") {
        let arn = arn(resource, "policy", "ManagedPolicyName");
        let document = reader.document(resource.properties.get("PolicyDocument"), &arn);
        reader.managed.insert(arn.clone(), Policy { label: arn, document });
    }
    let mut estate = Estate::default();
    let mut group_names: HashMap<(ArcStr, ArcStr), ArcStr> = HashMap::new();
    for resource in of_type("AWS::IAM::Group") {
        let arn = arn(resource, "group", "GroupName");
        let grants = reader.grants(resource, &arn).into_iter().map(|grant| Grant { group: Some(arn.clone()), ..grant }).collect();
        let account = account(resource);
        group_names.insert((account.clone(), resource.name.clone()), arn.clone());
        group_names.insert((account.clone(), arn.clone()), arn.clone());
        estate.groups.insert(arn, Group { account, grants });
    }
    for resource in of_type("AWS::IAM::User") {
        let arn = arn(resource, "user", "UserName");
        let mut grants = reader.grants(resource, &arn);
        let mut groups = Vec::new();
        for name in reader.texts(resource, "Groups", &arn) {
            let found = group_names.get(&(account(resource), name.clone()));
            match found.and_then(|group| Some((group, estate.groups.get(group)?))) {
                Some((group, known)) => {
                    grants.extend(known.grants.iter().cloned());
                    groups.push(group.clone());
                }
                None => grants.push(reader.missing(&arcstr::format!("the group {name} of {arn}"))),
            }
        }
        let keys = resource.state.get("AccessKeys").and_then(Value::as_list).map(<[Value]>::len);
        let password = match resource.state.get("PasswordEnabled") {
            Some(Value::Bool(password)) => Some(*password),
            _ => None,
        };
        estate.principals.push(reader.principal(resource, arn, grants, Kind::User { groups, keys, password }));
    }
    for resource in of_type("AWS::IAM::Role") {
        let arn = arn(resource, "role", "RoleName");
        let grants = reader.grants(resource, &arn);
        let label = arcstr::format!("{arn} trust policy");
        let document = reader.document(resource.properties.get("AssumeRolePolicyDocument"), &label);
        estate.principals.push(reader.principal(resource, arn, grants, Kind::Role { trust: Policy { label, document } }));
    }
    estate.principals.sort_by(|a, b| a.arn.cmp(&b.arn));
    estate.principals.dedup_by(|a, b| a.arn == b.arn);
    things(&mut estate, resources, coverage);
    let organisation = organisation::read(resources, &mut |value, label| reader.document(value, label));
    reader.unread.extend(organisation.unread.iter().cloned());
    classify(&mut estate, &reader, &organisation);
    estate.managed = reader.managed.into_iter().filter(|(arn, _)| !is_of_aws(arn)).collect();
    estate.unread = reader.unread.into_iter().collect();
    estate
}

struct Reader {
    /// By text: what says the same is one document, and shares its place in memory.
    documents: HashMap<String, Parsed>,
    managed: BTreeMap<ArcStr, Policy>,
    unread: BTreeSet<String>,
}

impl Reader {
    fn document(&mut self, value: Option<&Value>, label: &str) -> Parsed {
        let Some(value) = value else {
            self.unread.insert(format!("{label} was not read"));
            return Err("it was not read".into());
        };
        if let Some(gap) = value.first_gap() {
            self.unread.insert(format!("{label} could not be read: {gap}"));
            return Err(arcstr::format!("it could not be read: {gap}"));
        }
        let text = value.to_text();
        if let Some(known) = self.documents.get(&text) {
            return known.clone();
        }
        let parsed = document::parse(value).map(Arc::new).map_err(|faults| ArcStr::from(faults.to_string()));
        if let Err(why) = &parsed {
            self.unread.insert(format!("{label} cannot be understood: {why}"));
        }
        self.documents.insert(text, parsed.clone());
        parsed
    }

    /// A policy that is there, and of which nothing is known.
    fn missing(&mut self, what: &ArcStr) -> Grant {
        self.unread.insert(format!("{what} is not in the source"));
        let policy = Policy { label: what.clone(), document: Err("it is not in the source".into()) };
        Grant { policy, managed: None, group: None }
    }

    fn texts(&mut self, resource: &Resource, property: &str, owner: &str) -> Vec<ArcStr> {
        match resource.properties.get(property) {
            Some(Value::List(items)) => items
                .iter()
                .filter_map(|item| match item {
                    Value::Str(text) => Some(text.clone()),
                    Value::Gap(gap) => {
                        self.unread.insert(format!("one of {property} of {owner} could not be read: {gap}"));
                        Some(arcstr::format!("(unread of {owner})"))
                    }
                    _ => None,
                })
                .collect(),
            Some(Value::Gap(gap)) => {
                self.unread.insert(format!("{property} of {owner} could not be read: {gap}"));
                vec![arcstr::format!("(unread {property} of {owner})")]
            }
            _ => Vec::new(),
        }
    }

    /// The policies that a user, group or role has itself.
    fn grants(&mut self, resource: &Resource, owner: &ArcStr) -> Vec<Grant> {
        let mut grants = Vec::new();
        match resource.properties.get("Policies") {
            Some(Value::List(items)) => {
                for item in items {
                    let name = item.get("PolicyName").and_then(Value::as_str).unwrap_or("inline");
                    let label = arcstr::format!("{owner} {name}");
                    let document = self.document(item.get("PolicyDocument").or(Some(item)), &label);
                    grants.push(Grant { policy: Policy { label, document }, managed: None, group: None });
                }
            }
            Some(Value::Gap(gap)) => grants.push(self.missing(&arcstr::format!("the inline policies of {owner} ({gap})"))),
            _ => {}
        }
        for arn in self.texts(resource, "ManagedPolicyArns", owner) {
            grants.push(self.attached(&arn));
        }
        grants
    }

    fn attached(&mut self, arn: &ArcStr) -> Grant {
        if let Some(policy) = self.managed.get(arn) {
            return Grant { policy: policy.clone(), managed: Some(arn.clone()), group: None };
        }
        if let Some(document) = builtin::find(arn) {
            return Grant { policy: Policy { label: arn.clone(), document: Ok(document) }, managed: Some(arn.clone()), group: None };
        }
        let grant = Grant { managed: Some(arn.clone()), ..self.missing(arn) };
        if is_of_aws(arn) && !builtin::denies(arn) {
            let document = Arc::new(Document { version: document::Version::V2012, id: None, statements: Vec::new() });
            return Grant { policy: Policy { document: Ok(document), ..grant.policy }, ..grant };
        }
        grant
    }

    fn principal(&mut self, resource: &Resource, arn: ArcStr, grants: Vec<Grant>, kind: Kind) -> Principal {
        let tags = match &resource.tags {
            Value::Map(map) if resource.tags.first_gap().is_none() => {
                Some(map.iter().map(|(key, value)| (key.clone(), ArcStr::from(value.to_text()))).collect())
            }
            Value::Null => Some(Vec::new()),
            _ => None,
        };
        let boundary = match resource.properties.get("PermissionsBoundary") {
            Some(Value::Str(arn)) => Some(arn.clone()),
            // CloudFormation's reply form.
            Some(Value::Map(map)) => map.get("PermissionsBoundaryArn").and_then(Value::as_str).map(ArcStr::from),
            Some(Value::Gap(gap)) => Some(arcstr::format!("(unread boundary of {arn}: {gap})")),
            _ => None,
        };
        Principal { account: account(resource), arn, kind, tags, grants, boundary, class: 0 }
    }
}

/// Gives every principal its class.
fn classify(estate: &mut Estate, reader: &Reader, organisation: &organisation::Organisation) {
    let mut known: HashMap<(ArcStr, Vec<usize>, Option<ArcStr>), usize> = HashMap::new();
    for principal in &mut estate.principals {
        let mut own: Vec<usize> = principal.grants.iter().map(|grant| identity_of(&grant.policy)).collect();
        own.sort_unstable();
        let key = (principal.account.clone(), own, principal.boundary.clone());
        principal.class = *known.entry(key).or_insert_with(|| {
            let boundaries = principal.boundary.iter().map(|arn| boundary(arn, reader)).collect();
            estate.classes.push(Arc::new(Policies {
                identity: principal.grants.iter().map(|grant| grant.policy.clone()).collect(),
                boundaries,
                service_control: organisation.service_control(&principal.account),
                resource_control: organisation.resource_control(&principal.account),
                ..Policies::default()
            }));
            estate.classes.len() - 1
        });
    }
}

fn boundary(arn: &ArcStr, reader: &Reader) -> Policy {
    let document = match (reader.managed.get(arn), builtin::find(arn)) {
        (Some(policy), _) => policy.document.clone(),
        (None, Some(document)) => Ok(document),
        (None, None) => Err("it is not in the source".into()),
    };
    Policy { label: arcstr::format!("the boundary {arn}"), document }
}

/// What tells two policies apart: where their document is in memory, which is shared among those that say the same.
fn identity_of(policy: &Policy) -> usize {
    match &policy.document {
        Ok(document) => Arc::as_ptr(document) as usize,
        // What could not be understood is like nothing else.
        Err(_) => policy.label.as_ptr() as usize,
    }
}

/// What runs under a role.
fn things(estate: &mut Estate, resources: &[Resource], coverage: &Coverage) {
    let mut profiles: BTreeMap<ArcStr, ArcStr> = BTreeMap::new();
    let by_name: HashMap<(ArcStr, ArcStr), ArcStr> = estate
        .principals
        .iter()
        .filter(|one| one.trust().is_some())
        .map(|one| ((one.account.clone(), one.name().into()), one.arn.clone()))
        .collect();
    let role_of = |account: &ArcStr, text: &str| match text.strip_prefix("arn:") {
        Some(_) if text.contains(":role/") => Some(ArcStr::from(text)),
        _ => by_name.get(&(account.clone(), text.rsplit('/').next().unwrap_or_default().into())).cloned(),
    };
    for resource in resources.iter().filter(|resource| resource.resource_type.as_str() == "AWS::IAM::InstanceProfile") {
        let account = &account(resource);
        for role in resource.properties.get("Roles").and_then(Value::as_list).into_iter().flatten().filter_map(Value::as_str) {
            if let Some(role) = role_of(account, role) {
                profiles.insert(resource.id.shared().clone(), role.clone());
                profiles.insert(resource.name.clone(), role.clone());
                estate.profiled.entry(account.clone()).or_default().insert(role);
            }
        }
    }
    for host in hosts() {
        for resource in resources.iter().filter(|resource| resource.resource_type.as_str() == host.kind) {
            let account = &account(resource);
            let at = |path: &&str| path.split('.').try_fold(&resource.properties, |here, key| here.get(key));
            let named = host.role.iter().find_map(at);
            if named.is_some_and(Value::holds_gap) || resource.properties.as_gap().is_some() {
                continue;
            }
            let named = named.and_then(Value::as_str);
            let profile = |text: &str| profiles.get(text).or_else(|| profiles.get(text.rsplit('/').next().unwrap_or_default())).cloned();
            if let Some(role) = named.and_then(|text| profile(text).or_else(|| role_of(account, text))) {
                let hosted = Hosted { arn: resource.id.shared().clone(), account: account.clone(), role };
                estate.hosted.entry(host.kind).or_default().push(hosted);
            } else if named.is_none() {
                // It is there and runs under no role that is known.
                estate.hosted.entry(host.kind).or_default();
            }
        }
        for row in coverage.rows().filter(|row| row.resource_type.as_str() == host.kind && row.outcome == Outcome::Complete) {
            estate.complete.insert((row.account.shared().clone(), host.kind));
        }
    }
}

/// The account of a resource; zeros for the one that a plan or a template does not tell, since without any no ARN would be one.
fn account(resource: &Resource) -> ArcStr {
    let account = resource.account.shared();
    let told = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    if told { account.clone() } else { arcstr::literal!("000000000000") }
}

/// The ARN of a resource: its id, or as its name, path and account make it.
fn arn(resource: &Resource, kind: &str, name: &str) -> ArcStr {
    let account = account(resource);
    if resource.id.as_str().starts_with("arn:") {
        if account == *resource.account.shared() {
            return resource.id.shared().clone();
        }
        return resource.id.as_str().replacen(&format!(":{}:", resource.account), &format!(":{account}:"), 1).into();
    }
    let text = |key: &str| resource.properties.get(key).and_then(Value::as_str);
    let path = text("Path").unwrap_or("/");
    arcstr::format!("arn:aws:iam::{account}:{kind}{path}{}", text(name).unwrap_or(&resource.name))
}
