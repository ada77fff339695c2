//! `/iam`: roles, users and policies by how bad their findings are, and what those findings say of excess and of chains.
//!
//! Only what findings carry is shown. An excess, a chain or a replacement that no rule has found is not drawn here as if it were known.

use super::address;
use super::chain;
use super::component::{code, counted, foldable, name, nothing, number, scrolled, severity, text};
use super::details::{self, Details};
use super::findings::link;
use super::layout::{Document, Page, Section};
use super::refusal::Refusal;
use super::replacement;
use super::viewer::Viewer;
use crate::daemon::Daemon;
use crate::model::finding::{Finding, FindingStatus};
use crate::model::rule::Severity;
use crate::model::{ResourceKey, ResourceType};
use crate::store::{FindingFilter, FindingOrder, PageRequest};
use axum::extract::State;
use maud::{Markup, html};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most findings that the page is made of.
const MOST: u32 = 1000;
/// Findings that are shown with what they say.
const MOST_TOLD: usize = 12;

/// One principal or policy with its findings.
#[derive(Debug)]
struct Subject<'a> {
    findings: Vec<&'a Finding>,
    worst: Severity,
    /// Patterns of actions that its proven replacements take away.
    excess: usize,
}

/// The page.
pub async fn show(viewer: Viewer, State(daemon): State<Arc<Daemon>>) -> Result<Document, Refusal> {
    let snapshot = daemon.store().snapshot().await?.unwrap_or_default();
    let mut types: Vec<ResourceType> = daemon.auditor().rules().iter().map(|rule| rule.resource.clone()).collect();
    types.extend(snapshot.resources.iter().map(|(_, _, resource_type, _)| resource_type.clone()));
    types.retain(|resource_type| resource_type.as_str().starts_with("AWS::IAM::"));
    types.sort();
    types.dedup();
    let filter = FindingFilter {
        types: if types.is_empty() { vec!["AWS::IAM::Role".into()] } else { types },
        statuses: vec![FindingStatus::Open, FindingStatus::Stale],
        ..FindingFilter::default()
    };
    let page = daemon.store().findings_by(FindingOrder::Severity, &filter, &PageRequest::new(MOST, None)).await?;
    let mut subjects: BTreeMap<ResourceKey, Subject<'_>> = BTreeMap::new();
    for finding in &page.items {
        let key = ResourceKey::of(&finding.account, &finding.region, &finding.resource_type, &finding.resource);
        let subject = subjects.entry(key).or_insert_with(|| Subject { findings: Vec::new(), worst: finding.severity, excess: 0 });
        subject.worst = subject.worst.max(finding.severity);
        subject.excess += replacement::excess(&Details::read(&finding.details));
        subject.findings.push(finding);
    }
    let mut sorted: Vec<(&ResourceKey, &Subject<'_>)> = subjects.iter().collect();
    sorted.sort_by_key(|(_, subject)| (Reverse(subject.worst), Reverse(subject.excess), Reverse(subject.findings.len())));
    let seen = snapshot.resources.iter().filter(|(_, _, resource_type, _)| resource_type.as_str().starts_with("AWS::IAM::"));
    let seen: u64 = seen.map(|(.., count)| *count).sum();
    let body = html! {
        section { h2 { "Roles, users and policies with findings" }
            @if sorted.is_empty() { (nothing("No open finding is about IAM. That says as much as the rules that were evaluated; see the audits for what could not be read.")) }
            @else { (scrolled("Roles, users and policies with findings", table(&sorted))) }
            @if page.next.is_some() { p { "The page counts the worst " (MOST) " findings only." } }
        }
        section { h2 { "What the worst of them say" }
            @for finding in page.items.iter().take(MOST_TOLD) { (told(finding)) }
            @if page.items.len() > MOST_TOLD { p { (link("All findings about roles", &[("type", "AWS::IAM::Role")])) } }
        }
    };
    let lead = html! {
        p { (counted(page.items.len() as u64, "open finding", "open findings")) " about " (counted(subjects.len() as u64, "identity or policy", "identities and policies"))
            " of " (number(seen)) " seen" }
    };
    Ok(Page { title: "IAM", section: Some(Section::Iam), lead: Some(lead), body, refresh: None }.render(&viewer))
}

fn table(subjects: &[(&ResourceKey, &Subject<'_>)]) -> Markup {
    html! {
        table {
            caption.sr { "Roles, users and policies with findings" }
            thead { tr { th scope="col" { "Name" } th scope="col" { "Worst" } th.num scope="col" title="patterns of actions that a proven replacement takes away" { "Excess" } th.num scope="col" { "Findings" } th scope="col" { "What is wrong" } } }
            tbody {
                @for (key, subject) in subjects {
                    @if let Some(first) = subject.findings.first() {
                        tr {
                            th scope="row" {
                                a href=(address::path(&["resources", key.as_str()])) { (foldable(&first.resource_name, 100)) }
                                div.under { (text(first.resource_type.as_str())) " · " (text(first.account.as_str())) }
                            }
                            td { (severity(subject.worst)) }
                            td.num { @if subject.excess == 0 { span.zero { "–" } } @else { (subject.excess) } }
                            td.num { (subject.findings.len()) }
                            td { @for finding in &subject.findings {
                                a.rule href=(address::path(&["findings", finding.fingerprint.as_str()])) { code { (text(finding.rule.as_str())) } } " "
                            } }
                        }
                    }
                }
            }
        }
    }
}

/// A finding with what it carries: the documents that were read, and a policy to put in the place of one where it names one.
fn told(finding: &Finding) -> Markup {
    let details = Details::read(&finding.details);
    html! {
        article.told {
            h3 { (severity(finding.severity)) " " a href=(address::path(&["findings", finding.fingerprint.as_str()])) { (foldable(&finding.message, 300)) } }
            (chain::drawn(&details.evidence))
            @if !details.evidence.is_empty() {
                dl.evidence {
                    @for one in details.evidence.iter().filter(|one| !chain::holds(one)) {
                        div { dt { code { (text(&one.path)) } }
                            dd {
                                (details::value(&one.observed))
                                @if !one.expected.is_null() { div.under { "expected: " } (details::value(&one.expected)) }
                            }
                        }
                    }
                }
            }
            (replacement::shown(&details, finding.fingerprint.as_str()))
            @if !details.remedy.text.is_empty() { p { strong { "Remedy. " } (text(&details.remedy.text)) } }
            @if let Some(terraform) = &details.remedy.terraform {
                details.fold { summary { "As Terraform" } (code(&format!("t-{}", finding.fingerprint), "Terraform for this finding", terraform)) }
            }
            @if let Some(owner) = &finding.owner { p.under { "Owner: " (name(owner)) } }
        }
    }
}
