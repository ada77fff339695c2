//! `/findings`: what fails, narrowed by a form, sorted by the database, page by page.

use super::address;
use super::asked::Asked;
use super::component::{age, clipped, counted, name, nothing, number, rule, severity, standing, text, usd};
use super::layout::{Document, Page, Section};
use super::refusal::Refusal;
use super::viewer::Viewer;
use crate::daemon::Daemon;
use crate::model::finding::{Finding, FindingStatus};
use crate::model::rule::{Pillar, Severity};
use crate::model::snapshot::Snapshot;
use crate::model::value::Time;
use crate::store::{FindingFilter, FindingOrder, PageRequest};
use axum::extract::State;
use maud::{Markup, html};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Findings on a page.
const ON_A_PAGE: u32 = 50;

const FIELDS: [&str; 12] = ["account", "cursor", "owner", "pillar", "q", "region", "rule", "seen", "severity", "sort", "status", "type"];

/// What was asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    filter: FindingFilter,
    /// Whether statuses were chosen, or are those that are shown unasked.
    chosen: bool,
    order: FindingOrder,
    cursor: Option<String>,
    /// How many findings the pages before had; only for the count at the foot.
    seen: u64,
}

impl Wish {
    fn read(mut asked: Asked) -> Result<Self, Refusal> {
        let statuses: Vec<FindingStatus> = asked.words("status")?;
        let chosen = !statuses.is_empty();
        let filter = FindingFilter {
            // What is over is seldom looked for, and what is waived was looked at.
            statuses: if chosen { statuses } else { vec![FindingStatus::Open, FindingStatus::Stale] },
            severities: asked.words("severity")?,
            pillars: asked.words("pillar")?,
            rules: asked.texts("rule").into_iter().map(Into::into).collect(),
            accounts: asked.texts("account").into_iter().map(Into::into).collect(),
            regions: asked.texts("region").into_iter().map(Into::into).collect(),
            types: asked.texts("type").into_iter().map(Into::into).collect(),
            owners: asked.texts("owner"),
            resource: None,
            text: asked.text("q"),
        };
        let order = asked.word("sort")?.unwrap_or(FindingOrder::Severity);
        let seen = asked.text("seen").and_then(|seen| seen.parse().ok()).unwrap_or(0);
        let wish = Self { filter, chosen, order, cursor: asked.text("cursor"), seen };
        asked.finish(&FIELDS)?;
        Ok(wish)
    }

