//! Security Hub: findings as `--format asff` writes them, a hundred a call. What is resolved is sent again, archived; the id is the
//! fingerprint, so that a later import updates an earlier one, and a repetition changes nothing.
//!
//! The SDK has a type for each of ASFF's thousand fields and takes no JSON; so it signs and sends, and the body is ours. Security Hub
//! deletes what nobody imported again for 90 days.

use super::aws::Session;
use super::config::Hub;
use super::fault::{Fault, Nature, of_aws, of_code};
use super::told::quoted;
use super::{Channel, Delivered, Voice};
use crate::model::Region;
use crate::model::finding::{Change, Finding};
use crate::model::notice::{Batch, Notice, Purpose};
use crate::publish::export::asff;
use aws_sdk_securityhub::Client;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Security Hub in one account and region.
#[derive(Debug)]
pub struct SecurityHub {
    hub: Hub,
    session: Session,
}

impl SecurityHub {
    /// Nobody is asked yet.
    pub fn new(hub: Hub) -> Self {
        let session = Session::new(hub.access.clone());
        Self { hub, session }
    }

    /// The findings of a batch, each once and as it was last; and the notices that cannot be sent.
    fn findings<'a>(&self, batch: &'a Batch) -> (BTreeMap<String, Value>, Vec<(&'a Notice, String)>) {
        let region = self.hub.access.region.as_deref().map_or_else(Region::global, Region::from);
        let (mut findings, mut refused) = (BTreeMap::new(), Vec::new());
        for notice in &batch.notices {
            let Change { finding, .. } = &notice.change;
            if finding.account != self.hub.account {
                refused.push((
                    notice,
                    format!("it belongs to account {}, and this is the Security Hub of {}", finding.account, self.hub.account),
                ));
                continue;
            }
            match serde_json::to_value(asff::of_finding(finding, &region)) {
                Ok(mut value) => {
                    if batch.purpose == Purpose::Test {
                        value["RecordState"] = "ARCHIVED".into();
                    }
                    findings.insert(id_of(finding), value);
                }
                Err(error) => refused.push((notice, error.to_string())),
            }
        }
        (findings, refused)
    }
}

/// The finding's id in Security Hub.
fn id_of(finding: &Finding) -> String {
    asff::of_finding(finding, &Region::global()).id
}

#[async_trait::async_trait]
impl Channel for SecurityHub {
    fn most(&self, _digest: bool) -> u32 {
        u32::try_from(asff::MOST_OF_A_CALL).unwrap_or(u32::MAX)
    }

    async fn send(&self, batch: &Batch, _voice: &Voice) -> Result<Delivered, Fault> {
        let (findings, unsendable) = self.findings(batch);
        let mut delivered = Delivered::default();
        delivered.refused.extend(unsendable.into_iter().map(|(notice, why)| (notice.id.clone(), why)));
        if findings.is_empty() {
            return Ok(delivered);
        }
        let body = json!({ "Findings": findings.into_values().collect::<Vec<_>>() }).to_string();
        let client = Client::new(self.session.sdk().await?);
        let import = client.batch_import_findings().customize().mutate_request(move |request| {
            request.headers_mut().insert("content-length", body.len().to_string());
            *request.body_mut() = SdkBody::from(body.as_str());
        });
        let answer = import.send().await.map_err(|error| of_aws("securityhub:BatchImportFindings", &error))?;
        for failed in answer.failed_findings() {
            let (id, code) = (failed.id().unwrap_or_default(), failed.error_code().unwrap_or("no error code"));
            let reason = quoted(&format!("{code}: {}", failed.error_message().unwrap_or_default()));
            let notices = batch.notices.iter().filter(|notice| id_of(&notice.change.finding) == id);
            for notice in notices {
                match of_code(code) {
                    Nature::Passing => delivered.again.push(notice.id.clone()),
                    Nature::Message | Nature::Channel => delivered.refused.push((notice.id.clone(), reason.clone())),
                }
            }
        }
        delivered.receipt = format!(
            "securityhub:BatchImportFindings took {} findings and refused {}",
            answer.success_count().unwrap_or_default(),
            answer.failed_count().unwrap_or_default()
        );
        Ok(delivered)
    }
}
