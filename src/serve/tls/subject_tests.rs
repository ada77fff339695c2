//! Subjects as openssl prints them, and bytes that are no certificate.

use super::of;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::process::Command;

fn openssl(folder: &std::path::Path, arguments: &[&str]) -> String {
    let ran = Command::new("openssl").current_dir(folder).args(arguments).output().expect("openssl runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn a_subject_reads_as_openssl_prints_it() {
    let folder = tempfile::tempdir().unwrap();
    for subject in [
        "/CN=prometheus",
        "/C=DE/ST=Land/L=Ort/O=Example, Inc./OU=a+b/CN=a \"b\" <c>;d/emailAddress=a@example.com",
        "/DC=example/DC=com/UID=u1/CN=# sharp \\\\ ",
        "/O=Stra\u{df}e/CN=\u{65e5}\u{672c}",
        "/CN=one+OU=two",
    ] {
        let make = [
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            "k.pem",
            "-out",
            "c.pem",
            "-days",
            "2",
        ];
        openssl(folder.path(), &[&make[..], &["-utf8", "-multivalue-rdn", "-subj", subject]].concat());
        let printed = openssl(folder.path(), &["x509", "-in", "c.pem", "-noout", "-subject", "-nameopt", "RFC2253"]);
        let der = CertificateDer::from_pem_file(folder.path().join("c.pem")).unwrap();
        assert_eq!(of(&der).as_deref(), printed.trim_end_matches('\n').strip_prefix("subject="), "{subject}");
        for end in 0..der.len() {
            let _ = of(&der[..end]);
        }
        for at in 0..der.len().min(400) {
            let mut changed = der.to_vec();
            changed[at] = changed[at].wrapping_add(1);
            let _ = of(&changed);
        }
    }
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), None);
}
