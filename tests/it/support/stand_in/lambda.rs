//! Lambda: functions, fifty a page, and what hangs on one.

use super::wire::{Call, Reply, page};
use super::world::{Function, World, joined};
use serde_json::{Value, json};

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
    if call.operation() == "ListEventSourceMappings" {
        return Reply::Json(json!({"EventSourceMappings": []}));
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
        "ListAliases" => Reply::Json(json!({"Aliases": []})),
        "ListFunctionEventInvokeConfigs" => Reply::Json(json!({"FunctionEventInvokeConfigs": []})),
        "ListFunctionUrlConfigs" => Reply::Json(json!({"FunctionUrlConfigs": []})),
        // GetFunction among them: it hands out the code's address, and nobody may ask for it.
        _ => super::lacking::answer(call).unwrap_or_else(|| Reply::unknown(call)),
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
