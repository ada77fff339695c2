//! All integration tests in one binary, a module a subject: each further binary would link the AWS SDK again.

mod acm;
mod apigateway;
mod architecture;
mod budgets;
mod cloudwatch;
mod backup;
mod cognito;
mod cloudcontrol;
mod collecting;
mod command;
mod costexplorer;
mod daemon;
mod demo;
mod dependencies;
mod deployment;
mod faults;
mod ec2;
mod iam;
mod identity;
mod kms;
mod lambda;
mod logs;
mod sns;
mod samples;
mod stand_in;
mod support;
