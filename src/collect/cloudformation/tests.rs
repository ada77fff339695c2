//! Templates as resources: what they say, what they leave to AWS, and what nobody knows before they are deployed.

mod broken;
mod defaults;
mod intrinsic;
mod parts;

use super::{Deployment, Template};
use crate::collect::{Request, Silent};
use crate::diag::Diagnostic;
use crate::model::catalogue::Catalogue;
use crate::model::inventory::Collected;
use crate::model::needs::Needs;
use crate::model::paid::{PaidCalls, PaidRequest, Refusal};
use crate::model::run::PassScope;
use crate::model::value::Time;
use crate::model::{Gap, Interner, Path, Resource, Value};
use futures::future::BoxFuture;
use std::sync::LazyLock;

/// A template asks nobody, so nothing is paid.
struct NoMoney;

impl PaidCalls for NoMoney {
    fn cached<'a>(&'a self, _: &'a PaidRequest, _: Time) -> BoxFuture<'a, Option<serde_json::Value>> {
        Box::pin(std::future::ready(None))
    }
    fn reserve<'a>(&'a self, _: &'a PaidRequest, _: Time) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(std::future::ready(Err(Refusal::NoStore)))
    }
    fn settle<'a>(&'a self, _: &'a PaidRequest, _: u32, _: Option<serde_json::Value>, _: Time) -> BoxFuture<'a, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// Every type, read once: reading it takes longer than all else here.
fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(crate::collect::catalogue);
    &CATALOGUE
}

/// The user's own account and region.
fn deployment() -> Deployment {
    Deployment { account: Some("313476888312".into()), region: Some("us-east-2".into()) }
}

fn collected_in(deployment: Deployment, text: &str) -> Collected {
    let template = Template::read("template.yaml", text, deployment).unwrap_or_else(|faults| panic!("{faults:?}"));
    let (catalogue, interner, scope) = (catalogue(), Interner::new(), PassScope::default());
    let needs = Needs::everything(catalogue);
    let request = Request {
        needs: &needs,
        scope: &scope,
        now: chrono::DateTime::UNIX_EPOCH,
        catalogue,
        interner: &interner,
        paid: &NoMoney,
        progress: &Silent,
    };
    template.yields(&request)
}

/// The resources of a template in the user's account.
fn resources(text: &str) -> Vec<Resource> {
    collected_in(deployment(), text).resources
}

/// A template with these resources, indented by two.
fn with(resources: &str) -> Vec<Resource> {
    self::resources(&format!("Resources:\n{resources}"))
}

/// The resource with this logical id.
fn by_address<'a>(resources: &'a [Resource], address: &str) -> &'a Resource {
    resources.iter().find(|resource| resource.origin.as_ref().is_some_and(|origin| origin.address == address)).expect(address)
}

/// What stands at a path; null where nothing does.
fn at(resource: &Resource, path: &str) -> Value {
    let path: Path = path.parse().unwrap();
    resource.at(&path).cloned().unwrap_or(Value::Null)
}

/// The same as JSON.
fn json(resource: &Resource, path: &str) -> serde_json::Value {
    at(resource, path).to_json()
}

/// Why a path is not known.
fn why(resource: &Resource, path: &str) -> String {
    at(resource, path)
        .as_gap()
        .map_or_else(|| panic!("{path} is {:?}", at(resource, path)), |gap: &std::sync::Arc<Gap>| gap.detail.to_string())
}

/// What is wrong with a template, a line each.
fn faults(text: &str) -> Vec<String> {
    let faults: Vec<Diagnostic> = Template::read("template.yaml", text, deployment()).expect_err("the template is fine");
    faults.iter().map(ToString::to_string).collect()
}
