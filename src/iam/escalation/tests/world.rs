//! Accounts as tests write them.

use crate::iam::escalation::{self, Escalations};
use crate::model::catalogue::Catalogue;
use crate::model::resource::ResourceRecord;
use crate::model::{Coverage, Interner, Resource};
use serde_json::{Value, json};

pub const ACCOUNT: &str = "111122223333";

/// The ARN of something of IAM.
pub fn arn(kind: &str, name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{kind}/{name}")
}

/// A document of these statements.
pub fn policy(statements: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// A statement that allows.
pub fn allow(actions: &[&str], resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": resource})
}

/// A statement that denies.
pub fn deny(actions: &[&str], resource: &str) -> Value {
    json!({"Effect": "Deny", "Action": actions, "Resource": resource})
}

/// The policy of an administrator.
pub fn admin() -> Value {
    policy(json!([allow(&["*"], "*")]))
}

/// A trust policy for a service.
pub fn service(name: &str) -> Value {
    policy(json!([{"Effect": "Allow", "Principal": {"Service": name}, "Action": "sts:AssumeRole"}]))
}

/// A trust policy for principals of AWS.
pub fn trusting(principal: &str) -> Value {
    policy(json!([{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}]))
}

/// An account.
#[derive(Clone, Default)]
pub struct World(Vec<Value>);

impl World {
    pub fn resource(mut self, kind: &str, id: &str, name: &str, properties: Value) -> Self {
        self.0.push(json!({"id": id, "type": kind, "name": name, "account": ACCOUNT, "region": "global", "properties": properties}));
        self
    }

    /// A user with an inline policy.
    pub fn user(self, name: &str, document: Value) -> Self {
        self.user_with(name, json!({"Policies": [{"PolicyName": "own", "PolicyDocument": document}]}))
    }

    pub fn user_with(self, name: &str, properties: Value) -> Self {
        self.resource("AWS::IAM::User", &arn("user", name), name, filled(json!({"UserName": name, "Groups": []}), properties))
    }

    /// A role with an inline policy.
    pub fn role(self, name: &str, trust: Value, document: Value) -> Self {
        self.role_with(name, trust, json!({"Policies": [{"PolicyName": "own", "PolicyDocument": document}]}))
    }

    pub fn role_with(self, name: &str, trust: Value, properties: Value) -> Self {
        let base = json!({"RoleName": name, "AssumeRolePolicyDocument": trust});
        self.resource("AWS::IAM::Role", &arn("role", name), name, filled(base, properties))
    }

    pub fn group(self, name: &str, document: Value) -> Self {
        let properties =
            json!({"GroupName": name, "ManagedPolicyArns": [], "Policies": [{"PolicyName": "own", "PolicyDocument": document}]});
        self.resource("AWS::IAM::Group", &arn("group", name), name, properties)
    }

    pub fn managed(self, name: &str, document: Value) -> Self {
        self.resource("AWS::IAM::ManagedPolicy", &arn("policy", name), name, json!({"ManagedPolicyName": name, "PolicyDocument": document}))
    }

    /// Changes the resource that was added last.
    pub fn also(mut self, key: &str, value: Value) -> Self {
        self.0.last_mut().unwrap()[key] = value;
        self
    }

    pub fn find(&self) -> Escalations {
        let (catalogue, interner) = (Catalogue::default(), Interner::new());
        let record = |value: &Value| serde_json::from_value::<ResourceRecord>(value.clone()).unwrap();
        let resources: Vec<Resource> = self.0.iter().map(|value| Resource::from_record(&record(value), &catalogue, &interner)).collect();
        escalation::find(&resources, &Coverage::default())
    }

    /// The ids of the ways by which a principal becomes an administrator.
    pub fn ways_of(&self, kind: &str, name: &str) -> Vec<&'static str> {
        let arn = arn(kind, name);
        let mut ids: Vec<&str> = self.find().chains.iter().filter(|chain| chain.principal == arn).map(|chain| chain.path_id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

fn filled(mut base: Value, more: Value) -> Value {
    for (key, value) in [("Policies", json!([])), ("ManagedPolicyArns", json!([])), ("Path", json!("/"))] {
        base[key] = value;
    }
    for (key, value) in more.as_object().unwrap() {
        base[key] = value.clone();
    }
    base
}
