//! Custom domains, and the APIs that are mapped below them.

use super::{DOMAIN, DOMAINS, MAPPING, endpoint, policy, tags};
use crate::collect::aws::draft::Draft;
use aws_sdk_apigateway::types::{BasePathMapping, DomainName, SecurityPolicy};
use serde_json::json;

/// One domain, as its mappings name it.
#[derive(Clone, Debug)]
pub struct Domain {
    /// The host name.
    pub name: String,
    /// What tells private domains of one host name apart; public ones have none.
    pub id: Option<String>,
}

impl Domain {
    /// The last part of its ARN.
    fn path(&self) -> String {
        let id = self.id.as_ref().map(|id| format!("+{id}")).unwrap_or_default();
        format!("/domainnames/{}{id}", self.name)
    }
}

/// One domain; none where the answer lacks its name.
pub fn domain(domain: &DomainName, prefix: &str) -> Option<(Draft, Domain)> {
    let named = Domain { name: domain.domain_name()?.to_owned(), id: domain.domain_name_id().map(str::to_owned) };
    let mut draft = Draft::new(DOMAIN, format!("{prefix}{}", named.path()), named.name.as_str());
    draft.tags = tags(domain.tags());
    let into = &mut draft.properties;
    into.put("DomainName", named.name.as_str());
    into.put_some("CertificateArn", domain.certificate_arn());
    into.put_some("RegionalCertificateArn", domain.regional_certificate_arn());
    into.put_some("EndpointConfiguration", domain.endpoint_configuration().map(endpoint));
    // Domains from before security policies exist have none, and accept TLS 1.0.
    into.put("SecurityPolicy", domain.security_policy().unwrap_or(&SecurityPolicy::Tls10).as_str());
    let truststore = domain.mutual_tls_authentication().and_then(|mutual| mutual.truststore_uri());
    into.put_some("MutualTlsAuthentication", truststore.map(|uri| json!({ "TruststoreUri": uri })));
    into.put_some("OwnershipVerificationCertificateArn", domain.ownership_verification_certificate_arn());
    policy(&mut draft, "Policy", domain.policy(), DOMAINS);
    let state = &mut draft.state;
    state.put_some("DomainNameStatus", domain.domain_name_status().map(|status| status.as_str()));
    state.put_some("CertificateArn", domain.regional_certificate_arn().or_else(|| domain.certificate_arn()));
    Some((draft, named))
}

/// One mapping; none where the answer does not say to which API.
pub fn mapping(mapping: &BasePathMapping, domain: &Domain, prefix: &str) -> Option<Draft> {
    let api = mapping.rest_api_id()?;
    // "(none)" stands for the root of the domain.
    let path = mapping.base_path().filter(|path| !path.is_empty() && *path != "(none)");
    let id = format!("{prefix}{}/basepathmappings/{}", domain.path(), path.unwrap_or("(none)"));
    let mut draft = Draft::new(MAPPING, id, format!("{}/{}", domain.name, path.unwrap_or("")));
    draft.properties.put("DomainName", domain.name.as_str());
    draft.properties.put("RestApiId", api);
    draft.properties.put_some("BasePath", path);
    draft.properties.put_some("Stage", mapping.stage().filter(|stage| !stage.is_empty()));
    draft.state.put("RestApiArn", format!("{prefix}/restapis/{api}"));
    Some(draft)
}
