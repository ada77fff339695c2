//! Every way of the table: an account in which it stands, and twins of it in which it must not.

use super::world::{World, admin, allow, arn, deny, policy, service, trusting};
use crate::iam::escalation::table::{Door, Gain, Lever, Way, ways};
use serde_json::{Value, json};

/// What the test changes about the account in which a way stands.
#[derive(Clone, Default)]
struct Twist {
    /// Statements that are added to the caller's policy.
    more: Vec<Value>,
    /// The condition of the caller's own statement.
    condition: Option<Value>,
    /// The resource of the caller's own statement instead of everything.
    resource: Option<String>,
    /// The caller's permissions boundary.
    boundary: Option<Value>,
    /// The organisation's policy.
    scp: Option<Value>,
    /// The service that the target lets in instead.
    service: Option<&'static str>,
    /// Whether the target is harmless instead of an administrator.
    harmless: bool,
    /// Whether the role trusts somebody else.
    stranger: bool,
}

/// The caller's kind and name, and the account.
fn account(way: &Way, twist: &Twist) -> (&'static str, World) {
    let mut own = json!({"Effect": "Allow", "Action": way.needs, "Resource": twist.resource.as_deref().unwrap_or("*")});
    if let Some(condition) = &twist.condition {
        own["Condition"] = condition.clone();
    }
    let statements: Vec<Value> = std::iter::once(own).chain(twist.more.iter().cloned()).collect();
    let document = policy(json!(statements));
    let worth = if twist.harmless { policy(json!([allow(&["logs:PutLogEvents"], "*")])) } else { admin() };
    let mut world = World::default();
    let mut properties = json!({"Policies": [{"PolicyName": "own", "PolicyDocument": document}]});
    if let Some(boundary) = &twist.boundary {
        world = world.managed("boundary", boundary.clone());
        properties["PermissionsBoundary"] = json!(arn("policy", "boundary"));
    }
    if let Some(content) = &twist.scp {
        let scp = json!({"Name": "limits", "Type": "SERVICE_CONTROL_POLICY", "Content": content, "TargetIds": ["r-abcd"]});
        world = world.resource("AWS::Organizations::Policy", "p-limits", "limits", scp);
    }
    let caller = if matches!(way.gain, Gain::Own(Lever::Role)) { "role" } else { "user" };
    let me = arn("user", "eve");
    let trusted = if twist.stranger { arn("user", "mallory") } else { me.clone() };
    let nobody = policy(json!([allow(&["s3:ListAllMyBuckets"], "*")]));
    world = match way.gain {
        Gain::Own(Lever::Membership) => world.group("target", worth),
        Gain::Own(Lever::Group) => {
            properties["Groups"] = json!(["crew"]);
            world.group("crew", nobody)
        }
        Gain::Own(Lever::Version) => {
            properties["ManagedPolicyArns"] = json!([arn("policy", "mine")]);
            world.managed("mine", nobody)
        }
        Gain::Own(Lever::User | Lever::Role) => world,
        Gain::Become(Door::Assume, None) => world.role("target", trusting(&trusted), worth),
        Gain::Become(Door::Assume, Some(Lever::Version)) => {
            world.managed("theirs", nobody).role_with("target", trusting(&trusted), json!({"ManagedPolicyArns": [arn("policy", "theirs")]}))
        }
        Gain::Become(Door::Assume, Some(_)) => world.role("target", trusting(&trusted), nobody),
        Gain::Become(Door::Trust, None) => world.role("target", service("lambda.amazonaws.com"), worth),
        Gain::Become(Door::Trust, Some(Lever::Version)) => world.managed("theirs", nobody).role_with(
            "target",
            service("lambda.amazonaws.com"),
            json!({"ManagedPolicyArns": [arn("policy", "theirs")]}),
        ),
        Gain::Become(Door::Trust, Some(_)) => world.role("target", service("lambda.amazonaws.com"), nobody),
        Gain::Become(_, None) => world.user("target", worth),
        Gain::Become(_, Some(_)) => world.user("target", nobody),
        Gain::Pass(name) => world.role("target", service(twist.service.unwrap_or(name)), worth),
        Gain::Existing(host) => world.role("target", service(twist.service.unwrap_or(host.service)), worth),
    };
    let world = match caller {
        "role" => world.role_with("eve", trusting("arn:aws:iam::999988887777:root"), properties),
        _ => world.user_with("eve", properties),
    };
    (caller, world)
}

fn stands(way: &Way, twist: &Twist) -> bool {
    let (caller, world) = account(way, twist);
    world.ways_of(caller, "eve").contains(&way.id)
}

#[test]
fn each_way_stands_where_all_is_open() {
    for way in ways() {
        let (caller, world) = account(way, &Twist::default());
        let found = world.find();
        let me = arn(caller, "eve");
        let Some(chain) = found.chains.iter().find(|chain| chain.path_id == way.id && chain.principal == me) else {
            panic!("{} is not found: {found:#?}", way.id)
        };
        let actions: Vec<&str> = chain.steps.iter().map(|step| step.action).collect();
        assert_eq!(actions, way.needs, "{}", way.id);
        assert!(chain.fix.is_some(), "{} has no fix", way.id);
        let target = match way.gain {
            Gain::Own(Lever::Membership) => arn("group", "target"),
            Gain::Own(_) => me,
            Gain::Become(Door::Assume | Door::Trust, _) | Gain::Pass(_) | Gain::Existing(_) => arn("role", "target"),
            Gain::Become(..) => arn("user", "target"),
        };
        assert_eq!(chain.target, target, "{}", way.id);
    }
}

