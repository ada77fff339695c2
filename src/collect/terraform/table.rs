//! The mapping Terraform → CloudFormation as data: `types/*.yaml`, one file a service, one entry a Terraform type.
//!
//! An entry either **is** a resource (`type`, `name`, `id`) or is **part of** others (`part`): an attachment, a permission, a rule.
//! Its rows say which attribute becomes which property, in the words of the live collector (`catalogue.yaml` of the service).
//!
//! ```yaml
//! - terraform: aws_dynamodb_table        # the Terraform type; unique
//!   type: AWS::DynamoDB::Table           # what it becomes
//!   name: name                           # the attribute that is its name (a list: the first that is known; `=text`: that text)
//!   id: "arn:{partition}:dynamodb:{region}:{account}:table/{name}"   # canonical id where `arn` is not known; {attribute} too
//!   rows:
//!     - { to: properties.BillingMode, from: billing_mode, default: PROVISIONED }
//!   examples:                            # every `to` must be in some `gives`: tests.rs walks them
//!     - given: { name: t, billing_mode: PAY_PER_REQUEST }
//!       gives: { properties.BillingMode: PAY_PER_REQUEST }
//! ```
//!
//! **Paths.** `from: a.b` steps into blocks; a block that Terraform writes as a list of one is stepped into without saying so. `.` is the
//! value itself (inside `each`), `^a` an attribute of the resource there. In `to`, objects are made on the way.
//!
//! **What a row does**, in this order: `when` (else there is nothing) → `from` (known, unknown, sensitive, absent; null, "" and what
//! `absent` names are absent) → `each` (rows for every block: a list), or `as` and `map` → `default` where absent; `items` instead of
//! `from` makes a list of what Terraform writes side by side. Unknown is a gap
//! ("known after apply") unless `refer` finds what the configuration refers to, or `unset` says what holds where the configuration
//! does not write the attribute. `default` and `unset` state the provider's default, else AWS's; `why` names the source where it is not the
//! documentation of the provider (registry.terraform.io/providers/hashicorp/aws, 5.x). `{attribute}` in a text is filled in, `{attribute:last}`
//! with the last part of an ARN or path, `{attribute>id}`, `{attribute>name}` with those of the resource that the attribute names. In an
//! `id`, what is known only after the apply is the resource's address: the id is then as long as it is unknown its own.
//!
//! A property that the catalogue has and no row names is a gap: "not told by Terraform" (`blank.rs`). What Terraform has and the
//! catalogue lacks is not read at all.

use crate::model::path::Step;
use crate::model::{Path, ResourceType};
use arcstr::ArcStr;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The files, each a list of entries. Sorted.
const FILES: &[(&str, &str)] = &[
    ("accessanalyzer", include_str!("types/accessanalyzer.yaml")),
    ("acm", include_str!("types/acm.yaml")),
    ("apigateway", include_str!("types/apigateway.yaml")),
    ("apigatewayv2", include_str!("types/apigatewayv2.yaml")),
    ("autoscaling", include_str!("types/autoscaling.yaml")),
    ("backup", include_str!("types/backup.yaml")),
    ("budgets", include_str!("types/budgets.yaml")),
    ("cloudtrail", include_str!("types/cloudtrail.yaml")),
    ("cloudwatch", include_str!("types/cloudwatch.yaml")),
    ("cognito", include_str!("types/cognito.yaml")),
    ("dynamodb", include_str!("types/dynamodb.yaml")),
    ("ec2", include_str!("types/ec2.yaml")),
    ("iam", include_str!("types/iam.yaml")),
    ("kms", include_str!("types/kms.yaml")),
    ("lambda", include_str!("types/lambda.yaml")),
    ("logs", include_str!("types/logs.yaml")),
    ("sns", include_str!("types/sns.yaml")),
];

/// Entries by Terraform type.
static TABLES: LazyLock<BTreeMap<ArcStr, Mapping>> = LazyLock::new(|| {
    let entries = FILES.iter().flat_map(|(file, text)| {
        // The files are part of the program; a test reads each of them.
        let read: Result<Vec<Mapping>, _> = serde_saphyr::from_str(text);
        read.unwrap_or_else(|error| panic!("internal error: the Terraform types of {file}: {error}"))
    });
    entries.map(|mapping| (mapping.terraform.clone(), mapping)).collect()
});

/// The entry of a Terraform type; none where it has no mapping.
pub fn find(terraform: &str) -> Option<&'static Mapping> {
    TABLES.get(terraform)
}

/// All entries, sorted by Terraform type.
pub fn all() -> impl Iterator<Item = &'static Mapping> {
    TABLES.values()
}

