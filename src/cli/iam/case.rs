//! One line of `iam simulate --batch`: a request with all policies that apply to it.

use super::lines;
use crate::iam::document::{self, Fault};
use crate::iam::evaluation::{Caller, Context, ContextValue, Policies, Policy, Request};
use crate::model::Value;
use arcstr::ArcStr;
use std::sync::Arc;

/// A request with the policies that apply to it.
#[derive(Debug)]
pub struct Case {
    /// As the line gives it; null where it gives none.
    pub id: serde_json::Value,
    /// The request.
    pub request: Request,
    /// What applies to it.
    pub policies: Policies,
}

/// A line that is no case.
#[derive(Debug)]
pub struct BadCase {
    /// The line's id, where that can be read.
    pub id: serde_json::Value,
    /// What is wrong.
    pub reason: String,
}

/// Reads a line.
pub fn read(line: &[u8]) -> Result<Case, Box<BadCase>> {
    let bad = |id: serde_json::Value, reason: String| Box::new(BadCase { id, reason });
    let (value, twice) = lines::read(line).map_err(|reason| bad(serde_json::Value::Null, reason))?;
    let id = value.get("id").map(Value::to_json).unwrap_or_default();
    let reader = Reader { twice: &twice };
    let request = request(&value).map_err(|reason| bad(id.clone(), reason))?;
    let policies = reader.policies(&value).map_err(|reason| bad(id.clone(), reason))?;
    Ok(Case { id, request, policies })
}

fn request(case: &Value) -> Result<Request, String> {
    let request = case.get("request").filter(|request| request.as_map().is_some()).ok_or("`request` is no object")?;
    let text = |key: &str| match request.get(key) {
        Some(Value::Str(text)) => Ok(text.clone()),
        Some(_) => Err(format!("`request.{key}` is no text")),
        None => Err(format!("`request.{key}` is missing")),
    };
    let caller = match request.get("principal") {
        Some(Value::Null) => Caller::Anonymous,
        Some(Value::Str(principal)) => Caller::read(Some(principal)),
        Some(_) => return Err("`request.principal` is neither text nor null".to_owned()),
        None => return Err("`request.principal` is missing; null stands for an anonymous caller".to_owned()),
    };
    let resource_account = match request.get("resource_account") {
        None | Some(Value::Null) => None,
        Some(Value::Str(account)) => Some(account.clone()),
        Some(_) => return Err("`request.resource_account` is neither text nor null".to_owned()),
    };
    Ok(Request { caller, action: text("action")?, resource: text("resource")?, resource_account, context: context(request)? })
}

fn context(request: &Value) -> Result<Context, String> {
    let given = match request.get("context") {
        None | Some(Value::Null) => return Ok(Context::default()),
        Some(given) => given.as_map().ok_or("`request.context` is no object")?,
    };
    let mut keys = Vec::new();
    for (key, value) in given.iter() {
        let one = |value: &Value| match value {
            Value::Str(text) => Ok(text.clone()),
            Value::Bool(_) | Value::Int(_) | Value::Double(_) => Ok(ArcStr::from(value.to_text())),
            _ => Err(format!("`request.context` has a value under {key} that is neither text nor a list of texts")),
        };
        let value = match value {
            Value::List(items) => ContextValue::Many(items.iter().map(one).collect::<Result<_, _>>()?),
            value => ContextValue::One(one(value)?),
        };
        keys.push((key.clone(), value));
    }
    Ok(Context::new(keys))
}

struct Reader<'a> {
    twice: &'a [Fault],
}

impl Reader<'_> {
    fn policies(&self, case: &Value) -> Result<Policies, String> {
        Ok(Policies {
            identity: self.list(case, "identity_policies")?,
            resource: case
                .get("resource_policy")
                .filter(|policy| !matches!(policy, Value::Null))
                .map(|policy| self.policy("resource_policy".into(), policy)),
            boundaries: self.list(case, "permission_boundaries")?,
            sessions: self.list(case, "session_policies")?,
            endpoints: self.list(case, "endpoint_policies")?,
            service_control: self.levels(case, "service_control_policies")?,
            resource_control: self.levels(case, "resource_control_policies")?,
        })
    }

    fn list(&self, case: &Value, key: &str) -> Result<Vec<Policy>, String> {
        case.get(key).map_or(Ok(Vec::new()), |value| self.items(value, key))
    }

    fn levels(&self, case: &Value, key: &str) -> Result<Vec<Vec<Policy>>, String> {
        let levels = match case.get(key) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(levels) => levels.as_list().ok_or_else(|| format!("`{key}` is no list of levels"))?,
        };
        levels.iter().enumerate().map(|(place, level)| self.items(level, &format!("{key}[{place}]"))).collect()
    }

    fn items(&self, value: &Value, place: &str) -> Result<Vec<Policy>, String> {
        let items = match value {
            Value::Null => return Ok(Vec::new()),
            value => value.as_list().ok_or_else(|| format!("`{place}` is no list"))?,
        };
        Ok(items.iter().enumerate().map(|(number, item)| self.policy(arcstr::format!("{place}[{number}]"), item)).collect())
    }

    /// One policy: an object, or its JSON as text.
    fn policy(&self, label: ArcStr, value: &Value) -> Policy {
        let document = match lines::fault_in(&label, self.twice) {
            Some(fault) => Err(ArcStr::from(fault.to_string())),
            None => document::parse(value).map(Arc::new).map_err(|faults| faults.to_string().into()),
        };
        Policy { label, document }
    }
}
