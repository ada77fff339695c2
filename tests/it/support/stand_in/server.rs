//! The HTTP side: accepts connections, understands each request, lets trouble befall it, answers.

use super::fault::Fault;
use super::wire::{Call, Reply};
use super::{Shared, cost_explorer, dynamodb, iam, lambda, logs, tagging};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use std::time::Duration;

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("cut")]
struct Cut;

/// Serves until the other end of `stopped` is dropped.
pub async fn serve(listener: std::net::TcpListener, shared: Arc<Shared>, mut stopped: tokio::sync::oneshot::Receiver<()>) {
    let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
    loop {
        let stream = tokio::select! {
            _ = &mut stopped => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(_) => continue,
            },
        };
        _ = stream.set_nodelay(true);
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service = hyper::service::service_fn(move |request| answer(request, Arc::clone(&shared)));
            _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(request: Request<Incoming>, shared: Arc<Shared>) -> Result<Response<Full<Bytes>>, Cut> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let request = Request::from_parts(head, body);
    let call = Call::read(&request);
    let fault = {
        let mut book = shared.book();
        *book.counts.entry(call.name.clone()).or_default() += 1;
        book.troubles.iter_mut().find_map(|trouble| trouble.strikes(&call))
    };
    if !shared.latency.is_zero() {
        tokio::time::sleep(shared.latency).await;
    }
    match &fault {
        Some(Fault::Hang) => tokio::time::sleep(Duration::from_secs(3600)).await,
        Some(Fault::Cut) => return Err(Cut),
        Some(_) | None => {}
    }
    if let Some(reply) = fault.as_ref().and_then(|fault| fault.reply(&call)) {
        // Half an answer is an answer, and charged.
        if matches!(reply, Reply::Malformed) && call.service() == "ce" {
            shared.book().bill_cents += 1;
        }
        return Ok(reply.write(&call));
    }
    if let Some(upstream) = shared.upstream.clone().filter(|_| call.service() != "ce") {
        return tokio::task::spawn_blocking(move || passed_on(&upstream, request)).await.map_err(|_| Cut)?;
    }
    let repeated = fault == Some(Fault::RepeatedToken);
    let reply = match call.service() {
        "dynamodb" => dynamodb::answer(&shared.world, &call, repeated),
        "logs" => logs::answer(&shared.world, &call, repeated),
        "tag" => tagging::answer(&shared.world, &call, repeated),
        "iam" | "sts" => iam::answer(&shared.world, &call, repeated),
        "lambda" => lambda::answer(&shared.world, &call, repeated),
        "ce" => {
            let reply = cost_explorer::answer(&shared.world.cost, &call, repeated);
            if matches!(reply, Reply::Json(_)) {
                shared.book().bill_cents += 1;
            }
            reply
        }
        _ => Reply::unknown(&call),
    };
    Ok(reply.write(&call))
}

/// The answer of the server behind this one, as it is.
fn passed_on(upstream: &str, request: Request<Bytes>) -> Result<Response<Full<Bytes>>, Cut> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let (head, body) = request.into_parts();
    let mut builder = ureq::http::Request::builder().method(head.method.as_str()).uri(format!("{upstream}{}", head.uri));
    for (name, value) in &head.headers {
        if !matches!(name.as_str(), "host" | "content-length" | "connection" | "transfer-encoding" | "expect") {
            builder = builder.header(name.as_str(), value.as_bytes());
        }
    }
    let request = builder.body(body.to_vec()).map_err(|_| Cut)?;
    let mut response = agent.run(request).map_err(|_| Cut)?;
    let mut reply = Response::builder().status(response.status().as_u16());
    for (name, value) in response.headers() {
        if name.as_str().starts_with("x-amzn") || name == "content-type" {
            reply = reply.header(name.as_str(), value.as_bytes());
        }
    }
    let bytes = response.body_mut().with_config().limit(64 << 20).read_to_vec().map_err(|_| Cut)?;
    reply.body(Full::new(Bytes::from(bytes))).map_err(|_| Cut)
}
