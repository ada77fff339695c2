//! Certificates of AWS Certificate Manager: one listing, and what each is in one more call.
//!
//! Left to itself, `ListCertificates` tells only certificates with RSA keys of 1024 and 2048 bits: every kind of key is named.
//! The certificates themselves (`GetCertificate`) are not asked for.

mod map;

use super::Service;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::Page;
use crate::collect::aws::scope::{Scope, Yield};
use aws_sdk_acm::Client;
use aws_sdk_acm::types::{Filters, KeyAlgorithm};
use futures::FutureExt as _;
use map::{CERTIFICATE, DESCRIBE, LIST};

/// Collects `AWS::CertificateManager::Certificate`.
pub struct Acm;

/// The most certificates that a page holds.
const PAGE: i32 = 1000;

/// ACM's quotas: 8 listings and 10 descriptions a second ("API rate quotas").
const PACES: &[(&str, Pace)] = &[(LIST, Pace::new(8, 8)), (DESCRIBE, Pace::new(10, 10))];

#[async_trait::async_trait]
impl Service for Acm {
    fn name(&self) -> &'static str {
        "acm"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        PACES
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::new(cx.sdk());
        let every_key = KeyAlgorithm::values().iter().map(|kind| KeyAlgorithm::from(*kind)).collect();
        let filters = Filters::builder().set_key_types(Some(every_key)).build();
        let certificates = cx
            .list(LIST, |token| {
                let request = client.list_certificates().includes(filters.clone()).max_items(PAGE).set_next_token(token);
                async {
                    let answer = request.send().await?;
                    Ok(Page { items: answer.certificate_summary_list, next: answer.next_token })
                }
            })
            .await
            .read(LIST, map::summary);
        let mut found = Yield::default();
        found.listed(cx, CERTIFICATE, LIST, &certificates);
        let certificates = cx.each("certificates", certificates.items, |draft| hydrate(cx, client.clone(), draft).boxed()).await;
        for certificate in certificates.into_iter().flatten() {
            found.enter(cx, certificate);
        }
        found
    }
}

/// Asks what a certificate is; none where it is gone meanwhile.
async fn hydrate(cx: &Scope<'_>, client: Client, mut certificate: Draft) -> Option<Draft> {
    if cx.wants(CERTIFICATE, DESCRIBE) {
        let arn = certificate.id.to_string();
        let answer = cx.call(DESCRIBE, || client.describe_certificate().certificate_arn(arn.as_str()).send()).await;
        let answer = answer.and_then(|answer| answer.certificate.filter(map::is_whole).ok_or_else(|| Failure::empty(DESCRIBE)));
        certificate.take(DESCRIBE, answer, |draft, answer| map::certificate(draft, &answer))?;
    }
    Some(certificate)
}
