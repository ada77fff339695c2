//! The metrics listener: `/metrics` and nothing else. `hyper` alone, since there is nothing to route.

use super::access::{Access, Asked, Need};
use super::config::Scope;
use super::connection::Peer;
use super::headers;
use super::problem::{self, Kind, Problem};
use crate::publish::metrics::{CONTENT_TYPE, Page};
use http_body_util::Full;
use hyper::body::{Body as _, Bytes};
use hyper::header::{ALLOW, CONTENT_LENGTH, HeaderValue};
use hyper::service::Service;
use hyper::{Method, Request, Response, header};
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::SocketAddr;
use std::sync::Arc;

/// Answers scrapes.
#[derive(Clone, Debug)]
pub struct Scraped {
    page: Page,
    access: Arc<Access>,
    need: Need,
}

impl Scraped {
    /// A listener's service. On loopback a scrape needs no credential: Prometheus beside us then needs no secret. Scrapes are
    /// not limited in number: one costs less than telling that it is one too many.
    pub fn new(page: Page, access: Arc<Access>, address: SocketAddr) -> Self {
        let need = if address.ip().is_loopback() { Need::Health } else { Need::Scope(Scope::Read) };
        Self { page, access, need }
    }

    fn answer<B>(&self, request: &Request<B>) -> Result<Bytes, Problem> {
        // Only `connection` makes requests, and it always says where they came from.
        let peer = request.extensions().get::<Peer>().ok_or_else(|| Problem::new(Kind::BadRequest, "no connection"))?;
        self.access.admit(Asked { method: request.method(), uri: request.uri(), headers: request.headers(), peer }, self.need)?;
        if request.uri().path() != "/metrics" {
            return Err(Problem::not_found("this listener has /metrics only"));
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let problem = Problem::new(Kind::MethodNotAllowed, "metrics are read with GET or HEAD");
            return Err(problem.with_header(ALLOW, HeaderValue::from_static("GET, HEAD")));
        }
        Ok(Bytes::from(self.page.scrape()))
    }
}

impl<B> Service<Request<B>> for Scraped {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn call(&self, request: Request<B>) -> Self::Future {
        let mut response = match self.answer(&request) {
            Ok(page) => {
                let mut response = Response::new(Full::new(page));
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
                response
            }
            Err(refused) => refusal(&refused),
        };
        headers::harden(response.headers_mut());
        if request.method() == Method::HEAD {
            let length = response.body().size_hint().exact().unwrap_or(0);
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
            *response.body_mut() = Full::default();
        }
        ready(Ok(response))
    }
}

fn refusal(problem: &Problem) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(problem.text()));
    *response.status_mut() = problem.status();
    response.headers_mut().insert(header::CONTENT_TYPE, problem::CONTENT_TYPE);
    if let Some((name, value)) = problem.header() {
        response.headers_mut().insert(name.clone(), value.clone());
    }
    response
}
