//! The table of functions that rules may call. One line adds one.

use super::facts;
use crate::model::function::{Function, Kind, Parameter};

const DOCUMENT: Parameter = Parameter { name: "document", kind: Kind::Any };
const ACCOUNT: Parameter = Parameter { name: "account", kind: Kind::String };

/// What every finding of a statement has, and what is its own.
macro_rules! findings {
    ($($key:literal: $kind:expr),* $(,)?) => {
        Kind::List(&Kind::Object(&[("statement", Kind::Int), ("label", Kind::String), ("conditioned", Kind::Bool), $(($key, $kind)),*]))
    };
}

const TEXTS: Kind = Kind::List(&Kind::String);

/// The functions over policy documents, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "iam.actions_date",
        parameters: &[],
        returns: Kind::String,
        help: "the day of the action database that other facts are drawn from, such as 2026-10-27",
        call: facts::actions_date,
    },
    Function {
        name: "iam.admin_statements",
        parameters: &[DOCUMENT],
        returns: findings!("action": Kind::String, "resource": Kind::String),
        help: "statements that allow every action on every resource",
        call: facts::admin_statements,
    },
    Function {
        name: "iam.allows",
        parameters: &[DOCUMENT, Parameter { name: "action", kind: Kind::String }, Parameter { name: "resource", kind: Kind::String }],
        returns: Kind::Bool,
        help: "whether the document by itself allows an action on a resource, its denies weighed; unknown where conditions decide",
        call: facts::allows,
    },
    Function {
        name: "iam.document_faults",
        parameters: &[DOCUMENT],
        returns: TEXTS,
        help: "what is wrong with the document: breaches of the grammar, and patterns that match nothing",
        call: facts::document_faults,
    },
    Function {
        name: "iam.external_accounts",
        parameters: &[DOCUMENT, ACCOUNT],
        returns: findings!("account": Kind::String, "principal": Kind::String, "external_id": Kind::Bool),
        help: "accounts other than the given one that the document lets in",
        call: facts::external_accounts,
    },
    Function {
        name: "iam.federated_without_subject",
        parameters: &[DOCUMENT],
        returns: findings!("provider": Kind::String),
        help: "statements that trust an identity provider without saying whose tokens",
        call: facts::federated_without_subject,
    },
    Function {
        name: "iam.grants_more_than",
        parameters: &[DOCUMENT, Parameter { name: "baseline", kind: Kind::Any }],
        returns: findings!("action": Kind::String, "resource": Kind::String),
        help: "statements that grant what the baseline does not, each with a request that shows it; nothing where it is proven to grant no more",
        call: facts::grants_more_than,
    },
    Function {
        name: "iam.item_access",
        parameters: &[DOCUMENT],
        returns: findings!(
            "action": Kind::String, "resource": Kind::String, "leading_keys": Kind::Bool, "guarded": Kind::Bool
        ),
        help: "statements that allow reading or writing items of tables; leading_keys where they are bound to one tenant's, \
               guarded where a request that names no key is refused",
        call: facts::item_access,
    },
    Function {
        name: "iam.kms_decrypt_on_all_keys",
        parameters: &[DOCUMENT],
        returns: findings!("action": Kind::String, "resource": Kind::String, "service_limited": Kind::Bool),
        help: "statements that allow decrypting with every key",
        call: facts::kms_decrypt_on_all_keys,
    },
    Function {
        name: "iam.not_action_allows",
        parameters: &[DOCUMENT],
        returns: findings!("actions": TEXTS, "resource": Kind::String, "on_everything": Kind::Bool),
        help: "statements that allow all actions but some",
        call: facts::not_action_allows,
    },
    Function {
        name: "iam.not_resource_allows",
        parameters: &[DOCUMENT],
        returns: findings!("resources": TEXTS, "action": Kind::String),
        help: "statements that allow on all resources but some",
        call: facts::not_resource_allows,
    },
    Function {
        name: "iam.pass_role_on_star",
        parameters: &[DOCUMENT],
        returns: findings!("action": Kind::String, "resource": Kind::String, "service_limited": Kind::Bool),
        help: "statements that allow passing any role; service_limited where iam:PassedToService names to which service",
        call: facts::pass_role_on_star,
    },
    Function {
        name: "iam.paths",
        parameters: &[
            Parameter { name: "users", kind: Kind::Any },
            Parameter { name: "roles", kind: Kind::Any },
            Parameter { name: "groups", kind: Kind::Any },
            Parameter { name: "policies", kind: Kind::Any },
        ],
        returns: Kind::List(&Kind::Object(&[
            (
                "chains",
                Kind::List(&Kind::Object(&[("fix", Kind::String), ("path_id", Kind::String), ("steps", TEXTS), ("target", Kind::String)])),
            ),
            ("principal", Kind::String),
        ])),
        help: "each user and role with the chains of calls by which it becomes an administrator, and the edit that stops each; what it \
               takes are lists of maps with id, properties and tags",
        call: facts::paths,
    },
    Function {
        name: "iam.public",
        parameters: &[DOCUMENT],
        returns: Kind::Bool,
        help: "whether the policy of a resource lets everybody in, from anywhere, its denies weighed",
        call: facts::public,
    },
    Function {
        name: "iam.replacement",
        parameters: &[
            Parameter { name: "name", kind: Kind::String },
            DOCUMENT,
            Parameter { name: "last_accessed", kind: Kind::Any },
            Parameter { name: "baseline", kind: Kind::Any },
        ],
        returns: Kind::Any,
        help: "a narrower policy that is proven to grant nothing new and to keep what was used, as `ledgerline iam minimize` writes it; null \
               where there is none; last_accessed or baseline may be null",
        call: facts::replacement,
    },
    Function {
        name: "iam.service_grants",
        parameters: &[DOCUMENT],
        returns: findings!("service": Kind::String),
        help: "statements that let an AWS service in",
        call: facts::service_grants,
    },
    Function {
        name: "iam.service_may",
        parameters: &[
            DOCUMENT,
            Parameter { name: "service", kind: Kind::String },
            Parameter { name: "action", kind: Kind::String },
            Parameter { name: "source", kind: Kind::String },
        ],
        returns: Kind::Bool,
        help: "whether the document lets a service act for a source, an ARN such as arn:aws:execute-api:r:a:api/*/GET/users with any stage",
        call: facts::service_may,
    },
    Function {
        name: "iam.service_wildcards",
        parameters: &[DOCUMENT],
        returns: findings!("service": Kind::String, "action": Kind::String, "resource": Kind::String, "on_everything": Kind::Bool),
        help: "services all of whose actions are allowed",
        call: facts::service_wildcards,
    },
    Function {
        name: "iam.trusts_anyone",
        parameters: &[DOCUMENT],
        returns: findings!("principal": Kind::String, "restricted": Kind::Bool, "keys": TEXTS),
        help: "statements that let everybody in; restricted where a condition names where from",
        call: facts::trusts_anyone,
    },
    Function {
        name: "iam.unguarded_service_grants",
        parameters: &[DOCUMENT],
        returns: findings!("service": Kind::String),
        help: "statements that let an AWS service in without naming for whom it must act",
        call: facts::unguarded_service_grants,
    },
    Function {
        name: "iam.unused",
        parameters: &[Parameter { name: "last_accessed", kind: Kind::Any }],
        returns: Kind::List(&Kind::Object(&[("action", Kind::String), ("service", Kind::String), ("verdict", Kind::String)])),
        help: "services and tracked actions that were granted and not used in 400 days, by IAM's last-accessed data; verdict is \
               service_unused or unused; what is untracked is not among them",
        call: facts::unused,
    },
    Function {
        name: "iam.wildcard_resource_actions",
        parameters: &[DOCUMENT],
        returns: findings!("action": Kind::String, "count": Kind::Int, "examples": TEXTS, "resource_types": TEXTS),
        help: "actions allowed on every resource although a policy could name their resources",
        call: facts::wildcard_resource_actions,
    },
];
