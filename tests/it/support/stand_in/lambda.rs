//! Lambda: functions, fifty a page, and what hangs on one.

use super::wire::{Call, Reply, page};
use super::world::{Function, World, joined};
use hyper::Method;
use serde_json::{Value, json};

/// The operation that a path means, with the function's name among the input.
pub fn route(method: &Method, path: &str, mut input: Value) -> (&'static str, Value) {
    let mut parts = path.trim_matches('/').split('/').skip(1);
    let ("functions", true) = (parts.next().unwrap_or(""), method == Method::GET) else { return ("", input) };
    let Some(name) = parts.next() else { return ("lambda:ListFunctions", input) };
    input["FunctionName"] = json!(percent_encoding::percent_decode_str(name).decode_utf8_lossy());
    let operation = match parts.next() {
        Some("policy") => "lambda:GetPolicy",
        Some("concurrency") => "lambda:GetFunctionConcurrency",
        Some("provisioned-concurrency") => "lambda:ListProvisionedConcurrencyConfigs",
        Some("urls") => "lambda:ListFunctionUrlConfigs",
        // GetFunction among them: it hands out the code's address, and nobody may ask for it.
        _ => "",
    };
    (operation, input)
}

/// Answers one call.
pub fn answer(world: &World, call: &Call, repeated: bool) -> Reply {
    if call.operation() == "ListFunctions" {
        let size = call.field("MaxItems").parse().unwrap_or(50_usize).clamp(1, 50);
        let (functions, next) = page(&world.functions, call.page_token(), size, repeated);
        let mut answer = json!({"Functions": functions.iter().map(|function| describe(function, call)).collect::<Vec<_>>()});
        if let Some(next) = next {
            answer["NextMarker"] = json!(next);
        }
        return Reply::Json(answer);
    }
    let asked = call.field("FunctionName");
    let name = asked.rsplit(':').next().unwrap_or(asked);
    let Some(function) = world.functions.iter().find(|function| function.name == name) else {
        return Reply::error(
            404,
            "ResourceNotFoundException",
            format!("Function not found: {}", call.arn("lambda", &format!("function:{name}"))),
        );
    };
    match call.operation() {
        "GetPolicy" => match &function.policy {
            Some(policy) => Reply::Json(json!({"Policy": policy, "RevisionId": "1"})),
            None => Reply::error(404, "ResourceNotFoundException", "The resource you requested does not exist."),
        },
        "GetFunctionConcurrency" => Reply::Json(json!({})),
        "ListProvisionedConcurrencyConfigs" => Reply::Json(json!({"ProvisionedConcurrencyConfigs": []})),
        "ListFunctionUrlConfigs" => Reply::Json(json!({"FunctionUrlConfigs": []})),
        _ => Reply::unknown(call),
    }
}

fn describe(function: &Function, call: &Call) -> Value {
    let under = json!({
        "FunctionName": function.name,
        "FunctionArn": call.arn("lambda", &format!("function:{}", function.name)),
        "Runtime": "nodejs22.x",
        "Role": format!("arn:aws:iam::{}:role/{}", call.account, function.name),
        "Handler": "index.handler",
        "CodeSize": 2048,
        "Description": "",
        "Timeout": 10,
        "MemorySize": 256,
        "LastModified": "2026-10-01T12:00:00.000+0000",
        "CodeSha256": "x",
        "Version": "$LATEST",
        "TracingConfig": {"Mode": "Active"},
        "RevisionId": "1",
        "PackageType": "Zip",
        "Architectures": ["arm64"],
        "EphemeralStorage": {"Size": 512},
        "LoggingConfig": {"LogFormat": "JSON", "LogGroup": format!("/aws/lambda/{}", function.name)},
    });
    joined(under, &function.configuration)
}