/// The CloudFormation types that a file can hold.
pub fn types() -> BTreeSet<&'static ResourceType> {
    all().filter_map(|mapping| mapping.resource_type.as_ref()).collect()
}

/// One Terraform type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Its name.
    pub terraform: ArcStr,
    /// The CloudFormation type that it becomes; none where it is part of others.
    #[serde(rename = "type")]
    pub resource_type: Option<ResourceType>,
    /// The attributes that hold its name, the best first.
    #[serde(default, deserialize_with = "one_or_many")]
    pub name: Vec<ArcStr>,
    /// Its canonical id where the attribute `arn` does not tell it.
    pub id: Option<ArcStr>,
    /// Whether `arn` is the canonical id where it is known.
    #[serde(default = "yes")]
    pub arn: bool,
    /// Whose part it is.
    #[serde(default, deserialize_with = "one_or_many")]
    pub part: Vec<Part>,
    /// Whether it becomes nothing by itself: others name it, and read it through a hole such as `{resource_id>path}`.
    #[cfg_attr(not(test), expect(dead_code, reason = "tells the test that walks the tables that this is no mistake"))]
    #[serde(default)]
    pub aid: bool,
    /// Attributes that code of ours reads besides the rows (`special`).
    #[serde(default)]
    pub reads: Vec<ArcStr>,
    /// What a table cannot say.
    pub special: Option<super::special::Special>,
    /// The properties.
    #[serde(default)]
    pub rows: Vec<Row>,
    /// The tests of the rows.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the test that walks the tables; a file that has them must be readable"))]
    #[serde(default)]
    pub examples: Vec<Example>,
}

/// Whose part an entry is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The types that may own it.
    #[serde(deserialize_with = "one_or_many")]
    pub of: Vec<ResourceType>,
    /// The attribute that names the owner, or lists owners: by name, id or ARN. With holes, a text that is the owner's name.
    pub by: ArcStr,
    /// The list in the owner that gets one more item; without it the rows speak of the owner itself.
    pub append: Option<Path>,
    /// Whether the rows yield a list whose items are appended one by one.
    #[serde(default)]
    pub extend: bool,
    /// The rows of the part, where the entry is a resource too and its own rows speak of that.
    pub rows: Option<Vec<Row>>,
}

impl Part {
    /// The rows that speak of the owner.
    pub fn rows<'a>(&'a self, mapping: &'a Mapping) -> &'a [Row] {
        self.rows.as_deref().unwrap_or(&mapping.rows)
    }
}

/// One property.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Where it goes: from the resource's root, or inside `each` from the item.
    pub to: To,
    /// The attribute; none for a row that has only a default.
    #[serde(default)]
    pub from: ArcStr,
    /// The rows of each block.
    pub each: Option<Vec<Row>>,
    /// A list of what is written side by side: the rows of each item. An item without anything is left out.
    pub items: Option<Vec<Vec<Row>>>,
    /// How the value is read.
    #[serde(default, rename = "as")]
    pub as_: As,
    /// Terraform's words to CloudFormation's; others stay as they are.
    #[serde(default)]
    pub map: BTreeMap<ArcStr, Value>,
    /// Values that mean that there is none, besides null and "".
    #[serde(default)]
    pub absent: Vec<Value>,
    /// What holds where there is none.
    pub default: Option<Value>,
    /// What holds where the configuration does not write the attribute and the plan calls it unknown; null: nothing is there.
    #[serde(default, deserialize_with = "even_null")]
    pub unset: Option<Value>,
    /// Only where another attribute is so.
    pub when: Option<When>,
    /// What an unknown value refers to.
    pub refer: Option<Refer>,
    /// Where a default comes from.
    #[expect(dead_code, reason = "for readers of the table")]
    #[serde(default)]
    pub why: Option<ArcStr>,
}

/// Where a value goes.
#[derive(Debug, Clone)]
pub struct To(pub Vec<ArcStr>);

/// A condition.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The attribute.
    pub attribute: ArcStr,
    /// One of these; an absent one is null.
    #[serde(default = "truth")]
    pub is: Vec<Value>,
    /// Not one of these.
    #[serde(default)]
    pub not: Vec<Value>,
}

