//! Words of the credential report that stand for an absence, and reports that break off.

use super::*;

const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,\
mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,\
access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated";
const ROOT: &str = "<root_account>,arn:aws:iam::111122223333:root,2020-01-01T00:00:00+00:00,not_supported,2026-10-01T08:00:00+00:00,\
not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A";

fn ann(rest: &str) -> String {
    format!("{HEADER}\nann,arn:aws:iam::111122223333:user/ann,2026-01-01T00:00:00+00:00,{rest}\n{ROOT}")
}

fn row_of(rest: &str) -> Row {
    read(ann(rest).as_bytes(), Some("2026-11-23T08:00:00Z".into())).unwrap().users["arn:aws:iam::111122223333:user/ann"].clone()
}

#[test]
fn roots_row_is_no_user_and_what_it_does_not_support_is_absent() {
    let rows = read(format!("{HEADER}\n{ROOT}").as_bytes(), None).unwrap();
    assert!(rows.users.is_empty());
    let root = rows.root.unwrap();
    assert_eq!(root.arn, "arn:aws:iam::111122223333:root");
    assert_eq!(root.state.get("PasswordEnabled"), None);
    assert_eq!((&root.state["PasswordLastUsed"], &root.state["AccessKeys"]), (&json!("2026-10-01T08:00:00Z"), &json!([])));
    assert!(root.gaps.is_empty());
}

#[test]
fn a_credential_that_was_never_used_has_no_date_of_use() {
    let row = row_of(
        "true,no_information,2026-02-01T00:00:00+00:00,N/A,false,true,2026-03-01T00:00:00+00:00,N/A,N/A,N/A,false,\
         N/A,N/A,N/A,N/A,false,N/A,false,N/A",
    );
    assert_eq!((row.state.get("PasswordLastUsed"), &row.state["PasswordEnabled"]), (None, &json!(true)));
    assert_eq!(row.state["AccessKeys"], json!([{"Slot": 1, "Active": true, "LastRotated": "2026-03-01T00:00:00Z"}]));
    assert!(row.gaps.is_empty());
}

#[test]
fn an_inactive_key_is_a_key_and_an_empty_slot_is_none() {
    let row = row_of(
        "false,N/A,N/A,N/A,false,false,N/A,N/A,N/A,N/A,false,2026-03-01T00:00:00+00:00,2026-04-01T00:00:00+00:00,us-east-2,s3,\
         true,2026-05-01T00:00:00+00:00,false,N/A",
    );
    assert_eq!(
        row.state["AccessKeys"],
        json!([{"Slot": 2, "Active": false, "LastRotated": "2026-03-01T00:00:00Z", "LastUsedDate": "2026-04-01T00:00:00Z",
            "LastUsedRegion": "us-east-2", "LastUsedService": "s3"}])
    );
    assert_eq!(row.state["Certificates"], json!([{"Slot": 1, "Active": true, "LastRotated": "2026-05-01T00:00:00Z"}]));
}

#[test]
fn a_word_that_nobody_knows_is_a_gap_and_no_absence() {
    let row = row_of("perhaps,yesterday,N/A,N/A,false,true,soon,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A");
    let paths: Vec<String> = row.gaps.iter().map(|gap| gap.path.to_string()).collect();
    assert_eq!(paths, ["state.PasswordEnabled", "state.PasswordLastUsed", "state.AccessKeys[0].LastRotated"]);
}

#[test]
fn a_report_that_breaks_off_tells_nothing() {
    let whole = ann("false,N/A,N/A,N/A,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A");
    assert!(read(whole.as_bytes(), None).is_ok());
    let half = whole.rsplit_once(",false,N/A").unwrap().0;
    assert!(read(half.as_bytes(), None).unwrap_err().reason.contains("cannot be read"));
    assert!(read(b"user,arn\nann,x", None).unwrap_err().reason.contains("no column"));
    assert!(read(b"", None).is_err());
}
