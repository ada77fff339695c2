//! All integration tests in one binary, a module a subject: each further binary would link the AWS SDK again.

mod acm;
mod apigateway;
mod architecture;
mod backup;
mod budgets;
mod cloudcontrol;
mod cloudwatch;
mod cognito;
mod collecting;
mod command;
mod costexplorer;
mod daemon;
mod demo;
mod dependencies;
mod deployment;
mod ec2;
mod faults;
mod iam;
mod identity;
mod kms;
mod lambda;
mod logs;
mod samples;
mod sns;
mod stand_in;
mod support;