#[test]
fn a_denied_action_closes_each_way() {
    for way in ways() {
        for action in way.needs {
            let twist = Twist { more: vec![deny(&[action], "*")], ..Twist::default() };
            // Who is named by the trust policy itself needs no permission, but what denies still counts.
            assert!(!stands(way, &twist), "{} without {action}", way.id);
        }
    }
}

#[test]
fn a_missing_action_closes_each_way() {
    for way in ways() {
        for action in way.needs {
            // Who is trusted by its own name needs no permission of its own.
            if *action == "sts:AssumeRole" {
                continue;
            }
            let left: Vec<&'static str> = way.needs.iter().copied().filter(|other| other != action).collect();
            let less = Way { id: way.id, gain: way.gain, needs: Box::leak(left.into_boxed_slice()) };
            assert!(!stands_as(way, &less), "{} without {action}", way.id);
        }
    }
}

/// Whether a way is found in an account that was made for another.
fn stands_as(way: &Way, made_for: &Way) -> bool {
    let (caller, world) = account(made_for, &Twist::default());
    world.ways_of(caller, "eve").contains(&way.id)
}

#[test]
fn a_boundary_closes_each_way() {
    let boundary = Some(policy(json!([allow(&["s3:*"], "*")])));
    for way in ways() {
        // A grant of the trust policy to the user itself passes a boundary that is merely silent.
        let named = way.id == "sts-001";
        assert_eq!(stands(way, &Twist { boundary: boundary.clone(), ..Twist::default() }), named, "{}", way.id);
    }
}

#[test]
fn a_boundary_that_lets_the_calls_through_still_bounds_what_is_gained() {
    for way in ways().filter(|way| matches!(way.gain, Gain::Own(_))) {
        let boundary = Some(policy(json!([allow(way.needs, "*")])));
        assert!(!stands(way, &Twist { boundary, ..Twist::default() }), "{}", way.id);
    }
}

#[test]
fn an_organisations_policy_closes_each_way() {
    for way in ways() {
        let scp = Some(policy(json!([deny(way.needs, "*")])));
        assert!(!stands(way, &Twist { scp, ..Twist::default() }), "{}", way.id);
    }
}

#[test]
fn a_condition_that_cannot_hold_closes_each_way() {
    for way in ways().filter(|way| way.id != "sts-001") {
        let condition = Some(json!({"StringEquals": {"aws:PrincipalTag/team": "platform"}}));
        assert!(!stands(way, &Twist { condition, ..Twist::default() }), "{}", way.id);
        let condition = Some(json!({"StringEquals": {"aws:PrincipalAccount": "999988887777"}}));
        assert!(!stands(way, &Twist { condition, ..Twist::default() }), "{}", way.id);
    }
}

#[test]
fn a_condition_on_circumstances_is_undecided() {
    // A role that trusts the caller by name, or by rewriting, opens without its own permission to take it.
    for way in ways().filter(|way| way.id != "sts-001") {
        let condition = Some(json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}));
        let (caller, world) = account(way, &Twist { condition, ..Twist::default() });
        let found = world.find();
        assert!(found.chains.iter().all(|chain| chain.principal != arn(caller, "eve")), "{} is told", way.id);
        assert!(found.undecided.iter().any(|one| one.path_id == way.id), "{} is not undecided", way.id);
    }
}

#[test]
fn a_role_for_another_service_closes_what_hands_roles_over() {
    for way in ways().filter(|way| matches!(way.gain, Gain::Pass(_) | Gain::Existing(_))) {
        assert!(!stands(way, &Twist { service: Some("backup.amazonaws.com"), ..Twist::default() }), "{}", way.id);
    }
}

#[test]
fn a_role_for_another_principal_closes_what_takes_roles() {
    for way in ways().filter(|way| matches!(way.gain, Gain::Become(Door::Assume, _))) {
        assert!(!stands(way, &Twist { stranger: true, ..Twist::default() }), "{}", way.id);
    }
}

#[test]
fn a_harmless_target_closes_what_only_reaches_it() {
    let only_reaches =
        |way: &&Way| matches!(way.gain, Gain::Become(_, None) | Gain::Pass(_) | Gain::Existing(_) | Gain::Own(Lever::Membership));
    for way in ways().filter(only_reaches) {
        assert!(!stands(way, &Twist { harmless: true, ..Twist::default() }), "{}", way.id);
    }
}

#[test]
fn a_resource_elsewhere_closes_each_way() {
    for way in ways().filter(|way| way.id != "sts-001") {
        let resource = Some("arn:aws:iam::111122223333:role/harmless".to_owned());
        assert!(!stands(way, &Twist { resource, ..Twist::default() }), "{}", way.id);
    }
}

#[test]
fn a_permission_on_itself_alone_reaches_nobody_else() {
    for way in ways().filter(|way| matches!(way.gain, Gain::Become(door, _) if !matches!(door, Door::Assume | Door::Trust))) {
        let resource = Some("arn:aws:iam::*:user/${aws:username}".to_owned());
        assert!(!stands(way, &Twist { resource, ..Twist::default() }), "{}", way.id);
    }
}

#[test]
fn a_role_that_may_only_be_handed_to_another_service_is_not_handed() {
    for way in ways() {
        let Gain::Pass(service) = way.gain else { continue };
        let condition = |service: &str| Some(json!({"StringEquals": {"iam:PassedToService": service}}));
        let mut twist = Twist {
            more: vec![json!({"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*",
            "Condition": {"StringNotEquals": {"iam:PassedToService": "backup.amazonaws.com"}}})],
            ..Twist::default()
        };
        assert!(!stands(way, &twist), "{} to {service}", way.id);
        twist.more = vec![json!({"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*",
            "Condition": {"StringNotEquals": {"iam:PassedToService": service}}})];
        assert!(stands(way, &twist), "{} to {service}", way.id);
        assert!(condition(service).is_some());
    }
}
