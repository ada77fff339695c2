//! What certificates become.

use super::*;
use aws_sdk_acm::types::{CertificateStatus, CertificateType, RenewalStatus, RenewalSummary};
use aws_smithy_types::DateTime;

const ARN: &str = "arn:aws:acm:us-east-2:111122223333:certificate/a";

fn draft() -> Draft {
    summary(&CertificateSummary::builder().certificate_arn(ARN).domain_name("api-dev.diatonic.ai").build()).unwrap()
}

#[test]
fn keys_are_spelt_as_the_enumeration_has_them() {
    let mut draft = draft();
    certificate(&mut draft, &CertificateDetail::builder().key_algorithm("RSA-1024".into()).build());
    assert_eq!(draft.properties["KeyAlgorithm"], "RSA_1024");
}

#[test]
fn a_certificate_that_was_not_issued_yet_has_no_end() {
    let mut draft = draft();
    let pending = CertificateDetail::builder().status(CertificateStatus::PendingValidation).build();
    assert!(is_whole(&pending));
    certificate(&mut draft, &pending);
    assert!(draft.state["NotAfter"].is_null());
    assert_eq!(draft.state["InUseBy"], json!([]));
}

#[test]
fn the_end_and_the_renewal_are_told() {
    let validation = DomainValidation::builder().domain_name("api-dev.diatonic.ai").validation_method("DNS".into()).build().unwrap();
    let renewal = RenewalSummary::builder()
        .renewal_status(RenewalStatus::PendingValidation)
        .domain_validation_options(validation.clone())
        .updated_at(DateTime::from_secs(0))
        .build()
        .unwrap();
    let issued = CertificateDetail::builder()
        .status(CertificateStatus::Issued)
        .r#type(CertificateType::AmazonIssued)
        .not_after(DateTime::from_secs(1_800_000_000))
        .in_use_by("arn:aws:apigateway:us-east-2::/domainnames/api-dev.diatonic.ai")
        .domain_validation_options(validation)
        .renewal_summary(renewal)
        .build();
    let mut draft = draft();
    certificate(&mut draft, &issued);
    assert_eq!(draft.state["NotAfter"], "2027-01-15T08:00:00Z");
    assert_eq!(draft.state["RenewalStatus"], "PENDING_VALIDATION");
    assert_eq!(draft.properties["ValidationMethod"], "DNS");
    assert_eq!(draft.state["Type"], "AMAZON_ISSUED");
}

#[test]
fn an_answer_without_a_status_is_half_an_answer() {
    assert!(!is_whole(&CertificateDetail::builder().build()));
    assert!(summary(&CertificateSummary::builder().certificate_arn(ARN).build()).is_none());
}
