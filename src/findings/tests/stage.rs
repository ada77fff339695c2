//! One rule over tables, and what a pass saw of them.

use crate::findings::{Reconcile, reconcile};
use crate::model::catalogue::{Catalogue, TypeSpec};
use crate::model::coverage::{Coverage, Outcome, ScopeRow};
use crate::model::finding::{Change, Finding, FindingStatus, Resolution};
use crate::model::report::{ResourceRef, ResultRow};
use crate::model::rule::{Pillar, Remedy, Severity};
use crate::model::run::PassScope;
use crate::model::value::Time;
use crate::model::verdict::{Status, fingerprint};
use crate::model::{AccountId, Region, ResourceId, ResourceType, RuleId};
use std::collections::BTreeSet;

pub const RULE: &str = "table-rule";
const ACCOUNT: &str = "111111111111";
const REGION: &str = "us-east-2";
const TYPE: &str = "AWS::DynamoDB::Table";
const LISTING: &str = "dynamodb:ListTables";

/// Hours after an hour when everything was known.
pub fn at(hours: i64) -> Time {
    "2026-11-23T00:00:00Z".parse::<Time>().unwrap() + chrono::TimeDelta::hours(hours)
}

fn id(table: &str) -> ResourceId {
    format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}").into()
}

/// A pass in the making: what it judged and what it could see. By default it could see all, and there are no tables.
#[derive(Debug)]
pub struct Stage {
    pub results: Vec<ResultRow>,
    pub coverage: Coverage,
    pub scope: PassScope,
    pub rules: BTreeSet<RuleId>,
    pub whole_rule_set: bool,
}

impl Default for Stage {
    fn default() -> Self {
        let stage = Self {
            results: Vec::new(),
            coverage: Coverage::default(),
            scope: PassScope::default(),
            rules: [RULE.into()].into(),
            whole_rule_set: true,
        };
        stage.call(LISTING, Outcome::Complete)
    }
}

impl Stage {
    fn call(mut self, call: &str, outcome: Outcome) -> Self {
        self.coverage.add(ScopeRow {
            account: ACCOUNT.into(),
            region: REGION.into(),
            resource_type: TYPE.into(),
            call: call.into(),
            outcome,
            resources: 0,
            reason: None,
            permission: None,
        });
        self
    }

    /// The rule judged a table.
    pub fn with(self, table: &str, status: Status) -> Self {
        self.with_part(table, None, status)
    }

    /// The rule judged a part of a table.
    pub fn with_part(mut self, table: &str, part: Option<&str>, status: Status) -> Self {
        self.results.push(row(Some(table), part, status));
        self
    }

    /// The listing broke off, and what is seen elsewhere is all there is.
    pub fn blind(mut self) -> Self {
        self.results.push(row(None, None, Status::Unknown));
        self.call(LISTING, Outcome::Denied)
    }

    /// The listing was complete, but a call after it was refused.
    pub fn detail_denied(self) -> Self {
        self.call("dynamodb:DescribeTable", Outcome::Denied)
    }

    pub fn without_coverage(self) -> Self {
        Self { coverage: Coverage::default(), ..self }
    }

    /// The configured set no longer has the rule.
    pub fn without_the_rule(self) -> Self {
        Self { rules: ["another-rule".into()].into(), ..self }
    }

    pub fn reconcile(&self, known: &[Finding]) -> Vec<Change> {
        let catalogue = catalogue();
        let cx = Reconcile {
            run: &"run-2".into(),
            now: at(2),
            scope: &self.scope,
            coverage: &self.coverage,
            catalogue: &catalogue,
            whole_rule_set: self.whole_rule_set,
            rules: self.rules.clone(),
            contracts: crate::model::contract::Judged { whole: true, ..Default::default() },
            details: |row| format!("details of {}", row.resource.name.as_deref().unwrap_or("nothing")).into(),
        };
        reconcile(known, &self.results, &cx)
    }
}

fn catalogue() -> Catalogue {
    let spec: TypeSpec =
        serde_saphyr::from_str(&format!("{{type: {TYPE}, listing: {LISTING}, properties: {{type: object, fields: {{}}}}}}")).unwrap();
    Catalogue::new([spec])
}

pub fn row(table: Option<&str>, part: Option<&str>, status: Status) -> ResultRow {
    let (account, region, resource_type) = (AccountId::from(ACCOUNT), Region::from(REGION), ResourceType::from(TYPE));
    let id = table.map(id);
    ResultRow {
        rule: RULE.into(),
        title: "Tables are as they should be".into(),
        pillar: Pillar::Security,
        severity: Severity::High,
        status,
        fingerprint: fingerprint(&RULE.into(), id.as_ref().map(ResourceId::as_str), (&account, &region, &resource_type), part),
        message: arcstr::format!("{} {status}s", table.unwrap_or("listing")),
        sub_key: part.map(Into::into),
        resource: ResourceRef {
            id,
            resource_type,
            name: table.map(Into::into),
            account,
            region,
            tags: serde_json::Value::Null.into(),
            owner: None,
            origin: None,
        },
        evidence: Vec::new(),
        gap: None,
        monthly_cost_usd: None,
        monthly_savings_usd: None,
        replacement: None,
        waiver: None,
        remedy: Remedy::default(),
        controls: std::sync::Arc::default(),
    }
}

/// A finding of a table as a pass of hour 0 opened it, and one of hour 1 left it.
pub fn known(table: &str, status: FindingStatus) -> Finding {
    known_part(table, None, status)
}

pub fn known_part(table: &str, part: Option<&str>, status: FindingStatus) -> Finding {
    let row = row(Some(table), part, Status::Fail);
    let opened = Stage { results: vec![row], ..Stage::default() }.reconcile(&[]).remove(0).finding;
    let is = |that| (status == that).then(|| at(1));
    Finding {
        status,
        first_seen: at(0),
        last_seen: at(0),
        stale_since: is(FindingStatus::Stale),
        resolved_at: is(FindingStatus::Resolved),
        resolution: (status == FindingStatus::Resolved).then_some(Resolution::Fixed),
        ..opened
    }
}
