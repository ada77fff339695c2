//! What is asked for one function: its policy, its limits, the addresses it is open at, and what becomes of its events.

use super::map::{self, FUNCTION};
use super::policy::{POLICY, policy};
use crate::collect::aws::draft::Draft;
use crate::collect::aws::listing::Page;
use crate::collect::aws::scope::Scope;
use crate::collect::aws::whole::Whole;
use aws_sdk_lambda::Client;
use serde_json::Value;

/// The concurrency that is kept for it alone.
pub const CONCURRENCY: &str = "lambda:GetFunctionConcurrency";
/// What becomes of events that nobody waits for.
pub const EVENT_INVOKE: &str = "lambda:ListFunctionEventInvokeConfigs";
/// Capacity that is paid for in advance.
pub const PROVISIONED: &str = "lambda:ListProvisionedConcurrencyConfigs";
/// The addresses it is open at.
pub const URLS: &str = "lambda:ListFunctionUrlConfigs";

/// Asks for what is wanted of one function; none where it is gone meanwhile. A call that fails otherwise leaves its own gap
/// and does not keep the others from being made.
pub async fn hydrate(cx: &Scope<'_>, client: Client, mut function: Draft) -> Option<Draft> {
    let name = function.name.clone();
    if cx.wants(FUNCTION, POLICY) {
        let policy = policy(cx, &client, &name, None).await;
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
            .await
            .read(PROVISIONED, map::provisioned_concurrency);
        function.take(PROVISIONED, configs.whole(), |function, configs| {
            function.state.put("ProvisionedConcurrency", configs);
        })?;
    }
    if cx.wants(FUNCTION, URLS) {
        let urls = cx
            .list(URLS, |marker| {
                let request = client.list_function_url_configs().function_name(name.as_str()).set_marker(marker);
                async {
                    let answer = request.customize().interceptor(Whole::Json("FunctionUrlConfigs")).send().await?;
                    Ok(Page { items: Some(answer.function_url_configs), next: answer.next_marker })
                }
            })
            .await
            .read(URLS, map::function_url);
        function.take(URLS, urls.whole(), |function, urls| {
            function.state.put("FunctionUrls", urls);
        })?;
    }
    if cx.wants(FUNCTION, EVENT_INVOKE) {
        let configs = cx
            .list(EVENT_INVOKE, |marker| {
                let request = client.list_function_event_invoke_configs().function_name(name.as_str()).set_marker(marker);
                async {
                    let answer = request.send().await?;
                    Ok(Page { items: answer.function_event_invoke_configs, next: answer.next_marker })
                }
            })
            .await
            .read(EVENT_INVOKE, map::event_invoke_config);
        function.take(EVENT_INVOKE, configs.whole(), |function, configs| {
            function.state.put("EventInvokeConfigs", Value::Array(configs));
        })?;
    }
    Some(function)
}
