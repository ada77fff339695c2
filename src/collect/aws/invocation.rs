//! Which Lambda function the address of an API's integration or authorizer names.
//!
//! REST APIs write `arn:aws:apigateway:<region>:lambda:path/<date>/functions/<function>/invocations`, HTTP APIs that or the
//! function's ARN itself. A version or an alias stands behind the function's ARN, and its policy is one of its own. Addresses
//! of HTTP back ends lose what must not be kept.

#[cfg(any(test, feature = "apigateway", feature = "apigatewayv2"))]
use super::draft::Draft;
#[cfg(any(test, feature = "apigateway", feature = "apigatewayv2"))]
use crate::model::GapKind;

#[cfg(test)]
#[path = "invocation_tests.rs"]
mod tests;

/// What an address invokes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invoked<'a> {
    /// A function, by the ARN without version or alias, and the version or alias where one is named.
    Function(&'a str, Option<&'a str>),
    /// A function whose name a stage variable holds: the values of those are not kept.
    Variable,
    /// No function.
    Other,
}

/// Reads an address.
pub fn invoked(uri: &str) -> Invoked<'_> {
    let function = match uri.split_once(":lambda:path/").and_then(|(_, path)| path.split_once("/functions/")) {
        Some((_, function)) => function.split_once('/').map_or(function, |(function, _)| function),
        None => uri,
    };
    let names_function = function.starts_with("arn:") && function.split(':').nth(2) == Some("lambda");
    if function.contains("${stageVariables.") && (names_function || function != uri) {
        return Invoked::Variable;
    }
    if !names_function {
        return Invoked::Other;
    }
    // arn:aws:lambda:<region>:<account>:function:<name>[:<version or alias>]
    let qualified = function.match_indices(':').nth(6).and_then(|(at, _)| function.split_at_checked(at));
    qualified.map_or(Invoked::Function(function, None), |(arn, rest)| Invoked::Function(arn, rest.strip_prefix(':')))
}

/// An address without what people hide in one: user, password and query of an HTTP back end.
pub fn without_credentials(uri: &str) -> String {
    let Some((scheme @ ("http" | "https"), rest)) = uri.split_once("://") else { return uri.to_owned() };
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (host, path) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
    let host = host.rsplit('@').next().unwrap_or(host);
    format!("{scheme}://{host}{path}")
}

/// Notes, as state, which function an address names; a gap where only a stage variable knows.
#[cfg(any(test, feature = "apigateway", feature = "apigatewayv2"))]
pub fn note(draft: &mut Draft, uri: Option<&str>, call: &'static str) {
    match uri.map_or(Invoked::Other, invoked) {
        Invoked::Function(arn, qualifier) => {
            draft.state.put("FunctionArn", arn);
            draft.state.put_some("FunctionQualifier", qualifier);
        }
        Invoked::Variable => {
            for key in ["FunctionArn", "FunctionQualifier"] {
                let detail = format!("{} invokes a function that a stage variable names; its values are not kept", draft.name);
                draft.unsure(("state", key), call, GapKind::NotRecorded, detail);
            }
        }
        Invoked::Other => {}
    }
}
