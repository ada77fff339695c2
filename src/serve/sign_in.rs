//! `/sign-in` and `/sign-out`: how a browser turns a token into a session. Plain forms, without a script.

use super::access::{Access, Asked, Asker};
use super::connection::Peer;
use super::csrf;
use super::form::Form;
use super::problem::{Kind, Problem};
use crate::daemon::Daemon;
use crate::telemetry::printable;
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{DOCTYPE, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use std::sync::Arc;

/// Where browsers sign in.
pub const PATH: &str = "/sign-in";

/// Both routes.
pub fn routes(access: Arc<Access>) -> Router<Arc<Daemon>> {
    Router::new().route(PATH, get(page).post(enter)).route("/sign-out", post(leave)).with_state(access)
}

/// Leads a browser that wants to see something to where it signs in; none where it is no browser, or wants something else.
pub fn instead(access: &Access, method: &Method, uri: &Uri, headers: &HeaderMap, problem: &Problem) -> Option<Response> {
    let accepts_pages =
        headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accepted| accepted.contains("text/html"));
    if problem.kind() != Kind::Unauthenticated || *method != Method::GET || !accepts_pages || !access.has_sign_in() {
        return None;
    }
    let wanted = uri.path_and_query().map_or("/", |wanted| wanted.as_str());
    Some(Redirect::to(&format!("{PATH}?next={}", utf8_percent_encode(wanted, NON_ALPHANUMERIC))).into_response())
}

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

/// The form.
async fn page(State(access): State<Arc<Access>>, asker: Asker, next: Result<Query<Next>, QueryRejection>) -> Response {
    let next = next.map(|Query(next)| next.next).unwrap_or_default();
    if !access.has_sign_in() {
        return Redirect::to(inside(&next)).into_response();
    }
    form(&asker, inside(&next), None).into_response()
}

/// What comes of it: a session, or the form again with what is wrong.
async fn enter(
    State(access): State<Arc<Access>>,
    Extension(peer): Extension<Peer>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    form_sent: Form,
) -> Response {
    let next = inside(form_sent.single("next").unwrap_or_default()).to_owned();
    let asked = Asked { method: &method, uri: &uri, headers: &headers, peer: &peer };
    match access.sign_in(asked, form_sent.single("token").unwrap_or_default().trim()) {
        Ok(cookie) => ([(header::SET_COOKIE, cookie)], Redirect::to(&next)).into_response(),
        Err(problem) => {
            let mut response = (problem.status(), form(&Asker::unknown(), &next, Some(&problem))).into_response();
            if let Some((name, value)) = problem.header() {
                response.headers_mut().insert(name.clone(), value.clone());
            }
            response
        }
    }
}

/// Ends the session.
async fn leave(
    State(access): State<Arc<Access>>,
    Extension(peer): Extension<Peer>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    _form: Form,
) -> Response {
    let mut response = Redirect::to(PATH).into_response();
    if let Some(cookie) = access.sign_out(Asked { method: &method, uri: &uri, headers: &headers, peer: &peer }) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    // Nothing that a browser keeps of our pages outlives the session.
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    *response.status_mut() = StatusCode::SEE_OTHER;
    response
}

/// A path of ours: what leads elsewhere, or could be taken to, is the overview.
fn inside(next: &str) -> &str {
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if next.starts_with('/') && !next.starts_with("//") && plain { next } else { "/" }
}

fn form(asker: &Asker, next: &str, problem: Option<&Problem>) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Sign in · Ledgerline" }
                link rel="stylesheet" href="/style.css";
            }
            body class="sign-in" {
                main {
                    h1 { "Ledgerline" }
                    form method="post" action=(PATH) {
                        @if let Some(problem) = problem {
                            p class="high" role="alert" id="wrong" { (printable(problem.detail())) }
                        }
                        label for="token" { "Token" }
                        input type="password" id="token" name="token" required autofocus autocomplete="current-password"
                            aria-invalid=[problem.map(|_| "true")] aria-describedby=[problem.map(|_| "wrong")];
                        input type="hidden" name="next" value=(next);
                        input type="hidden" name=(csrf::FIELD) value=(csrf::issue(asker, chrono::Utc::now()));
                        button type="submit" { "Sign in" }
                        p { "Whoever runs this Ledgerline makes tokens with " code { "ledgerline token new" } "." }
                    }
                }
            }
        }
    };
    Html(page.into_string())
}

#[cfg(test)]
#[path = "sign_in_tests.rs"]
mod tests;
