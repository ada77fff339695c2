//! The frame around every page: head, navigation, content, foot.

use super::viewer::Viewer;
use axum::response::Html;
use maud::{DOCTYPE, Markup, html};

/// A whole page.
pub type Document = Html<String>;

/// The sections of the navigation, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// `/`
    Overview,
    /// `/findings`
    Findings,
    /// `/resources`
    Resources,
    /// `/rules`
    Rules,
    /// `/contracts`
    Contracts,
    /// `/cost`
    Cost,
    /// `/iam`
    Iam,
    /// `/audits`
    Audits,
    /// `/reports`
    Reports,
    /// `/waivers`
    Waivers,
}

impl Section {
    const ALL: [(Self, &'static str, &'static str); 10] = [
        (Self::Overview, "/", "Overview"),
        (Self::Findings, "/findings", "Findings"),
        (Self::Resources, "/resources", "Resources"),
        (Self::Rules, "/rules", "Rules"),
        (Self::Contracts, "/contracts", "Contracts"),
        (Self::Cost, "/cost", "Cost"),
        (Self::Iam, "/iam", "IAM"),
        (Self::Audits, "/audits", "Audits"),
        (Self::Reports, "/reports", "Reports"),
        (Self::Waivers, "/waivers", "Waivers"),
    ];
}

/// A page before it has its frame.
#[derive(Debug)]
pub struct Page<'a> {
    /// What the window's title says, and the first heading unless `heading` says more.
    pub title: &'a str,
    /// Where in the navigation it stands; none for a refusal.
    pub section: Option<Section>,
    /// What stands between the heading and the content: a line of facts, a way back.
    pub lead: Option<Markup>,
    /// The content.
    pub body: Markup,
    /// Seconds after which a browser without the script reads the page again.
    pub refresh: Option<u32>,
}

impl Page<'_> {
    /// The whole document, for somebody.
    pub fn render(self, viewer: &Viewer) -> Document {
        let document = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (super::component::text(self.title)) " · Ledgerline" }
                    link rel="stylesheet" href="/style.css";
                    link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                    script src="/assets/page.js" defer {}
                    @if let Some(seconds) = self.refresh {
                        noscript { meta http-equiv="refresh" content=(seconds); }
                    }
                }
                body {
                    a.skip href="#content" { "Skip to the content" }
                    header.masthead {
                        a.brand href="/" {
                            svg viewBox="0 0 40 24" aria-hidden="true" focusable="false" {
                                path.staff d="M1 21h38M1 16h38" {}
                                path.ledger d="M10 9h20" {}
                                ellipse cx="20" cy="9" rx="5.2" ry="3.8" transform="rotate(-20 20 9)" {}
                            }
                            "Ledgerline"
                        }
                        (navigation(self.section))
                        (viewer.sign_out())
                    }
                    main id="content" tabindex="-1" {
                        div.title {
                            h1 { (super::component::name(self.title)) }
                            @if let Some(lead) = self.lead { div.lead { (lead) } }
                        }
                        (self.body)
                    }
                    footer {
                        p { "Times are UTC, amounts USD. " a href="/openapi.json" { "API description" } " · Ledgerline " (env!("CARGO_PKG_VERSION")) }
                    }
                }
            }
        };
        Html(document.into_string())
    }
}

fn navigation(here: Option<Section>) -> Markup {
    html! {
        nav aria-label="Pages" {
            ul {
                @for (section, address, word) in Section::ALL {
                    li { a href=(address) aria-current=[(here == Some(section)).then_some("page")] { (word) } }
                }
            }
        }
    }
}
