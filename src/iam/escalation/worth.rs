//! Whether a principal is as good as an administrator: whether it may do what nobody short of one may.
//!
//! A sample of requests over several services stands for everything. Who may write policies alone is no administrator yet, but makes
//! itself one, which the ways tell. What depends on circumstances does not count.

use super::ask::{Act, Asker, Who};
use super::context::{Facts, Verdict};
use std::sync::Arc;

/// Actions with what they are asked on. `{}` is the account.
const SAMPLE: [(&str, &str); 13] = [
    ("iam:AttachUserPolicy", "arn:aws:iam::{}:user/ledgerline-sample"),
    ("iam:AttachRolePolicy", "arn:aws:iam::{}:role/ledgerline-sample"),
    ("iam:CreatePolicyVersion", "arn:aws:iam::{}:policy/ledgerline-sample"),
    ("iam:CreateAccessKey", "arn:aws:iam::{}:user/ledgerline-sample"),
    ("iam:PassRole", "arn:aws:iam::{}:role/ledgerline-sample"),
    ("s3:GetObject", "arn:aws:s3:::ledgerline-sample/key"),
    ("s3:PutBucketPolicy", "arn:aws:s3:::ledgerline-sample"),
    ("ec2:TerminateInstances", "arn:aws:ec2:us-east-1:{}:instance/i-ledgerline"),
    ("lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:{}:function:ledgerline-sample"),
    ("dynamodb:DeleteTable", "arn:aws:dynamodb:us-east-1:{}:table/ledgerline-sample"),
    ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:{}:secret:ledgerline-sample"),
    ("cloudformation:CreateStack", "arn:aws:cloudformation:us-east-1:{}:stack/ledgerline-sample/x"),
    ("logs:DeleteLogGroup", "arn:aws:logs:us-east-1:{}:log-group:ledgerline-sample"),
];

/// Remembers who is one, by policies.
#[derive(Default)]
pub struct Worth {
    known: std::cell::RefCell<std::collections::HashMap<usize, (Arc<crate::iam::evaluation::Policies>, bool)>>,
}

impl Worth {
    /// Whether it is one.
    pub fn is_administrator(&self, asker: &Asker, who: &Who<'_>) -> bool {
        let key = Arc::as_ptr(&who.policies) as usize;
        if let Some((_, known)) = self.known.borrow().get(&key) {
            return *known;
        }
        let facts = Facts { keys: &[("iam:passedtoservice", "lambda.amazonaws.com")], tags: Some(&[]) };
        let all = SAMPLE.iter().all(|(action, resource)| {
            let resource = resource.replace("{}", &who.principal.account);
            asker.speaks_of(who, action)
                && matches!(asker.may(who, Act { action, resource: &resource, facts, guard: None }), Verdict::Yes(_))
        });
        if who.own && SAMPLE.iter().all(|(action, _)| asker.is_plain(who, action)) {
            self.known.borrow_mut().insert(key, (Arc::clone(&who.policies), all));
        }
        all
    }
}
