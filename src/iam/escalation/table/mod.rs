//! The known ways to more permissions, as data: what they take and what they give. The code that weighs them is beside.
//!
//! Ids without the prefix `ledgerline-` are those of the public catalogue pathfinding.cloud (Datadog, Apache-2.0): 65 at the end of
//! 2025, and a few that it has taken up since. Only its facts are here (which actions, on what, which service), written anew. Those
//! with the prefix are ours. A way that its actions do not tell apart from another (a job that runs at once, or by a trigger) has an id
//! of its own there, and so here.
//!
//! Not here: `iam:SetDefaultPolicyVersion`, since what older versions of a policy grant is not collected, and CodeStar, which AWS
//! closed in July 2024.

mod beyond;
mod existing;
mod iam;
mod new;

#[cfg(test)]
mod tests;

/// One way from some permissions to more.
#[derive(Debug, PartialEq, Eq)]
pub struct Way {
    /// Its published id, or ours.
    pub id: &'static str,
    /// What it gives.
    pub gain: Gain,
    /// The actions that it takes, in the order in which they are used.
    pub needs: &'static [&'static str],
}

/// What a way gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gain {
    /// The caller itself becomes more.
    Own(Lever),
    /// The caller becomes another principal, which is made more first where there is a lever.
    Become(Door, Option<Lever>),
    /// A service runs what the caller says under a role that the caller hands to it.
    Pass(&'static str),
    /// Something that runs under a role already does what the caller says.
    Existing(&'static Host),
}

/// How a principal is made more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lever {
    /// A policy of the account that it has is rewritten.
    Version,
    /// A policy is put on the user.
    User,
    /// A policy is put on the role.
    Role,
    /// A policy is put on a group of the user.
    Group,
    /// The user joins a group.
    Membership,
}

/// How one principal becomes another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Its trust policy lets the caller in.
    Assume,
    /// Its trust policy is rewritten so that it does.
    Trust,
    /// An access key is made for the user.
    Key,
    /// The same where the user has two, one of which is deleted.
    SpareKey,
    /// A password is made for a user who has none.
    NewPassword,
    /// The password of a user who has one is changed.
    Password,
}

/// A kind of thing that runs under a role.
#[derive(Debug, PartialEq, Eq)]
pub struct Host {
    /// The resource type of it.
    pub kind: &'static str,
    /// Where it names its role, any of these; a name, an ARN, or that of an instance profile.
    pub role: &'static [&'static str],
    /// The service that must be let in by the role.
    pub service: &'static str,
    /// What the action database calls it.
    pub part: &'static str,
}

/// All ways, in the order of the catalogue.
pub fn ways() -> impl Iterator<Item = &'static Way> {
    [iam::WAYS, new::WAYS, existing::WAYS, beyond::WAYS].into_iter().flatten()
}

/// Every kind of thing that runs under a role.
pub fn hosts() -> impl Iterator<Item = &'static Host> {
    let mut seen = std::collections::BTreeSet::new();
    ways()
        .filter_map(|way| match way.gain {
            Gain::Existing(host) => Some(host),
            Gain::Own(_) | Gain::Become(..) | Gain::Pass(_) => None,
        })
        .filter(move |host| seen.insert(host.kind))
}

/// What an action must be allowed on, where the action database marks more than one way of calling it needs, or less: the names of
/// resource types. Most actions are not here: for them it is every type that the database marks as required.
pub fn parts_of(action: &str) -> Option<&'static [&'static str]> {
    Some(match action {
        // Either of two kinds will do, and only one of them has a role.
        "bedrock-agentcore:StartCodeInterpreterSession" | "bedrock-agentcore:InvokeCodeInterpreter" => &["code-interpreter-custom"],
        "bedrock-agentcore:InvokeAgentRuntime" => &["runtime"],
        // The task is only one of the things that a session may reach.
        "ssm:StartSession" => &["instance"],
        "ssm:SendCommand" => &["document", "instance"],
        "ssm:StartAutomationExecution" => &["document"],
        "batch:SubmitJob" => &["job-definition", "job-queue"],
        _ => return None,
    })
}
