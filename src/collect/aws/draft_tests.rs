//! Drafts: what a failed call leaves, and what a vanished resource does.

use super::*;
use crate::collect::aws::failure::Kind;
use crate::model::Outcome;

#[test]
fn an_answer_is_read_and_a_failure_is_kept() {
    let mut draft = Draft::new("AWS::Lambda::Function", "arn", "one");
    assert_eq!(draft.take("lambda:GetPolicy", Ok(5), |draft, answer| draft.state.put("Policy", answer)), Some(()));
    let refused = Failure::fault(Outcome::Denied, "no");
    assert_eq!(draft.take::<u8>("lambda:ListAliases", Err(refused), |_, _| unreachable!("nothing to read")), Some(()));
    assert_eq!(draft.state["Policy"], 5);
    assert_eq!(
        draft.answers.iter().map(|(call, answer)| (*call, answer.is_ok())).collect::<Vec<_>>(),
        [("lambda:GetPolicy", true), ("lambda:ListAliases", false)]
    );
}

#[test]
fn a_resource_that_is_gone_ends_the_draft() {
    let mut draft = Draft::new("AWS::Lambda::Function", "arn", "one");
    let gone = Failure { kind: Kind::Vanished, ..Failure::fault(Outcome::Broken, "gone") };
    assert_eq!(draft.take::<u8>("lambda:GetPolicy", Err(gone), |_, _| ()), None);
    assert!(draft.answers.is_empty());
}

#[test]
fn what_an_answer_lacks_is_a_gap_that_names_the_call() {
    let mut draft = Draft::new("AWS::Lambda::Function", "arn", "one");
    draft.lacks(("state", "Policy"), "lambda:GetPolicy");
    let GapRecord { path, gap } = &draft.gaps[0];
    assert_eq!((path.to_string().as_str(), gap.call.as_ref().unwrap().as_str()), ("state.Policy", "lambda:GetPolicy"));
    assert_eq!((gap.kind, gap.detail.as_str()), (GapKind::Broken, "lambda:GetPolicy was answered without Policy of one"));
}
