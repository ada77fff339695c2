//! What the addresses of integrations look like.

use super::{Invoked, invoked};

const FUNCTION: &str = "arn:aws:lambda:us-east-2:111122223333:function:users";

#[test]
fn a_rest_apis_address_names_the_function() {
    let uri = format!("arn:aws:apigateway:us-east-2:lambda:path/2015-03-31/functions/{FUNCTION}/invocations");
    assert_eq!(invoked(&uri), Invoked::Function(FUNCTION, None));
    let streamed = format!("arn:aws:apigateway:us-east-2:lambda:path/2021-11-15/functions/{FUNCTION}:live/response-streaming-invocations");
    assert_eq!(invoked(&streamed), Invoked::Function(FUNCTION, Some("live")));
}

#[test]
fn an_http_api_may_write_the_functions_arn_itself() {
    assert_eq!(invoked(FUNCTION), Invoked::Function(FUNCTION, None));
    assert_eq!(invoked(&format!("{FUNCTION}:3")), Invoked::Function(FUNCTION, Some("3")));
}

#[test]
fn what_a_stage_variable_names_is_not_guessed() {
    let uri = "arn:aws:apigateway:us-east-2:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-2:111122223333:function:${stageVariables.fn}/invocations";
    assert_eq!(invoked(uri), Invoked::Variable);
    assert_eq!(
        invoked("arn:aws:apigateway:us-east-2:lambda:path/2015-03-31/functions/${stageVariables.arn}/invocations"),
        Invoked::Variable
    );
}

#[test]
fn other_addresses_name_no_function() {
    for uri in [
        "https://example.com/${stageVariables.path}",
        "arn:aws:apigateway:us-east-2:dynamodb:action/Query",
        "arn:aws:states:us-east-2:111122223333:stateMachine:x",
        "",
    ] {
        assert_eq!(invoked(uri), Invoked::Other, "{uri}");
    }
}