    /// The query that asks for the same from the first page on.
    fn pairs(&self) -> Vec<(&'static str, String)> {
        fn each<'a, T: ToString + 'a>(key: &'static str, values: &'a [T]) -> impl Iterator<Item = (&'static str, String)> + 'a {
            values.iter().map(move |value| (key, value.to_string()))
        }
        let filter = &self.filter;
        let statuses: &[FindingStatus] = if self.chosen { &filter.statuses } else { &[] };
        let pairs = each("status", statuses)
            .chain(each("severity", &filter.severities))
            .chain(each("pillar", &filter.pillars))
            .chain(each("rule", &filter.rules))
            .chain(each("account", &filter.accounts))
            .chain(each("region", &filter.regions))
            .chain(each("type", &filter.types))
            .chain(each("owner", &filter.owners))
            .chain(filter.text.iter().map(|part| ("q", part.clone())));
        let sort = (self.order != FindingOrder::Severity).then(|| ("sort", self.order.to_string()));
        pairs.chain(sort).collect()
    }
}

/// The page.
pub async fn list(viewer: Viewer, State(daemon): State<Arc<Daemon>>, asked: Asked) -> Result<Document, Refusal> {
    let wish = Wish::read(asked)?;
    let store = daemon.store();
    let page = store.findings_by(wish.order, &wish.filter, &PageRequest::new(ON_A_PAGE, wish.cursor.clone())).await?;
    // Where all of it is on this page, nothing has to be counted.
    let count = match (&wish.cursor, &page.next) {
        (None, None) => page.items.len() as u64,
        _ => store.count_findings(&wish.filter).await?,
    };
    let snapshot = store.snapshot().await?.unwrap_or_default();
    let body = html! {
        (narrow(&wish, &snapshot))
        @if page.items.is_empty() { (nothing(if count == 0 { "No finding matches." } else { "That was the last page." })) }
        @else {
            (table(&page.items, daemon.now(), Some(&wish)))
            (foot(&wish, page.items.len() as u64, count, page.next.as_deref()))
        }
    };
    let lead = html! { p { (counted(count, "finding", "findings")) @if !wish.chosen { ", waived and resolved ones left out" } } };
    Ok(Page { title: "Findings", section: Some(Section::Findings), lead: Some(lead), body, refresh: None }.render(&viewer))
}

fn narrow(wish: &Wish, snapshot: &Snapshot) -> Markup {
    let filter = &wish.filter;
    let accounts: BTreeSet<&str> = snapshot.resources.iter().map(|(account, ..)| account.as_str()).collect();
    let regions: BTreeSet<&str> = snapshot.resources.iter().map(|(_, region, ..)| region.as_str()).collect();
    let types: BTreeSet<&str> = snapshot.resources.iter().map(|(_, _, resource_type, _)| resource_type.as_str()).collect();
    let chosen = |status: &FindingStatus| filter.statuses.contains(status);
    html! {
        form.narrow method="get" action="/findings" role="search" aria-label="Narrow the list" {
            div.field.grow { label for="q" { "Text" } input type="search" id="q" name="q" value=[filter.text.as_deref()] placeholder="message, rule or resource"; }
            fieldset { legend { "Status" }
                @for status in FindingStatus::ALL {
                    label.tick { input type="checkbox" name="status" value=(status) checked[chosen(status)]; (status) }
                }
            }
            fieldset { legend { "Severity" }
                @for one in Severity::ALL.iter().rev() {
                    label.tick { input type="checkbox" name="severity" value=(one) checked[filter.severities.contains(one)]; (one) }
                }
            }
            (select("pillar", "Pillar", Pillar::ALL.iter().map(|pillar| pillar.as_str()), filter.pillars.first().map(|pillar| pillar.as_str())))
            (select("type", "Type", types.into_iter(), filter.types.first().map(|one| one.as_str())))
            (select("account", "Account", accounts.into_iter(), filter.accounts.first().map(|one| one.as_str())))
            (select("region", "Region", regions.into_iter(), filter.regions.first().map(|one| one.as_str())))
            div.field { label for="rule" { "Rule" } input type="text" id="rule" name="rule" value=[filter.rules.first().map(|one| one.as_str())]; }
            div.field { label for="owner" { "Owner" } input type="text" id="owner" name="owner" value=[filter.owners.first()]; }
            div.field { label for="sort" { "Sort by" }
                select id="sort" name="sort" {
                    @for (order, word) in ORDERS { option value=(order) selected[wish.order == order] { (word) } }
                }
            }
            div.act { button type="submit" { "Show" } a href="/findings" { "Reset" } }
        }
    }
}

const ORDERS: [(FindingOrder, &str); 4] = [
    (FindingOrder::Severity, "severity"),
    (FindingOrder::Age, "age"),
    (FindingOrder::Savings, "savings"),
    (FindingOrder::Account, "account and type"),
];

/// A choice of one value, or of any. A value that nothing has now stays chosen: the list is then empty for a reason.
pub fn select<'a>(key: &str, label: &str, values: impl Iterator<Item = &'a str>, chosen: Option<&str>) -> Markup {
    let mut values: Vec<&str> = values.collect();
    values.extend(chosen.filter(|chosen| !values.contains(chosen)).map(|_| ""));
    html! {
        div.field { label for=(key) { (label) }
            select id=(key) name=(key) {
                option value="" { "any" }
                @for value in values.iter().filter(|value| !value.is_empty()) {
                    option value=(value) selected[chosen == Some(*value)] { (text(value)) }
                }
                @if let Some(chosen) = chosen.filter(|chosen| !values.contains(chosen)) { option value=(chosen) selected { (text(chosen)) } }
            }
        }
    }
}

