//! What the stand-in pretends to hold: as many tables, log groups, roles and functions as a test or a benchmark wants, alike
//! but for their names, and open to change before the server starts.

use super::cost_explorer::CostBook;
use super::last_accessed::Accessed;
use serde_json::{Value, json};

/// Everything that it answers from.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// Tables, sorted by name.
    pub tables: Vec<Table>,
    /// Log groups.
    pub log_groups: Vec<LogGroup>,
    /// Roles.
    pub roles: Vec<Role>,
    /// Functions.
    pub functions: Vec<Function>,
    /// What things cost.
    pub cost: CostBook,
    /// What roles used.
    pub accessed: Accessed,
}

/// How many of each.
#[derive(Clone, Copy, Debug, Default)]
pub struct Size {
    /// Tables.
    pub tables: usize,
    /// Log groups.
    pub log_groups: usize,
    /// Roles.
    pub roles: usize,
    /// Functions.
    pub functions: usize,
}

/// A table: on demand, encrypted with KMS, one index, TTL and PITR on, protected, tagged.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Joined over the description that `DescribeTable` gives; a null removes a key.
    pub description: Value,
    /// The TTL attribute; off where none.
    pub ttl: Option<String>,
    /// Whether point-in-time recovery is on.
    pub pitr: bool,
    /// Its resource policy.
    pub policy: Option<String>,
    /// Its tags; never tagged where empty.
    pub tags: Vec<(String, String)>,
}

/// A log group.
#[derive(Clone, Debug)]
pub struct LogGroup {
    /// Its name.
    pub name: String,
    /// Days; never expires where none.
    pub retention: Option<u32>,
    /// Its tags.
    pub tags: Vec<(String, String)>,
}

/// A role that Lambda may assume, with one inline policy.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// The inline policy's document as IAM sends it, before XML escapes it: percent-encoded.
    pub document: String,
    /// Its tags.
    pub tags: Vec<(String, String)>,
}

/// A function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Joined over the configuration that `ListFunctions` gives; a null removes a key.
    pub configuration: Value,
    /// Its resource policy.
    pub policy: Option<String>,
    /// Its tags.
    pub tags: Vec<(String, String)>,
}

impl World {
    /// So many of each, all of them as they should be.
    pub fn generated(size: Size) -> Self {
        let keys = ["Project", "Environment", "ManagedBy", "CostCenter", "Owner"];
        let tags = || keys.map(|key| (key.to_owned(), "ledgerline".to_owned())).to_vec();
        Self {
            tables: (0..size.tables).map(|number| Table { tags: tags(), ..Table::named(&format!("table-{number:05}")) }).collect(),
            log_groups: (0..size.log_groups)
                .map(|number| LogGroup { name: format!("/aws/lambda/function-{number:05}"), retention: Some(7), tags: tags() })
                .collect(),
            roles: (0..size.roles).map(|number| Role { tags: tags(), ..Role::named(&format!("role-{number:05}")) }).collect(),
            functions: (0..size.functions)
                .map(|number| Function { tags: tags(), ..Function::named(&format!("function-{number:05}")) })
                .collect(),
            cost: CostBook::default(),
            accessed: Accessed::default(),
        }
    }
}

impl Table {
    /// A table as it should be, without tags.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), description: json!({}), ttl: Some("ttl".to_owned()), pitr: true, policy: None, tags: Vec::new() }
    }
}

impl Role {
    /// A role with an inline policy that reads one table, without tags.
    pub fn named(name: &str) -> Self {
        let document = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "arn:aws:dynamodb:us-east-2:111122223333:table/one"}]});
        Self { name: name.to_owned(), document: percent_encoded(&document.to_string()), tags: Vec::new() }
    }
}

impl Function {
    /// A function as it should be, without tags.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), configuration: json!({}), policy: None, tags: Vec::new() }
    }
}

/// As IAM encodes its documents: RFC 3986, every reserved character, `+` not for a space.
pub fn percent_encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// `over` joined over `under`; a null removes a key.
pub fn joined(mut under: Value, over: &Value) -> Value {
    if let (Some(under), Some(over)) = (under.as_object_mut(), over.as_object()) {
        for (key, value) in over {
            if value.is_null() {
                under.remove(key);
            } else {
                under.insert(key.clone(), value.clone());
            }
        }
    }
    under
}
