//! What of a handler's permissions the auditor's policy may hold: all that lists or reads, and nothing that hands out the
//! customer's data or changes anything.
//!
//! Cloud Control's handlers work with the caller's credentials. Some schemas ask for more than reading takes
//! (`iam:PassRole`, `kms:Decrypt`), and a few handlers do read data (`s3:GetObject`). Those are left out: if the handler
//! does use one, AWS refuses the call, and what it would have brought is a gap that names the permission.

use crate::collect::aws::blind::{hands_out_data, reads_only};
use crate::iam::actions::Database;
use arcstr::ArcStr;
use std::collections::BTreeSet;

/// One action for all of API Gateway, the keys of its APIs included. Our own collector has it on the paths that it needs; a
/// handler's paths are not known.
const API_KEYS_TOO: &str = "apigateway:GET";

/// The permissions of a handler, parted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// What the policy gets, in AWS's spelling.
    pub granted: BTreeSet<ArcStr>,
    /// What it does not get.
    pub left_out: BTreeSet<ArcStr>,
}

/// Parts what a handler asks for. A pattern (`ec2:Describe*`) stands for the actions that AWS lists under it: what a policy
/// holds is read by people.
pub fn allowed<'a>(wanted: impl Iterator<Item = &'a str>) -> Allowed {
    let mut allowed = Allowed::default();
    for word in wanted {
        let harmless = |action: &str| reads_only(action) && !hands_out_data(action) && !action.eq_ignore_ascii_case(API_KEYS_TOO);
        if word.contains('*') {
            let actions: Vec<String> =
                Database::embedded().expand(word).map(|action| action.to_string()).filter(|action| harmless(action)).collect();
            if actions.is_empty() {
                allowed.left_out.insert(word.into());
            }
            allowed.granted.extend(actions.into_iter().map(ArcStr::from));
        } else if harmless(word) {
            let known = word.split_once(':').and_then(|(service, name)| Database::embedded().find(service, name));
            allowed.granted.extend(known.map(|action| ArcStr::from(action.to_string())));
        } else {
            allowed.left_out.insert(word.into());
        }
    }
    allowed
}