/// A table of findings; sorted by the heads of its columns where it is the list itself.
pub fn table(findings: &[Finding], now: Time, wish: Option<&Wish>) -> Markup {
    let head = |order: FindingOrder, word: &str| {
        let sorted = wish.map(|wish| (wish, wish.order == order));
        html! {
            @match sorted {
                Some((_, true)) => { th scope="col" role="columnheader" aria-sort=(if order == FindingOrder::Age { "ascending" } else { "descending" }) { (word) } }
                Some((wish, false)) => {
                    th scope="col" role="columnheader" {
                        a href=(address::with_query("/findings", Wish { order, cursor: None, ..wish.clone() }.pairs())) { (word) }
                    }
                }
                None => { th scope="col" role="columnheader" { (word) } }
            }
        }
    };
    // A column in which nothing stands is left out.
    let owners = findings.iter().any(|finding| finding.owner.is_some());
    let savings = findings.iter().any(|finding| finding.monthly_savings_usd.is_some())
        || wish.is_some_and(|wish| wish.order == FindingOrder::Savings);
    html! {
        table.cards role="table" {
            caption.sr { "Findings" }
            thead role="rowgroup" {
                tr role="row" {
                    (head(FindingOrder::Severity, "Severity"))
                    th scope="col" role="columnheader" { "Finding" }
                    th scope="col" role="columnheader" { "Resource" }
                    (head(FindingOrder::Account, "Where"))
                    @if owners { th scope="col" role="columnheader" { "Owner" } }
                    (head(FindingOrder::Age, "Age"))
                    @if savings { (head(FindingOrder::Savings, "Saves a month")) }
                }
            }
            tbody role="rowgroup" { @for finding in findings { (row(finding, now, owners, savings)) } }
        }
    }
}

fn row(finding: &Finding, now: Time, owners: bool, savings: bool) -> Markup {
    html! {
        tr role="row" {
            td role="cell" data-label="Severity" { (severity(finding.severity)) }
            td.main role="cell" data-label="Finding" {
                a href=(address::path(&["findings", finding.fingerprint.as_str()])) { (clipped(&finding.message, 240)) }
                div.under { (rule(&finding.rule)) @if finding.status != FindingStatus::Open { (standing(finding.status)) } }
            }
            td.what role="cell" data-label="Resource" {
                (clipped(&finding.resource_name, 80))
                div.under { (text(finding.resource_type.as_str())) @if let Some(part) = &finding.sub_key { " · " (clipped(part, 60)) } }
            }
            td.where role="cell" data-label="Where" { (text(finding.region.as_str())) div.under { (text(finding.account.as_str())) } }
            @if owners { td role="cell" data-label="Owner" { @if let Some(owner) = &finding.owner { (clipped(owner, 40)) } @else { span.absent { "nobody" } } } }
            td.num role="cell" data-label="Age" { (age(finding.first_seen, now)) }
            @if savings { td.num role="cell" data-label="Saves a month" { @if let Some(saving) = finding.monthly_savings_usd { (usd(saving)) } @else { span.absent { "–" } } } }
        }
    }
}

fn foot(wish: &Wish, here: u64, count: u64, next: Option<&str>) -> Markup {
    let last = wish.seen.saturating_add(here);
    html! {
        nav.pager aria-label="Pages of the list" {
            span { (number(wish.seen.saturating_add(1).min(last))) "–" (number(last)) " of " (number(count.max(last))) }
            @if wish.cursor.is_some() { a href=(address::with_query("/findings", wish.pairs())) { "First page" } }
            @if let Some(next) = next {
                @let more = [("cursor", next.to_owned()), ("seen", last.to_string())];
                a.next rel="next" href=(address::with_query("/findings", wish.pairs().into_iter().chain(more))) { "Next page" }
            }
        }
    }
}

/// The list of what a rule, a resource or an account has, as a link.
pub fn link(label: &str, pairs: &[(&str, &str)]) -> Markup {
    html! { a href=(address::with_query("/findings", pairs.iter().copied())) { (name(label)) } }
}
