//! Ways inside IAM itself: policies, groups, trust, credentials.

use super::Door::{Assume, Key, NewPassword, Password, SpareKey, Trust};
use super::Gain::{Become, Own};
use super::{Lever, Way};

/// 8 by which a principal makes itself more, 14 by which it becomes another.
pub const WAYS: &[Way] = &[
    Way { id: "iam-001", gain: Own(Lever::Version), needs: &["iam:CreatePolicyVersion"] },
    Way { id: "iam-002", gain: Become(Key, None), needs: &["iam:CreateAccessKey"] },
    Way { id: "iam-003", gain: Become(SpareKey, None), needs: &["iam:DeleteAccessKey", "iam:CreateAccessKey"] },
    Way { id: "iam-004", gain: Become(NewPassword, None), needs: &["iam:CreateLoginProfile"] },
    Way { id: "iam-005", gain: Own(Lever::Role), needs: &["iam:PutRolePolicy"] },
    Way { id: "iam-006", gain: Become(Password, None), needs: &["iam:UpdateLoginProfile"] },
    Way { id: "iam-007", gain: Own(Lever::User), needs: &["iam:PutUserPolicy"] },
    Way { id: "iam-008", gain: Own(Lever::User), needs: &["iam:AttachUserPolicy"] },
    Way { id: "iam-009", gain: Own(Lever::Role), needs: &["iam:AttachRolePolicy"] },
    Way { id: "iam-010", gain: Own(Lever::Group), needs: &["iam:AttachGroupPolicy"] },
    Way { id: "iam-011", gain: Own(Lever::Group), needs: &["iam:PutGroupPolicy"] },
    Way { id: "iam-012", gain: Become(Trust, None), needs: &["iam:UpdateAssumeRolePolicy"] },
    Way { id: "iam-013", gain: Own(Lever::Membership), needs: &["iam:AddUserToGroup"] },
    Way { id: "iam-014", gain: Become(Assume, Some(Lever::Role)), needs: &["iam:AttachRolePolicy", "sts:AssumeRole"] },
    Way { id: "iam-015", gain: Become(Key, Some(Lever::User)), needs: &["iam:AttachUserPolicy", "iam:CreateAccessKey"] },
    Way { id: "iam-016", gain: Become(Assume, Some(Lever::Version)), needs: &["iam:CreatePolicyVersion", "sts:AssumeRole"] },
    Way { id: "iam-017", gain: Become(Assume, Some(Lever::Role)), needs: &["iam:PutRolePolicy", "sts:AssumeRole"] },
    Way { id: "iam-018", gain: Become(Key, Some(Lever::User)), needs: &["iam:PutUserPolicy", "iam:CreateAccessKey"] },
    Way { id: "iam-019", gain: Become(Trust, Some(Lever::Role)), needs: &["iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"] },
    Way { id: "iam-020", gain: Become(Trust, Some(Lever::Version)), needs: &["iam:CreatePolicyVersion", "iam:UpdateAssumeRolePolicy"] },
    Way { id: "iam-021", gain: Become(Trust, Some(Lever::Role)), needs: &["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"] },
    Way { id: "sts-001", gain: Become(Assume, None), needs: &["sts:AssumeRole"] },
];
