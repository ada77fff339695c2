//! Certificates in CloudFormation's words, as far as it has any: most of what a live certificate is, is state.

use crate::collect::aws::draft::{Draft, time};
use aws_sdk_acm::types::{CertificateDetail, CertificateSummary, DomainValidation};
use serde_json::{Value, json};

#[cfg(test)]
mod tests;

/// The type's name.
pub const CERTIFICATE: &str = "AWS::CertificateManager::Certificate";
/// Its listing.
pub const LIST: &str = "acm:ListCertificates";
/// What tells the rest.
pub const DESCRIBE: &str = "acm:DescribeCertificate";

/// A certificate of the listing; none where it lacks what names it.
pub fn summary(summary: &CertificateSummary) -> Option<Draft> {
    let (arn, domain) = (summary.certificate_arn()?, summary.domain_name()?);
    let mut draft = Draft::new(CERTIFICATE, arn, domain);
    draft.properties.put("DomainName", domain);
    Some(draft)
}

/// Whether an answer says what the call is asked for.
pub fn is_whole(certificate: &CertificateDetail) -> bool {
    certificate.status().is_some()
}

/// What a certificate is.
pub fn certificate(draft: &mut Draft, certificate: &CertificateDetail) {
    let into = &mut draft.properties;
    into.put("SubjectAlternativeNames", certificate.subject_alternative_names());
    // The enumeration has RSA_2048, the answers have RSA-2048: one spelling for both.
    into.put_some("KeyAlgorithm", certificate.key_algorithm().map(|kind| kind.as_str().replace('-', "_")));
    into.put_some("CertificateAuthorityArn", certificate.certificate_authority_arn());
    let method = certificate.domain_validation_options().iter().find_map(DomainValidation::validation_method);
    into.put_some("ValidationMethod", method.map(|method| method.as_str()));
    let state = &mut draft.state;
    state.put_some("Status", certificate.status().map(|status| status.as_str()));
    state.put_some("Type", certificate.r#type().map(|kind| kind.as_str()));
    state.put_some("NotBefore", time(certificate.not_before()));
    state.put_some("NotAfter", time(certificate.not_after()));
    state.put_some("CreatedAt", time(certificate.created_at()));
    state.put_some("IssuedAt", time(certificate.issued_at()));
    state.put_some("ImportedAt", time(certificate.imported_at()));
    state.put("InUseBy", certificate.in_use_by());
    state.put_some("SignatureAlgorithm", certificate.signature_algorithm());
    state.put_some("FailureReason", certificate.failure_reason().map(|reason| reason.as_str()));
    state.put_some("RenewalEligibility", certificate.renewal_eligibility().map(|eligible| eligible.as_str()));
    let renewal = certificate.renewal_summary();
    state.put_some("RenewalStatus", renewal.map(|renewal| renewal.renewal_status().as_str()));
    state.put_some("RenewalStatusReason", renewal.and_then(|renewal| renewal.renewal_status_reason()).map(|reason| reason.as_str()));
    state.put("DomainValidations", certificate.domain_validation_options().iter().map(validation).collect::<Value>());
}

/// How a domain is proven. The record that proves it is left out: whoever has it can do nothing with it, and nobody needs it.
fn validation(validation: &DomainValidation) -> Value {
    json!({
        "DomainName": validation.domain_name(),
        "ValidationStatus": validation.validation_status().map_or("", |status| status.as_str()),
        "ValidationMethod": validation.validation_method().map_or("", |method| method.as_str()),
    })
}
