//! A small world for the tests: two types, a few functions, one table.

use crate::evaluate::expr::{self, Demand, Fault, Functions, Guarantees, Program, Scope, Subject};
use crate::model::call::Place;
use crate::model::catalogue::{Catalogue, FieldType};
use crate::model::coverage::{Outcome, ScopeRow};
use crate::model::function::{Function, Kind, Parameter};
use crate::model::inventory::{Facts, Known};
use crate::model::{Coverage, Gap, GapKind, Interner, Inventory, Resource, ResourceType, Value};
use arcstr::ArcStr;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

pub const TABLE: &str = "AWS::DynamoDB::Table";
pub const GROUP: &str = "AWS::Logs::LogGroup";
pub const ROLE: &str = "AWS::IAM::Role";
/// In every pass: nothing lists it.
pub const PLACE: &str = "Ledgerline::Region";

pub struct World {
    pub catalogue: Catalogue,
    pub params: BTreeMap<ArcStr, FieldType>,
    pub functions: Functions,
    pub guaranteed: Guarantees,
    pub resource_type: ResourceType,
}

static LIBRARY: &[Function] = &[
    Function {
        name: "lib.words",
        parameters: &[Parameter { name: "text", kind: Kind::String }],
        returns: Kind::List(&Kind::Object(&[("word", Kind::String)])),
        help: "The words of a text.",
        call: words,
    },
    Function {
        name: "lib.count",
        parameters: &[Parameter { name: "of", kind: Kind::Any }],
        returns: Kind::Int,
        help: "How many entries a map has.",
        call: count,
    },
    Function { name: "lib.unsure", parameters: &[], returns: Kind::Bool, help: "Never knows.", call: unsure },
];

fn words(arguments: &[Value]) -> Result<Value, Gap> {
    let interner = Interner::new();
    let text = arguments[0].as_str().unwrap_or_default();
    Ok(Value::List(text.split(' ').map(|word| Value::map([("word".into(), Value::str(word))], &interner)).collect()))
}

fn count(arguments: &[Value]) -> Result<Value, Gap> {
    Ok(Value::Int(arguments[0].as_map().map_or(0, |map| i64::try_from(map.len()).unwrap())))
}

fn unsure(_: &[Value]) -> Result<Value, Gap> {
    Err(Gap::new(GapKind::Undecidable, "cannot be decided"))
}

pub fn world() -> World {
    let types = json!([
        {"type": TABLE, "listing": "dynamodb:ListTables", "tags": "tag:GetResources", "calls": [],
         "properties": {"type": "object", "fields": {
            "TableName": {"type": "string", "always": true},
            "BillingMode": {"type": "string", "always": true, "values": ["PAY_PER_REQUEST", "PROVISIONED"]},
            "TableClass": {"type": "string"},
            "DeletionProtectionEnabled": {"type": "bool", "always": true},
            "Units": {"type": "int", "always": true},
            "Ratio": {"type": "double", "always": true},
            "Price": {"type": "decimal", "always": true},
            "CreatedAt": {"type": "timestamp", "always": true},
            "TimeToLiveSpecification": {"type": "object", "call": "dynamodb:DescribeTimeToLive", "fields": {
                "Enabled": {"type": "bool", "always": true}, "AttributeName": {"type": "string"}}},
            "Names": {"type": "list", "always": true, "items": {"type": "string"}},
            "Modes": {"type": "list", "always": true, "items": {"type": "string", "values": ["A", "B"]}},
            "Indexes": {"type": "list", "always": true, "items": {"type": "object", "fields": {
                "IndexName": {"type": "string", "always": true}, "Reads": {"type": "int"},
                "Keys": {"type": "list", "always": true, "items": {"type": "string"}}}}},
            "Labels": {"type": "map", "always": true, "items": {"type": "string"}},
            "Document": {"type": "any", "always": true},
            "Extra": {"type": "any"},
         }},
         "state": {"type": "object", "fields": {"ItemCount": {"type": "int", "always": true, "call": "dynamodb:DescribeTable"}}}},
        {"type": GROUP, "listing": "logs:DescribeLogGroups", "calls": [],
         "properties": {"type": "object", "fields": {"RetentionInDays": {"type": "int"}, "Class": {"type": "string", "always": true}}}},
        {"type": ROLE, "reach": "global", "listing": "iam:ListRoles", "calls": [],
         "properties": {"type": "object", "fields": {"RoleName": {"type": "string", "always": true}}}},
        {"type": PLACE, "properties": {"type": "object", "fields": {"RegionName": {"type": "string", "always": true}}}},
    ]);
    let params = json!({"days": {"type": "int"}, "names": {"type": "list", "items": {"type": "any"}}, "mode": {"type": "string"}});
    World {
        catalogue: Catalogue::new(serde_json::from_value::<Vec<_>>(types).unwrap()),
        params: serde_json::from_value(params).unwrap(),
        functions: Functions::new([LIBRARY]),
        guaranteed: Guarantees::default(),
        resource_type: TABLE.into(),
    }
}

