//! Lambda functions: one listing with their configuration, then per function only what a rule reads.
//!
//! `GetFunction` is never asked: its answer holds the address of the code.

mod map;

use super::Service;
use crate::collect::aws::document;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::Page;
use crate::collect::aws::scope::{Scope, Yield};
use crate::model::Outcome;
use aws_sdk_lambda::Client;
use futures::FutureExt as _;
use map::{FUNCTION, LISTING};
use serde_json::Value;

/// Collects `AWS::Lambda::Function`.
pub struct Lambda;

const POLICY: &str = "lambda:GetPolicy";
const CONCURRENCY: &str = "lambda:GetFunctionConcurrency";
const PROVISIONED: &str = "lambda:ListProvisionedConcurrencyConfigs";
const URLS: &str = "lambda:ListFunctionUrlConfigs";

/// The most functions that a page holds.
const PAGE: i32 = 50;

/// Lambda documents 15 a second for `GetPolicy`, and 15 for each of the rest of its control plane.
const PACES: &[(&str, Pace)] = &[
    (LISTING, Pace::new(15, 15)),
    (POLICY, Pace::new(15, 15)),
    (CONCURRENCY, Pace::new(15, 15)),
    (PROVISIONED, Pace::new(15, 15)),
    (URLS, Pace::new(15, 15)),
];

#[async_trait::async_trait]
impl Service for Lambda {
    fn name(&self) -> &'static str {
        "lambda"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        PACES
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::new(cx.sdk());
        let functions = cx
            .list(LISTING, |marker| {
                let request = client.list_functions().max_items(PAGE).set_marker(marker);
                async {
                    let answer = request.send().await?;
                    Ok(Page { items: answer.functions, next: answer.next_marker })
                }
            })
            .await
            .read(LISTING, |function| map::function(function));
        let mut found = Yield::default();
        found.listed(cx, FUNCTION, LISTING, &functions);
        let functions = cx.each("functions", functions.items, |function| hydrate(cx, client.clone(), function).boxed()).await;
        for function in functions.into_iter().flatten() {
            found.enter(cx, function);
        }
        found
    }
}

/// Asks for what is wanted of one function; none where it is gone meanwhile. A call that fails otherwise leaves its own gap
/// and does not keep the others from being made.
async fn hydrate(cx: &Scope<'_>, client: Client, mut function: Draft) -> Option<Draft> {
    let name = function.name.clone();
    if cx.wants(FUNCTION, POLICY) {
        let policy = policy(cx, &client, &name).await;
        function.take(POLICY, policy, |function, policy| {
            function.state.put_some("Policy", policy);
        })?;
    }
    if cx.wants(FUNCTION, CONCURRENCY) {
        let answer = cx.call(CONCURRENCY, || client.get_function_concurrency().function_name(name.as_str()).send()).await;
        function.take(CONCURRENCY, answer, |function, answer| {
            function.properties.put_some("ReservedConcurrentExecutions", answer.reserved_concurrent_executions);
        })?;
    }
    if cx.wants(FUNCTION, PROVISIONED) {
        let configs = cx
            .list(PROVISIONED, |marker| {
                let request = client.list_provisioned_concurrency_configs().function_name(name.as_str()).set_marker(marker);
                async {
                    let answer = request.send().await?;
                    Ok(Page { items: answer.provisioned_concurrency_configs, next: answer.next_marker })
                }
            })
            .await;
        function.take(PROVISIONED, configs.whole(), |function, configs| {
            function.state.put("ProvisionedConcurrency", configs.iter().map(map::provisioned_concurrency).collect::<Value>());
        })?;
    }
    if cx.wants(FUNCTION, URLS) {
        let urls = cx
            .list(URLS, |marker| {
                let request = client.list_function_url_configs().function_name(name.as_str()).set_marker(marker);
                async {
                    let answer = request.send().await?;
                    Ok(Page { items: Some(answer.function_url_configs), next: answer.next_marker })
                }
            })
            .await;
        function.take(URLS, urls.whole(), |function, urls| {
            function.state.put("FunctionUrls", urls.iter().map(map::function_url).collect::<Value>());
        })?;
    }
    Some(function)
}

/// The resource policy; none where there is none.
///
/// "No policy" and "no function" have one code, `ResourceNotFoundException`. The listing just named the function, and where
/// it went since, Lambda's message begins with "Function not found": any other message is about the policy.
async fn policy(cx: &Scope<'_>, client: &Client, name: &str) -> Result<Option<Value>, Failure> {
    let answer = match cx.call(POLICY, || client.get_policy().function_name(name).send()).await {
        Err(failure) if failure.vanished() && !failure.reason.contains("Function not found") => return Ok(None),
        answer => answer?,
    };
    let text = answer.policy.ok_or_else(|| Failure::fault(Outcome::Broken, format!("{POLICY} was answered without a policy")))?;
    let unread = |fault| Failure::fault(Outcome::Broken, format!("the policy of function {name} cannot be read: {fault}"));
    document::read(&text).map(Some).map_err(unread)
}
