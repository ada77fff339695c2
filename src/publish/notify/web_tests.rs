//! A webhook that misbehaves in every way that there is, and addresses that are not asked.

use super::super::config::Secret;
use super::super::fault::Nature;
use super::super::tests::server::{Behaviour, Server};
use super::super::tests::target;
use super::*;

async fn post(server: &Server) -> Result<String, Fault> {
    Web::new(target(&server.url)).post(&[("idempotency-key", "k".to_owned())], b"{}".to_vec()).await
}

#[tokio::test]
async fn each_misbehaviour_has_its_nature_and_ends_in_time() {
    use Behaviour::{Answers, AnswersAfter, ClosesEarly, Floods, Never};
    let internal = "location: http://169.254.169.254/latest/meta-data/\r\n";
    for (behaviour, expected, said) in [
        (Answers(200, "", "ok"), None, "it answered 200: ok"),
        (Answers(204, "", ""), None, "it answered 204"),
        (AnswersAfter(Duration::from_millis(300), 200), None, "it answered 200"),
        (Floods(200), None, "it answered 200: xxx"),
        (Floods(500), Some(Nature::Passing), "it answered 500: xxx"),
        (Never, Some(Nature::Passing), "did not answer within 2 s"),
        (AnswersAfter(Duration::from_secs(9), 200), Some(Nature::Passing), "did not answer within 2 s"),
        (ClosesEarly, Some(Nature::Passing), ""),
        (Answers(500, "", "down"), Some(Nature::Passing), "it answered 500: down"),
        (Answers(429, "retry-after: 77\r\n", ""), Some(Nature::Passing), "it answered 429"),
        (Answers(400, "", "invalid_payload"), Some(Nature::Message), "invalid_payload"),
        (Answers(403, "", ""), Some(Nature::Channel), "it answered 403"),
        (
            Answers(302, internal, ""),
            Some(Nature::Channel),
            "a redirect to http://169.254.169.254, a metadata address: redirects are not followed",
        ),
        (Answers(307, "location: /elsewhere\r\n", ""), Some(Nature::Channel), "a redirect to another path"),
    ] {
        let server = Server::start(&[behaviour]).await;
        let began = std::time::Instant::now();
        let posted = post(&server).await;
        assert!(began.elapsed() < Duration::from_secs(4), "{behaviour:?}: {:?}", began.elapsed());
        assert_eq!(posted.as_ref().err().map(|fault| fault.nature), expected, "{behaviour:?}: {posted:?}");
        let told = match &posted {
            Ok(told) => told,
            Err(fault) => &fault.reason,
        };
        assert!(told.contains(said) && told.len() < 500, "{behaviour:?}: {told}");
        assert!(!told.contains("the-secret-path"), "{told}");
        assert_eq!(server.received().len(), 1, "{behaviour:?}: nothing is followed or repeated here");
        if said == "it answered 429" {
            assert_eq!(posted.unwrap_err().retry_after, Some(Duration::from_secs(77)));
        }
    }
}

#[tokio::test]
async fn an_answer_that_repeats_the_address_does_not_tell_it() {
    let server = Server::start(&[Behaviour::Answers(500, "", "no handler for /the-secret-path")]).await;
    let fault = post(&server).await.unwrap_err();
    assert!(!fault.reason.contains("the-secret-path") && fault.reason.contains("no handler"), "{}", fault.reason);
}

#[tokio::test]
async fn addresses_that_are_not_on_the_internet_are_not_asked() {
    let server = Server::start(&[Behaviour::Answers(200, "", "")]).await;
    let port = server.url.rsplit(':').next().unwrap().split('/').next().unwrap();
    for host in
        ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "10.0.0.1", "[fd00::1]"]
    {
        let target = WebTarget { url: Secret::new(format!("https://{host}:{port}/x")), allow_internal: false, timeout_secs: 2 };
        let fault = Web::new(target).post(&[], Vec::new()).await.unwrap_err();
        assert!(fault.nature == Nature::Channel && fault.reason.contains("nobody is asked there"), "{host}: {fault:?}");
    }
    // Where credentials lie, nothing is sent even by those who allow all else.
    for host in ["169.254.169.254", "[fd00:ec2::254]", "169.254.170.2"] {
        let fault = Web::new(target(&format!("https://{host}/x"))).post(&[], Vec::new()).await.unwrap_err();
        assert!(fault.nature == Nature::Channel && fault.reason.contains("metadata address"), "{host}: {fault:?}");
    }
    let fault = Web::new(target("http://8.8.8.8/x")).post(&[], Vec::new()).await.unwrap_err();
    assert!(fault.reason.contains("only https is spoken with others"), "{fault:?}");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn the_address_that_was_judged_is_the_one_that_is_connected_to() {
    // The client knows the name by what was judged alone: one that resolves to nothing else is still found.
    let server = Server::start(&[Behaviour::Answers(200, "", "pinned")]).await;
    let web = Web::new(target(&server.url));
    let url = Url::parse(&server.url).unwrap();
    let (host, addresses) = resolve(&url, true).await.unwrap();
    assert_eq!((host.as_str(), addresses.len()), ("127.0.0.1", 1));
    let named = Url::parse(&server.url.replace("127.0.0.1", "no-such-name.invalid")).unwrap();
    assert_eq!(resolve(&named, true).await.unwrap_err().nature, Nature::Passing);
    assert_eq!(web.post(&[], Vec::new()).await.unwrap(), "it answered 200: pinned");
}
