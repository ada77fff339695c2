//! What a pass would ask AWS, and what of it costs money: `audit --dry-run` and `cost plan`. Nothing is asked here.

use super::parts::{self, Parts, Selection};
use super::{Exit, Failure, output};
use crate::audit::{self, Plan};
use crate::cost::plan::{COST_EXPLORER_PAGES, COST_EXPLORER_REQUEST, Plan as Priced, PlannedRequest, plan as priced};
use crate::model::catalogue::{CallSpec, Each};
use crate::model::ledger::Month;
use crate::model::needs::Needs;
use crate::model::{AccountId, CallId, Money, ResourceType};
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What tables consumed.
const METRICS: &str = "cloudwatch:GetMetricData";

/// What an audit of the selected rules needs, as `audit::run` works it out.
pub fn needs(parts: &Parts, selection: &Selection) -> Needs {
    audit::needs(&Plan { rules: &selection.rules, ..parts.plan() })
}

/// Prints the calls and the price of the paid ones.
pub fn show(needs: &Needs, parts: &Parts, store: Option<&str>, live: bool) -> Result<Exit, Failure> {
    if !live {
        output::print("A recording is audited without asking AWS anything.\n")?;
        return Ok(Exit::Clean);
    }
    let mut text = calls(needs, parts);
    text.push('\n');
    text.push_str(&price(needs, parts, store)?);
    output::print(&text)?;
    Ok(Exit::Clean)
}

