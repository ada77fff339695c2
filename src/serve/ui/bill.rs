//! The parts of the cost page that speak of the bill as a whole: what lacks its tags, days that cost too much, what is no usage.

use super::component::{foldable, name, nothing, scrolled, text, time, usd};
use crate::model::Money;
use crate::model::anomaly::Anomaly;
use crate::model::plane::{Forecast, LedgerView, Untagged};
use maud::{Markup, html};
use rust_decimal::Decimal;

/// What lacks each tag key, in money. A key that is not activated for cost allocation says nothing, and is told apart.
pub fn untagged(shares: &[Untagged]) -> Markup {
    let table = html! {
        table {
            caption.sr { "Untagged share of what can be tagged" }
            thead { tr { th scope="col" { "Tag key" } th scope="col" { "Account" } th.num scope="col" { "Untagged" } th.num scope="col" { "Of" } th.num scope="col" { "Share" } th scope="col" { "Read" } } }
            tbody {
                @for share in shares {
                    tr {
                        th scope="row" { code { (name(&share.tag_key)) } @if let Some(service) = &share.service { div.under { (text(service)) } } }
                        td { (text(share.account.as_str())) }
                        @if share.active == Some(false) {
                            td.num { span.absent { "–" } } td.num { (usd(share.taggable)) }
                            td { "the key is not activated for cost allocation" }
                        } @else {
                            td.num { (usd(share.untagged)) } td.num { (usd(share.taggable)) }
                            td.num { @match percent(share.untagged, share.taggable) { Some(percent) => { (percent) " %" } None => { span.absent { "–" } } } }
                        }
                        td { (time(share.observed_at)) }
                    }
                }
            }
        }
    };
    html! {
        section { h2 { "Untagged share" }
            @if shares.is_empty() { (nothing("Not known: no tag key is asked for. cost.tag_keys in the config names those whose costs are read.")) }
            @else {
                (scrolled("Untagged share", table))
                p.under { "Usage of this month, amortised, of services that can be tagged; credits, refunds and tax are in neither sum." }
            }
        }
    }
}

/// A share in percent, to one digit; none of nothing.
fn percent(part: Money, whole: Money) -> Option<Decimal> {
    let share = part.amount().checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole.amount())?;
    Some(share.round_dp(1))
}

/// Days that cost too much.
pub fn anomalies(anomalies: &[Anomaly]) -> Markup {
    let table = html! {
        table {
            caption.sr { "Days that cost too much" }
            thead { tr { th scope="col" { "Service" } th scope="col" { "Days" } th.num scope="col" { "Too much" } th.num scope="col" { "Cost" } th.num scope="col" { "Expected" } th scope="col" { "Driven by" } } }
            tbody {
                @for one in anomalies {
                    tr {
                        th scope="row" { (name(&one.service)) div.under { (text(one.account.as_str())) } }
                        td { (one.from) @if one.to != one.from { " to " (one.to) } }
                        td.num { (usd(one.impact)) } td.num { (usd(one.actual)) }
                        td.num { @match one.expected { Some(expected) => { (usd(expected)) } None => { span.absent { "not said" } } } }
                        td {
                            @for driver in &one.drivers {
                                @let parts = [driver.account.as_ref().map(|account| account.as_str()), driver.region.as_deref(), driver.usage_type.as_deref()];
                                div { (foldable(&parts.into_iter().flatten().collect::<Vec<_>>().join(" · "), 80)) }
                            }
                        }
                    }
                }
            }
        }
    };
    html! {
        section { h2 { "Anomalies" }
            @if anomalies.is_empty() { (nothing("None in the days that are settled. The newest two days are not judged: their figures still come in.")) }
            @else { (scrolled("Days that cost too much", table)) }
        }
    }
}

/// What a bill holds besides usage, which months AWS restated, and where it expects this one to end; nothing where there is none of it.
pub fn besides(view: &LedgerView) -> Markup {
    let empty = view.adjustments.is_empty() && view.restated.is_empty() && view.forecasts.is_empty();
    html! {
        @if !empty {
            section { h2 { "Besides usage" }
                ul.plain {
                    @for forecast in &view.forecasts { li { (expected(forecast)) } }
                    @for (account, kind, amount) in &view.adjustments { li { (text(kind)) " of " (text(account.as_str())) ": " (usd(*amount)) } }
                    @for (month, amount) in &view.restated { li { (month) " was restated by " (usd(*amount)) } }
                }
            }
        }
    }
}

fn expected(forecast: &Forecast) -> Markup {
    html! { "AWS expects " (forecast.month) " to end at " (usd(forecast.mean)) ", between " (usd(forecast.low)) " and " (usd(forecast.high)) ", for " (text(forecast.payer.as_str())) }
}
