//! Operations that the emulator lacks (it answers HTML with 404 or 500), one file a service: each is answered as by an account
//! that has nothing of the kind. What a deployment has of it is said by [`super::Canned`] answers, which come first.

mod accessanalyzer;
mod account;
mod apigateway;
mod backup;
mod budgets;
mod cloudcontrol;
mod cloudwatch;
mod cognito;
mod cost_explorer;
mod cost_optimization_hub;
mod dynamodb;
mod ec2;
mod iam;
mod lambda;
mod logs;
mod sns;
mod xray;

use super::wire::{Call, Reply};

/// The answer to an operation that the emulator lacks; none for all others.
pub fn answer(call: &Call) -> Option<Reply> {
    match call.service() {
        "access-analyzer" => accessanalyzer::answer(call),
        "account" => account::answer(call),
        "apigateway" => apigateway::answer(call),
        "backup" => backup::answer(call),
        "budgets" => budgets::answer(call),
        "ce" => cost_explorer::answer(call),
        "cost-optimization-hub" => cost_optimization_hub::answer(call),
        "cloudformation" => cloudcontrol::answer(call),
        "cloudwatch" => cloudwatch::answer(call),
        "cognito-identity" | "cognito-idp" => cognito::answer(call),
        "dynamodb" => dynamodb::answer(call),
        "ec2" => ec2::answer(call),
        "iam" => iam::answer(call),
        "lambda" => lambda::answer(call),
        "logs" => logs::answer(call),
        "sns" => sns::answer(call),
        "xray" => xray::answer(call),
        _ => None,
    }
}
