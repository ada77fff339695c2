//! The HTTP side: accepts connections, understands each request, lets trouble befall it, answers.

use super::fault::Fault;
use super::wire::{Call, Reply};
use super::{Canned, Shared, canned, cost_explorer, dynamodb, iam, lacking, lambda, last_accessed, logs, tagging, upstream};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use std::time::Duration;

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("cut")]
pub struct Cut;

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
    if request.uri().path() == canned::PATH {
        let said: Canned = serde_json::from_slice(request.body()).map_err(|_| Cut)?;
        shared.book().canned.push(said);
        return Ok(Response::new(Full::default()));
    }
    if request.uri().path() == canned::TAGS {
        let said = serde_json::from_slice(request.body()).map_err(|_| Cut)?;
        shared.book().tagged.push(said);
        return Ok(Response::new(Full::default()));
    }
    let mut call = Call::read(&request);
    let (fault, said) = {
        let mut book = shared.book();
        if let Some(account) = book.accounts.get(&call.key) {
            call.account.clone_from(account);
        }
        *book.counts.entry(call.name.clone()).or_default() += 1;
        let fault = book.troubles.iter_mut().find_map(|trouble| trouble.strikes(&call));
        (fault, book.canned.iter().rfind(|canned| canned.fits(&call)).map(Canned::reply))
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
    if let Some(reply) = said {
        return Ok(reply.write(&call));
    }
    let repeated = fault == Some(Fault::RepeatedToken);
    if shared.upstream.is_some() && !matches!(call.service(), "ce") {
        if let Some(reply) = lacking::answer(&call) {
            return Ok(reply.write(&call));
        }
        return tokio::task::spawn_blocking(move || upstream::answer(&shared, &call, request, repeated)).await.map_err(|_| Cut)?;
    }
    let reply = match call.service() {
        "dynamodb" => dynamodb::answer(&shared.world, &call, repeated),
        "logs" => logs::answer(&shared.world, &call, repeated),
        "tag" => tagging::answer(&shared.world, &call, repeated),
        "iam" | "sts" => {
            let jobs = last_accessed::answer(&shared.world.accessed, &mut shared.book().jobs, &call);
            jobs.unwrap_or_else(|| iam::answer(&shared.world, &call, repeated))
        }
        "lambda" => lambda::answer(&shared.world, &call, repeated),
        "ce" => {
            let reply = cost_explorer::answer(&shared.cost(), &call, repeated);
            if matches!(reply, Some(Reply::Json(_))) {
                shared.book().bill_cents += 1;
            }
            reply.or_else(|| lacking::answer(&call)).unwrap_or_else(|| Reply::unknown(&call))
        }
        _ => lacking::answer(&call).unwrap_or_else(|| Reply::unknown(&call)),
    };
    Ok(reply.write(&call))
}