impl World {
    pub fn scope(&self, demand: Demand) -> Scope<'_> {
        Scope {
            catalogue: &self.catalogue,
            resource_type: &self.resource_type,
            params: &self.params,
            functions: &self.functions,
            guaranteed: &self.guaranteed,
            demand,
            each: None,
        }
    }

    pub fn compile(&self, source: &str) -> Result<Program, Vec<Fault>> {
        expr::compile(source, &self.scope(Demand::Anything))
    }

    pub fn table(&self) -> Resource {
        let record = json!({
            "id": "arn:aws:dynamodb:us-east-1:111111111111:table/orders", "type": TABLE, "name": "orders",
            "account": "111111111111", "region": "us-east-1",
            "tags": {"Owner": "shop", "cost-center": "42"},
            "properties": {
                "TableName": "orders", "BillingMode": "PROVISIONED", "DeletionProtectionEnabled": true, "Units": 5, "Ratio": 0.5,
                "Price": "0.1", "CreatedAt": "2026-01-01T00:00:00Z",
                "TimeToLiveSpecification": {"Enabled": true},
                "Names": ["a", "b"], "Modes": ["A"],
                "Indexes": [{"IndexName": "one", "Reads": 1, "Keys": ["k"]}, {"IndexName": "two", "Keys": []}],
                "Labels": {"x": "1"},
                "Document": {"Statement": [{"Effect": "Allow", "Action": "*"}], "n": 7, "nothing": null, "text": "some words here"},
            },
            "state": {"ItemCount": 3},
        });
        Resource::from_record(&serde_json::from_value(record).unwrap(), &self.catalogue, &Interner::new())
    }

    pub fn other(&self, resource_type: &str, name: &str, region: &str, properties: serde_json::Value) -> Resource {
        let record = json!({
            "id": format!("{resource_type}/{region}/{name}"), "type": resource_type, "name": name,
            "account": "111111111111", "region": region, "properties": properties,
        });
        Resource::from_record(&serde_json::from_value(record).unwrap(), &self.catalogue, &Interner::new())
    }

    /// The value of an expression over the table.
    pub fn eval(&self, source: &str) -> Value {
        self.over(source, &self.table())
    }

    /// The value of an expression over a resource.
    pub fn over(&self, source: &str, resource: &Resource) -> Value {
        let program = self.compile(source).unwrap_or_else(|faults| panic!("{source}: {faults:?}"));
        let (inventory, environment, params) = (Inventory::default(), Known::Is("production".into()), params());
        let subject = Subject::new(resource, &environment, &inventory, &self.catalogue, now());
        let value = program.eval(&subject.frame(&params));
        let traced = program.trace(&subject.frame(&params)).value.unwrap();
        assert_eq!((traced.to_json(), traced.as_gap().is_some()), (value.to_json(), value.as_gap().is_some()), "the trace of {source}");
        value
    }

    /// The value of an expression over the first resource of an inventory.
    pub fn among(&self, source: &str, resources: Vec<Resource>, relations: &[(usize, usize)], coverage: Coverage) -> Value {
        let program = self.compile(source).unwrap_or_else(|faults| panic!("{source}: {faults:?}"));
        let facts = resources.iter().map(|_| Facts { environment: Known::None, owner: Known::None }).collect();
        let inventory = Inventory::new(resources, facts, relations, coverage);
        let params = params();
        let subject = Subject::at(&inventory, 0, &self.catalogue, now()).unwrap();
        program.eval(&subject.frame(&params))
    }
}

pub fn params() -> Value {
    Value::from_json(&json!({"days": 30, "names": ["orders", "x"], "mode": "PROVISIONED"}), &Interner::new())
}

pub fn now() -> chrono::DateTime<chrono::Utc> {
    "2026-11-23T00:00:00Z".parse().unwrap()
}

pub fn denied() -> Arc<Gap> {
    Arc::new(Gap {
        kind: GapKind::Denied,
        call: Some("dynamodb:DescribeTable".into()),
        permission: Some("dynamodb:DescribeTable".into()),
        detail: "denied".into(),
    })
}

/// A row of coverage for a listing.
pub fn row(resource_type: &str, call: &str, region: &str, outcome: Outcome) -> ScopeRow {
    let place = Place { account: "111111111111".into(), region: region.into() };
    ScopeRow {
        account: place.account,
        region: place.region,
        resource_type: resource_type.into(),
        call: call.into(),
        outcome,
        resources: 0,
        reason: Some("as said".into()),
        permission: None,
    }
}

/// The kind of gap that a value is; none where it is none.
pub fn gap(value: &Value) -> Option<GapKind> {
    value.as_gap().map(|gap| gap.kind)
}