fn calls(needs: &Needs, parts: &Parts) -> String {
    let mut planned: BTreeMap<&CallId, (&CallSpec, Vec<&ResourceType>)> = BTreeMap::new();
    for (resource_type, calls) in needs.types() {
        for call in calls {
            if let Some(spec) = parts.catalogue.find(resource_type).and_then(|spec| spec.find_call(call)) {
                planned.entry(call).or_insert_with(|| (spec, Vec::new())).1.push(resource_type);
            }
        }
    }
    let regions = match parts.config.aws.regions.as_slice() {
        [] => "the SDK's own region".to_owned(),
        regions => regions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    let mut text = format!("Calls that an audit of {regions} would make:\n");
    let width = planned.keys().map(|call| call.as_str().len()).max().unwrap_or_default();
    for (call, (spec, types)) in &planned {
        let how_often = match spec.each {
            Each::Page => "once a page",
            Each::Resource => "once a resource",
            Each::Parent => "once a resource that it hangs on",
            Each::Account => "once an account",
        };
        let types: Vec<&str> = types.iter().map(|resource_type| resource_type.as_str()).collect();
        let paid = if spec.paid { ", paid" } else { "" };
        _ = writeln!(text, "  {:width$}  {how_often}{paid}: {}", call.as_str(), types.join(", "));
    }
    if planned.is_empty() {
        text.push_str("  none: no loaded rule reads anything\n");
    }
    text
}

/// The paid calls among the needed ones, what they cost at most, and whether they would be made.
pub fn price(needs: &Needs, parts: &Parts, store: Option<&str>) -> Result<String, Failure> {
    let cost = parts.config.cost;
    let wants = |of: &str, call: &str| needs.wants(of, call);
    let questions = questions(&wants, &parts.config.cost_tags.0);
    let metrics = wants("AWS::DynamoDB::Table", METRICS);
    if questions.is_empty() && !metrics {
        return Ok("No loaded rule needs a call that AWS charges for.\n".to_owned());
    }
    let mut text = String::new();
    let fits = questions.is_empty() || explorer(&questions, parts, &mut text)?.fits(cost.monthly_cap_usd);
    if metrics {
        _ = writeln!(text, "Metrics of CloudWatch, which charges 0.01 USD for a thousand, once a day and region, within the same cap:");
        _ = writeln!(text, "  {METRICS:28}  two of each table and global index, four where capacity is provisioned");
    }
    let spent = spent(parts, store)?;
    _ = match (cost.enabled, spent) {
        (false, _) => writeln!(text, "They are off: cost.enabled is false, and rules that need them judge nothing."),
        (true, None) => writeln!(text, "They are refused: no store is named that would remember what they cost (--store, or store.url)."),
        (true, Some(spent)) => {
            writeln!(text, "The month's cap is {} USD, of which {spent} USD are spent; what is beyond it is refused.", cost.monthly_cap_usd)
        }
    };
    if cost.enabled && !fits {
        _ = writeln!(text, "A month of such days may reach the cap; as a rule an answer has one page.");
    }
    Ok(text)
}

/// Writes the questions to Cost Explorer, and what they cost at most.
fn explorer(questions: &[Question], parts: &Parts, text: &mut String) -> Result<Priced, Failure> {
    let cost = parts.config.cost;
    let accounts: Vec<AccountId> = match parts.config.aws.accounts.as_slice() {
        [] => vec![AccountId::from("the account of the credentials")],
        accounts => accounts.iter().map(|account| account.id.clone()).collect(),
    };
    let day = cost.requests_of_a_day(parts.payers());
    let requests = accounts.iter().map(|account| PlannedRequest {
        account: account.clone(),
        call: "ce:*".into(),
        what: arcstr::literal!("all questions of a day"),
        price: COST_EXPLORER_REQUEST,
        pages: day.min(u32::try_from(questions.len()).unwrap_or(u32::MAX).saturating_mul(COST_EXPLORER_PAGES)),
    });
    let plan = priced(requests.collect()).context("cannot price the plan")?;
    _ = writeln!(text, "Questions to Cost Explorer, which charges {COST_EXPLORER_REQUEST} USD for each page of an answer:");
    for Question { call, what, how_often } in questions {
        _ = writeln!(text, "  {call:28}  {how_often:13}  {what}");
    }
    _ = writeln!(
        text,
        "At most {day} requests a day (UTC) and account, pages included; what does not fit waits its turn and says its age."
    );
    for line in &plan.lines {
        let request = &line.request;
        _ = writeln!(
            text,
            "  {}: at most {} requests, {} USD a day, {} USD a month",
            request.account, request.pages, line.each, line.month
        );
    }
    _ = writeln!(text, "Together at most {} USD a day and {} USD a month.", plan.each, plan.month);
    if day < cost.requests_a_day {
        _ = writeln!(
            text,
            "cost.requests_a_day is {}, but a month of so many would cost more than cost.monthly_cap_usd: {day} are made.",
            cost.requests_a_day
        );
    }
    Ok(plan)
}

/// A question that is asked of Cost Explorer.
struct Question {
    call: &'static str,
    what: String,
    how_often: &'static str,
}

/// The questions that the rules need, in the order in which they are asked.
fn questions(wants: &dyn Fn(&str, &str) -> bool, tags: &[arcstr::ArcStr]) -> Vec<Question> {
    const USAGE: &str = "ce:GetCostAndUsage";
    let ask = |call, what: &str, how_often| Question { call, what: what.to_owned(), how_often };
    let (months, tagged) = (wants("Ledgerline::Cost::Month", USAGE), wants("Ledgerline::Cost::TagKey", USAGE));
    let mut questions = Vec::new();
    let by_service = ["Ledgerline::Cost::ServiceMonth", "Ledgerline::Cost::ServiceTrend"];
    if months || tagged || by_service.iter().any(|of| wants(of, USAGE)) {
        questions.push(ask(USAGE, "the bill by service and record type", "every day"));
    }
    if months {
        questions.push(ask(USAGE, "its total, which all groups must add up to", "every day"));
        questions.push(ask(USAGE, "by linked account and service", "every day"));
    }
    if wants("Ledgerline::Cost::Month", "ce:GetCostForecast") {
        questions.push(ask("ce:GetCostForecast", "AWS's forecast of the month's end", "every day"));
    }
    if wants("AWS::CE::AnomalyMonitor", "ce:GetAnomalyMonitors") {
        questions.push(ask("ce:GetAnomalyMonitors", "the monitors of AWS Cost Anomaly Detection", "every day"));
    }
    if wants("Ledgerline::Cost::Anomaly", "ce:GetAnomalies") {
        questions.push(ask("ce:GetAnomalies", "what AWS Cost Anomaly Detection told of the last 31 days", "every day"));
    }
    if wants("Ledgerline::Cost::TagKey", "ce:ListCostAllocationTags") {
        questions.push(ask("ce:ListCostAllocationTags", "which tag keys are activated", "every 6 days"));
    }
    if tagged {
        questions.extend(tags.iter().map(|key| ask(USAGE, &format!("what was used, by tag {key} and service"), "in turn")));
    }
    if months {
        questions.push(ask(USAGE, "by linked account and record type", "in turn"));
        questions.push(ask(USAGE, "by service and region", "in turn"));
    }
    questions
}

/// What this month's paid calls did cost; nothing where no store is named. A plan does not make a store that is not there.
fn spent(parts: &Parts, store: Option<&str>) -> Result<Option<Money>, Failure> {
    let url = store.or(parts.config.store.url.as_deref());
    let file = url.and_then(|url| url.strip_prefix("sqlite://"));
    if file.is_some_and(|file| !std::path::Path::new(file).exists()) {
        return Ok(Some(Money::ZERO));
    }
    parts::block_on(async {
        let Some(store) = parts.store(store).await? else { return Ok(None) };
        let spent = store.paid_spent(Month::at(parts::now())).await?;
        store.close().await;
        Ok(Some(spent))
    })
}
