//! What a manifest proves: each change to a part, to the manifest, to the signature or to the chain is noticed.

use super::{Fault, Link, Part, Previous, Rendered, Signed, SigningKey, check, check_chain, sha256, sign};
use crate::publish::report::Data;
use crate::publish::report::tests::story;
use arcstr::ArcStr;

fn new_key() -> SigningKey {
    SigningKey::read(&SigningKey::generate().unwrap()).unwrap()
}

fn parts() -> Vec<Rendered> {
    let part = |name: &str, bytes: &[u8]| Rendered {
        part: Part { name: name.into(), media_type: "text/plain".into(), bytes: bytes.len() as u64, sha256: sha256(bytes) },
        bytes: bytes.to_vec(),
    };
    vec![part("report.html", b"<p>"), part("findings.csv", b"a,b\r\n")]
}

fn signed(data: &Data, previous: Option<&Link>, key: &SigningKey) -> Signed {
    let previous = previous.map(|link| Previous { report: link.manifest.report.clone(), sha256: link.sha256.clone() });
    sign(data, &parts(), previous, key)
}

fn content(name: &str) -> Option<Vec<u8>> {
    parts().into_iter().find(|rendered| rendered.part.name == name).map(|rendered| rendered.bytes)
}

fn good(signed: &Signed) -> Link {
    let (link, faults) = check(&signed.text, &signed.signature, &[], content);
    assert_eq!(faults, []);
    link.unwrap()
}

/// Three reports that follow each other.
fn chain(key: &SigningKey) -> Vec<(Signed, Link)> {
    let mut chain: Vec<(Signed, Link)> = Vec::new();
    for number in 0..3 {
        let data = Data { id: arcstr::format!("r{number}"), ..story::data() };
        let signed = signed(&data, chain.last().map(|(_, link)| link), key);
        let link = good(&signed);
        chain.push((signed, link));
    }
    chain
}

fn links(chain: &[(Signed, Link)]) -> Vec<Link> {
    chain.iter().map(|(_, link)| link.clone()).collect()
}

#[test]
fn what_was_signed_is_good_and_the_same_each_time() {
    let key = new_key();
    let first = signed(&story::data(), None, &key);
    assert_eq!(first, signed(&story::data(), None, &key));
    let link = good(&first);
    assert_eq!((link.manifest.public_key, link.sha256), (key.public(), sha256(first.text.as_bytes())));
    assert_eq!(check_chain(&links(&chain(&key)), true), []);
    assert!(!format!("{key:?}").contains("seed"));
}

#[test]
fn a_part_that_was_changed_or_taken_out_is_named() {
    let signed = signed(&story::data(), None, &new_key());
    let changed = |name: &str| if name == "report.html" { Some(b"<q>".to_vec()) } else { content(name) };
    let (_, faults) = check(&signed.text, &signed.signature, &[], changed);
    assert!(matches!(faults.as_slice(), [Fault::Changed { name, .. }] if name == "report.html"), "{faults:?}");
    let (_, faults) = check(&signed.text, &signed.signature, &[], |name| if name == "findings.csv" { None } else { content(name) });
    assert_eq!(faults, [Fault::Missing("findings.csv".into())]);
}

#[test]
fn a_manifest_or_signature_that_was_changed_does_not_fit() {
    let key = new_key();
    let good = signed(&story::data(), None, &key);
    let moved = good.text.replace("0.1.0", "0.1.1");
    assert_ne!(moved, good.text);
    let (link, faults) = check(&moved, &good.signature, &[], content);
    assert_eq!((link.is_some(), faults), (true, vec![Fault::Signature]));
    // Whoever changes a part and its digest cannot sign it, but with a key of their own.
    let other = new_key();
    let stolen = signed(&story::data(), None, &other);
    assert_eq!(check(&stolen.text, &stolen.signature, &[], content).1, []);
    assert_eq!(check(&stolen.text, &stolen.signature, &[key.public()], content).1, [Fault::Stranger(other.public())]);
    for signature in ["", "00", "zz", &good.signature[2..], stolen.signature.as_str()] {
        assert_eq!(check(&good.text, signature, &[], content).1, [Fault::Signature], "{signature}");
    }
}

#[test]
fn a_report_that_was_taken_out_added_or_made_anew_breaks_the_chain() {
    let key = new_key();
    let chain = chain(&key);
    let all = links(&chain);
    let broken = |report: &str, previous: &str| Fault::Broken { report: report.into(), previous: previous.into() };
    assert_eq!(check_chain(&[all[0].clone(), all[2].clone()], true), [broken("r2", "r0")]);
    assert_eq!(check_chain(&[all[0].clone(), all[2].clone(), all[1].clone()], true), [broken("r2", "r0"), broken("r1", "r2")]);
    let beginning = Fault::Beginning { report: "r1".into(), previous: "r0".into() };
    assert_eq!(check_chain(&all[1..], true), [beginning]);
    assert_eq!(check_chain(&all[1..], false), [], "a folder may hold the last ones only");
    // Made anew with the right key: the one after it does not follow.
    let anew = Data { id: "r1".into(), version: "9".into(), ..story::data() };
    let anew = good(&signed(&anew, Some(&all[0]), &key));
    assert_eq!(check_chain(&[all[0].clone(), anew, all[2].clone()], true), [broken("r2", "r1")]);
    let other = new_key();
    let last = good(&signed(&Data { id: "r2".into(), ..story::data() }, Some(&all[1]), &other));
    let changed = Fault::KeyChanged { report: "r2".into(), previous: "r1".into() };
    assert_eq!(check_chain(&[all[0].clone(), all[1].clone(), last], true), [changed]);
}

#[test]
fn a_manifest_that_is_none_is_refused_and_no_name_leads_out_of_the_folder() {
    for text in ["", "{}", "[]", "{\"schema\": 1}", "\u{0}"] {
        assert!(matches!(check(text, "", &[], content), (None, faults) if matches!(faults.as_slice(), [Fault::Unreadable(_)])), "{text}");
    }
    let key = new_key();
    for name in ["../x", "/etc/passwd", "a/b", "", ".hidden", "a\\b", "a\nb"] {
        let rendered = Rendered { part: Part { name: name.into(), ..parts()[0].part.clone() }, bytes: Vec::new() };
        let signed = sign(&story::data(), &[rendered], None, &key);
        let (_, faults) = check(&signed.text, &signed.signature, &[], |name| panic!("{name} was asked for"));
        assert_eq!(faults, [Fault::Name(ArcStr::from(name))]);
    }
}

#[test]
fn what_is_no_key_is_no_key() {
    assert!(SigningKey::read(b"").is_err() && SigningKey::read(b"-----BEGIN PRIVATE KEY-----").is_err());
}
