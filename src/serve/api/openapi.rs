//! `/openapi.json`: the API described for machines, as the handlers describe themselves. Made once, when the router is.

use super::super::problem::Document;
use axum::Extension;
use axum::http::{HeaderName, header};
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{InfoBuilder, LicenseBuilder};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the document has besides the routes.
#[derive(OpenApi)]
#[openapi(components(schemas(Document)))]
struct Head;

/// The document as text.
#[derive(Clone, Debug)]
pub struct Description(Arc<str>);

/// This description of the API
#[utoipa::path(
    get, path = "/openapi.json", tag = "about", operation_id = "describe",
    responses((status = OK, description = "OpenAPI 3.1", body = serde_json::Value), super::refusals::OfRead),
    security((), ("token" = ["read"]), ("session" = ["read"]), ("certificate" = ["read"])),
)]
async fn openapi(Extension(description): Extension<Description>) -> ([(HeaderName, &'static str); 1], String) {
    ([(header::CONTENT_TYPE, "application/json")], description.0.to_string())
}

/// The routes with their descriptions, and `/openapi.json` that tells them.
pub fn describe<S: Clone + Send + Sync + 'static>(routes: OpenApiRouter<S>) -> axum::Router<S> {
    let document = OpenApiRouter::with_openapi(Head::openapi()).routes(routes!(openapi)).merge(routes);
    let (router, mut api) = document.split_for_parts();
    api.info = InfoBuilder::new()
        .title("Ledgerline")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "What audits of AWS accounts found. Lists are pages: `next` is the cursor of the page that follows, and pages stay right \
             while items come and go. Errors are problem documents (RFC 9457); programs decide by their `type`.",
        ))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    let mut components = api.components.take().unwrap_or_default();
    let schemes = [
        (
            "token",
            SecurityScheme::Http(
                HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("`ledgerline token new` makes one.")).build(),
            ),
        ),
        (
            "session",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                "ledgerline",
                "Of a browser that signed in; `__Host-ledgerline` over TLS.",
            ))),
        ),
        (
            "certificate",
            SecurityScheme::MutualTls {
                description: Some("One that auth.certificates knows.".to_owned()),
                deprecated: None,
                extensions: None,
            },
        ),
    ];
    for (name, scheme) in schemes {
        components.add_security_scheme(name, scheme);
    }
    api.components = Some(components);
    // None of them where only this machine or a proxy reaches us.
    let none = SecurityRequirement::default();
    api.security = Some(
        [none].into_iter().chain(["token", "session", "certificate"].map(|name| SecurityRequirement::new(name, [] as [&str; 0]))).collect(),
    );
    let text = api.to_json().unwrap_or_else(|error| panic!("internal error: the description of the API: {error}"));
    router.layer(Extension(Description(text.into())))
}
