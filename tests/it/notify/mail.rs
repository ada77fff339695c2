//! Mail to a server that asks for TLS and a password.

use crate::support::command::Ledgerline;
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::time::Duration;

const TEMPLATE: &str = "\
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: '<b>table</b>'
      BillingMode: PROVISIONED
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
";

/// A server, ended with the test.
struct Mailbox {
    child: Child,
    port: String,
    mails: Receiver<String>,
    folder: tempfile::TempDir,
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn openssl(folder: &Path, arguments: &str) {
    let ran = Command::new("openssl").current_dir(folder).args(arguments.split(' ')).output().expect("openssl runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

impl Mailbox {
    fn start(how: &str) -> Self {
        let python = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/smtp/bin/python");
        assert!(python.is_file(), "there is no mail server: run `make test-tools`");
        let folder = tempfile::tempdir().unwrap();
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
        openssl(folder.path(), &format!("req -x509 -keyout ca.key -out ca.pem -subj /CN=TestCA -days 2 {key}"));
        openssl(folder.path(), &format!("req -keyout own.key -out own.csr -subj /CN=localhost {key}"));
        std::fs::write(folder.path().join("own.ext"), "subjectAltName=DNS:localhost\n").unwrap();
        openssl(folder.path(), "x509 -req -in own.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile own.ext -days 2 -out own.pem");
        let mut child = Command::new(python)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/notify/mailbox.py"))
            .args([how, "own.pem", "own.key", "the-password-of-the-test"])
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (lines, mails) = std::sync::mpsc::channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).for_each(|line| _ = lines.send(line)));
        let port = mails.recv_timeout(Duration::from_secs(30)).expect("the mail server says its port");
        Self { child, port, mails, folder }
    }

    /// The command with this server as its channel.
    fn command(&self, tls: &str, password: &str) -> Ledgerline {
        let config = format!(
            "accounts: ['111111111111']\nregions: [us-east-2]\nstore: {{ url: sqlite://l.db }}\nnotify:\n  - name: mail\n    kind: email\n    \
             host: localhost\n    port: {}\n    tls: {tls}\n    username: ledgerline\n    password_file: password\n    \
             from: Ledgerline <ledgerline@example.com>\n    to: [a@example.com, B <b@example.com>]\n    page_url: https://l.example/\n",
            self.port
        );
        Ledgerline::new()
            .file("ledgerline.yaml", &config)
            .file("password", password)
            .file("template.yaml", TEMPLATE)
            .env("SSL_CERT_FILE", self.folder.path().join("ca.pem"))
    }

    fn next(&self) -> Value {
        serde_json::from_str(&self.mails.recv_timeout(Duration::from_secs(20)).expect("a mail")).unwrap()
    }
}

#[test]
fn what_an_audit_changed_comes_as_one_mail_over_tls_in_text_and_html() {
    for how in ["starttls", "always"] {
        let mailbox = Mailbox::start(how);
        let ran = mailbox.command(how, "the-password-of-the-test").args(["notify", "test"]).run();
        assert!(
            ran.code == 0 && ran.stdout.starts_with("mail (email): sent; localhost answered 250"),
            "{how}: {} {}",
            ran.stdout,
            ran.stderr
        );
        let mail = mailbox.next();
        assert_eq!(mail["headers"]["subject"], "Ledgerline: this is a test message; nothing happened");
        assert_eq!(mail["encrypted"], true, "{how}");
    }
    let mailbox = Mailbox::start("starttls");
    let audited = mailbox.command("starttls", "the-password-of-the-test");
    let folder = audited.folder().to_owned();
    let (ran, again) = audited.args(["audit", "--source", "template.yaml", "--fail-on", "never", "--allow-incomplete"]).run_and(|_| {
        let again = |args: &[&str]| mailbox.command("starttls", "the-password-of-the-test").in_folder(&folder).args(args).run();
        (again(&["notify", "list", "--format", "json"]), again(&["notify", "send"]), again(&["notify", "send"]), again(&["notify", "list"]))
    });
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let (before, sent, nothing, after) = again;
    let waiting = before.json()[0]["waiting"].as_u64().unwrap();
    assert!(waiting > 0, "{}", before.stdout);
    assert_eq!((sent.code, sent.stdout), (0, format!("mail: {waiting} sent, 0 refused, 0 wait\n")), "{}", sent.stderr);
    assert_eq!(nothing.stdout, "mail: 0 sent, 0 refused, 0 wait\n");
    assert!(after.stdout.contains("worked "), "{}", after.stdout);
    let mail = mailbox.next();
    assert_eq!(
        (&mail["to"], &mail["headers"]["auto-submitted"]),
        (&serde_json::json!(["a@example.com", "b@example.com"]), &"auto-generated".into())
    );
    assert!(mail["headers"]["subject"].as_str().unwrap().starts_with(&format!("Ledgerline: {waiting} new (")), "{mail}");
    let (text, html) = (mail["text"].as_str().unwrap(), mail["html"].as_str().unwrap());
    assert!(text.contains("PROVISIONED") && text.contains("https://l.example/findings/"), "{text}");
    assert!(html.contains("&lt;b&gt;table&lt;/b&gt;") && !html.contains("<b>table"), "{html}");
}

#[test]
fn a_wrong_password_and_a_stranger_are_told_and_lose_nothing() {
    let mailbox = Mailbox::start("starttls");
    let ran = mailbox.command("starttls", "another-password-of-the-test").args(["notify", "test"]).run();
    assert!(ran.code == 3 && ran.stdout.contains("not sent") && ran.stdout.contains("535"), "{} {}", ran.stdout, ran.stderr);
    assert!(!ran.stdout.contains("another-password") && !ran.stderr.contains("another-password"));
    // Without the authority that signed it, nobody's password is given away.
    let ran = mailbox.command("starttls", "the-password-of-the-test").env("SSL_CERT_FILE", "/dev/null").args(["notify", "test"]).run();
    assert!(ran.code == 3 && ran.stdout.contains("not sent"), "{} {}", ran.stdout, ran.stderr);
    assert!(mailbox.mails.try_recv().is_err());
}
