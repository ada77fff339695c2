//! One request, as AWS would judge it: who, what, on what, and the context. Nothing is derived: a key that is not given is
//! absent, also where the principal's ARN would tell it.

use super::super::document::account_of;
use arcstr::ArcStr;

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub caller: Caller,
    /// What for: `dynamodb:GetItem`.
    pub action: ArcStr,
    /// On what: an ARN, or `*` where the action takes no resource.
    pub resource: ArcStr,
    /// The account of the resource, where it is given.
    pub resource_account: Option<ArcStr>,
    /// What else is known of the request.
    pub context: Context,
}

impl Request {
    /// The account of the resource: as given, else as its ARN says; none where neither tells, as for a bucket.
    pub fn owner(&self) -> Option<&str> {
        self.resource_account.as_deref().or_else(|| account_of(&self.resource))
    }
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Nobody that AWS knows.
    Anonymous,
    /// A principal of an account: a user, a role, a session, the root user.
    Arn(ArcStr),
    /// An AWS service (`lambda.amazonaws.com`) or an identity provider by its host name.
    Named(ArcStr),
}

impl Caller {
    /// Reads a principal: an ARN, an account id (its root user), `*` or nothing for nobody, else a service's name.
    pub fn read(text: Option<&str>) -> Self {
        match text {
            None | Some("" | "*") => Self::Anonymous,
            Some(id) if id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()) => {
                Self::Arn(arcstr::format!("arn:aws:iam::{id}:root"))
            }
            Some(arn) if arn.starts_with("arn:") => Self::Arn(arn.into()),
            Some(name) => Self::Named(name.into()),
        }
    }

    /// The account that it belongs to.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Arn(arn) => account_of(arn),
            Self::Anonymous | Self::Named(_) => None,
        }
    }

    /// Whether it is an account's root user.
    pub fn is_root(&self) -> bool {
        matches!(self, Self::Arn(arn) if name_of(arn) == "root")
    }

    /// The name of the role whose session it is.
    pub fn session_role(&self) -> Option<&str> {
        let Self::Arn(arn) = self else { return None };
        let (role, _session) = name_of(arn).strip_prefix("assumed-role/")?.rsplit_once('/')?;
        Some(role)
    }

    /// Whether it is a role itself, as templates name it, and not one of its sessions.
    pub fn is_role(&self) -> bool {
        matches!(self, Self::Arn(arn) if name_of(arn).starts_with("role/"))
    }

    /// Whether it is a role that belongs to an AWS service: organisations' policies do not limit it. From "Service control
    /// policies" in the user guide of AWS Organizations; such roles' names begin alike ("Service-linked roles", IAM user guide).
    pub fn is_service_linked(&self) -> bool {
        match self {
            Self::Arn(arn) => {
                name_of(arn).starts_with("role/aws-service-role/")
                    || self.session_role().is_some_and(|role| role.starts_with("AWSServiceRoleFor"))
            }
            Self::Anonymous | Self::Named(_) => false,
        }
    }
}

impl std::fmt::Display for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Anonymous => "an anonymous caller",
            Self::Arn(text) | Self::Named(text) => text,
        })
    }
}

/// The last part of an ARN: `role/name`.
pub(super) fn name_of(arn: &str) -> &str {
    arn.splitn(6, ':').nth(5).unwrap_or_default()
}

/// The condition keys of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// Sorted by key in lower case.
    keys: Vec<(Box<str>, ContextValue)>,
}

/// What a request says under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContextValue {
    /// One value of a key that has one.
    One(ArcStr),
    /// The values of a key that may have many, even where it has one.
    Many(Vec<ArcStr>),
}

/// What a context holds under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// Nothing.
    Absent,
    /// This.
    Value(&'a ContextValue),
    /// Two keys that differ only in case: which of them AWS would take is not known.
    Ambiguous,
}

impl Context {
    /// A context of these keys.
    pub fn new<K: AsRef<str>>(keys: impl IntoIterator<Item = (K, ContextValue)>) -> Self {
        let mut keys: Vec<(Box<str>, ContextValue)> =
            keys.into_iter().map(|(key, value)| (key.as_ref().to_lowercase().into_boxed_str(), value)).collect();
        keys.sort_by(|a, b| a.0.cmp(&b.0));
        Self { keys }
    }

    /// What is under a key, whatever its case.
    pub fn find(&self, key: &str) -> Found<'_> {
        let key = key.to_lowercase();
        let start = self.keys.partition_point(|(known, _)| **known < *key);
        let mut found = self.keys.iter().skip(start).take_while(|(known, _)| **known == *key);
        match (found.next(), found.next()) {
            (None, _) => Found::Absent,
            (Some((_, value)), None) => Found::Value(value),
            (Some(_), Some(_)) => Found::Ambiguous,
        }
    }

    /// All keys in lower case, with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ContextValue)> {
        self.keys.iter().map(|(key, value)| (&**key, value))
    }
}