/// How a value is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum As {
    /// As it is.
    #[default]
    Plain,
    /// True or false, also written as text.
    Bool,
    /// A whole number, also written as text.
    Int,
    /// A number, also written as text.
    Double,
    /// Text, also of a number or truth value.
    Text,
    /// JSON text → the document; text that writes a key twice, or is no object, stays text.
    Json,
    /// A list; of one where it is no list.
    List,
    /// A list, sorted: Terraform's sets.
    Sorted,
    /// Upper case.
    Upper,
    /// Whether there is any.
    Exists,
    /// How many there are.
    Count,
    /// A point in time, as RFC 3339.
    Time,
    /// There is something, and the table cannot say what: a gap.
    Untold,
    /// The keys of a map, sorted: never its values.
    Keys,
    /// The last part of an ARN or path, behind `:` and `/`.
    Last,
    /// The region that an ARN names.
    RegionOfArn,
    /// The account that an ARN names.
    AccountOfArn,
    /// The name of the function that an ARN names, or the text without version or alias.
    FunctionOfArn,
    /// The ARN of the function that an integration's address invokes.
    InvokedFunction,
    /// The version or alias that it invokes.
    InvokedQualifier,
    /// An address of a web server: scheme and host.
    Host,
    /// The address of a back end without user, password and query.
    BackEnd,
    /// The path of a method's settings: `users/GET` is of `/users`.
    SettingPath,
    /// The table that a scalable resource names: `table/orders/index/by-tenant`.
    ScaledTable,
    /// The function that it names: `function:orders:live`.
    ScaledFunction,
}

/// What the configuration may refer to where a value is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refer {
    /// The other resource's canonical id.
    Id,
    /// Its name.
    Name,
    /// The last part of its id, behind `:` and `/`.
    Last,
    /// Nothing: a plain reference has none of it, such as the alias of a function that is named itself.
    Nothing,
}

/// A test of rows.
#[cfg_attr(not(test), expect(dead_code, reason = "as above"))]
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The attributes as Terraform has them after the apply.
    pub given: Value,
    /// What `after_unknown` has.
    #[serde(default)]
    pub unknown: Value,
    /// Path to value, from the resource or from the item of a part; null: it is absent; `gap`: it is a gap.
    pub gives: BTreeMap<String, Value>,
}

impl Mapping {
    /// The attributes that are read; all others are dropped where the file is read.
    pub fn wanted(&self) -> BTreeSet<&str> {
        let mut wanted: BTreeSet<&str> = ["arn", "id", "tags", "tags_all", "region", "owner_id"].into();
        wanted.extend(self.reads.iter().chain(&self.name).map(|name| first(name)));
        let own = |by: &&Part| !by.by.contains('{');
        wanted.extend(self.part.iter().filter(own).map(|part| first(&part.by)));
        let rows = || self.rows.iter().chain(self.part.iter().flat_map(|part| part.rows.iter().flatten()));
        let texts = rows().flat_map(|row| [&row.default, &row.unset]).filter_map(|text| text.as_ref()?.as_str());
        let texts = texts.chain(self.id.iter().chain(&self.name).chain(self.part.iter().map(|part| &part.by)).map(ArcStr::as_str));
        wanted.extend(texts.flat_map(holes).filter(|hole| !["account", "region", "partition"].contains(hole)).map(first));
        rows().for_each(|row| row.reads(true, &mut wanted));
        wanted
    }

    /// Whether name or id hang on another resource of the file.
    pub fn hangs(&self) -> bool {
        self.id.iter().chain(&self.name).any(|text| text.contains('>'))
    }
}

impl Row {
    /// The attributes of the resource that a row reads: inside `each`, those that begin with `^`.
    fn reads<'a>(&'a self, outside: bool, wanted: &mut BTreeSet<&'a str>) {
        for path in [Some(&self.from), self.when.as_ref().map(|when| &when.attribute)].into_iter().flatten() {
            match path.strip_prefix('^') {
                Some(root) => _ = wanted.insert(first(root)),
                None if outside => _ = wanted.insert(first(path)),
                None => {}
            }
        }
        self.each.iter().flatten().for_each(|row| row.reads(false, wanted));
        self.items.iter().flatten().flatten().for_each(|row| row.reads(outside, wanted));
    }
}

/// The attributes that a text names in braces.
pub fn holes(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}

fn first(path: &str) -> &str {
    path.split(['.', ':', '>']).next().unwrap_or(path)
}

fn yes() -> bool {
    true
}

fn truth() -> Vec<Value> {
    vec![Value::Bool(true)]
}

fn even_null<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

fn one_or_many<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written<T> {
        One(T),
        Many(Vec<T>),
    }
    Ok(match Written::deserialize(from)? {
        Written::One(one) => vec![one],
        Written::Many(many) => many,
    })
}

impl<'de> Deserialize<'de> for To {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text == "." {
            return Ok(Self(Vec::new()));
        }
        let path: Path = text.parse().map_err(serde::de::Error::custom)?;
        let keys = path.steps().iter().map(|step| match step {
            Step::Key(key) => Ok(key.clone()),
            Step::Index(_) | Step::Every | Step::Item(..) => {
                Err(serde::de::Error::custom(format!("{text}: `to` holds no lists; write `each`")))
            }
        });
        Ok(Self(keys.collect::<Result<_, _>>()?))
    }
}
