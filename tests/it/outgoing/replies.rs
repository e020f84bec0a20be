//! Providers that answer what they should not.

use std::time::Instant;

use belgie_idp_emulator::{Answer, Endpoint, Fault, IdTokenFault, Signature};
use reqwest::Response;
use serde_json::json;

use crate::support::browser::{Browser, code, header};
use crate::support::many_providers::{ENDPOINTS, ManyProviders};
use crate::support::program::Node;
use crate::support::repetition::repetitions;
use crate::support::site::{Kind, Site};
use crate::support::stored;

fn reply(status: u16, content_type: &str, body: &str) -> Answer {
    Answer::Reply {
        status,
        content_type: content_type.to_owned(),
        body: body.to_owned(),
    }
}

/// Wrong answers that come at once, at any endpoint.
fn wrong_answers() -> Vec<Answer> {
    vec![
        Answer::html(),
        Answer::json("null"),
        Answer::json("[]"),
        Answer::json("{\""),
        Answer::json("[".repeat(100_000)),
        Answer::Truncated,
        Answer::CutOff,
        Answer::HangUp,
        Answer::Garbage,
        Answer::Status(404),
        Answer::Status(429),
        Answer::Status(500),
        Answer::Status(503),
        Answer::HugeBody { bytes: 1 << 30 },
        Answer::GzipBomb { bytes: 1 << 30 },
        reply(
            500,
            "application/json",
            r#"{"sub":"canary-of-the-provider"}"#,
        ),
        reply(200, "text/html", "<p>canary-of-the-provider"),
        reply(200, "application/json", "\"canary-of-the-provider\""),
    ]
}

/// A sign-in failed, and the error that the browser gets contains nothing of the provider's.
async fn is_refused_as_provider_failure(response: Response, context: &str) {
    assert!(
        response
            .headers()
            .get("set-cookie")
            .is_none_or(|cookie| { !cookie.to_str().unwrap().contains("belgie_session=") })
    );
    assert_eq!(response.status(), 502, "{context}");
    let text = response.text().await.unwrap();
    assert!(text.contains("provider_unavailable"), "{context}: {text}");
    assert!(!text.contains("canary"), "{context}: {text}");
}

fn rows(site: &Site, table: &str) -> String {
    let rows = stored::query(site, &format!("SELECT count(*) FROM {table}"));
    rows.trim().to_owned()
}

fn is_unharmed(node: &Node) {
    let log = node.log();
    assert!(
        !log.contains("panicked") && !log.contains("canary-of-the-provider"),
        "{log}"
    );
}

#[tokio::test]
async fn idt_18_and_rel_06_wrong_answers_of_any_endpoint_end_in_a_clean_error() {
    let providers = ManyProviders::new(ENDPOINTS.len()).await;
    let node = providers.site.node().await;
    for answer in wrong_answers() {
        for (index, endpoint) in ENDPOINTS.into_iter().enumerate() {
            // Keys that userinfo was asked with are known from then on, so each endpoint has its own provider.
            let (response, _) = providers
                .strike(&node, index, endpoint, answer.clone())
                .await;
            is_refused_as_provider_failure(response, &format!("{endpoint:?} {answer:?}")).await;
        }
    }
    is_unharmed(&node);
    assert_eq!(rows(&providers.site, "belgie_users"), "0");
    assert_eq!(rows(&providers.site, "belgie_sessions"), "0");
    for index in 0..ENDPOINTS.len() {
        let browser = Browser::new();
        let callback = providers.authorized(&node, &browser, index).await;
        assert_eq!(browser.get(callback).await.status(), 303, "{}", node.log());
    }
}

#[tokio::test]
async fn idt_18_token_replies_that_are_not_200_with_a_bearer_token_are_refused() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    let right = r#"{"access_token":"a","token_type":"Bearer","id_token":"a.b.c"}"#;
    let answer = |answer| Fault::answer(Endpoint::Token, answer);
    for fault in [
        answer(reply(201, "application/json", right)),
        answer(reply(400, "application/json", right)),
        answer(reply(200, "text/html", right)),
        answer(reply(
            200,
            "application/json",
            r#"{"error":"invalid_grant"}"#,
        )),
        Fault::token_reply("token_type", "mac"),
        Fault::token_reply("token_type", json!(["Bearer"])),
        Fault::token_reply("access_token", json!(7)),
        Fault::token_reply("access_token", "a\r\nX-Injected: 1"),
        Fault::token_reply("scope", json!(7)),
        Fault::token_reply("id_token", json!({})),
        Fault::without_token_reply("access_token"),
        Fault::without_token_reply("token_type"),
        Fault::token_error("invalid_client"),
    ] {
        site.idp.fault(fault.clone());
        let response = Browser::new().try_sign_in(&node, &site.idp, "jane").await;
        site.idp.clear_faults();

        is_refused_as_provider_failure(response, &format!("{fault:?}")).await;
    }
    site.idp
        .fault_once(Fault::token_reply("token_type", "BEARER"));
    Browser::new().sign_in(&node, &site.idp, "jane").await;
    is_unharmed(&node);
}

#[tokio::test]
async fn idt_18_people_get_a_page_that_explains_what_to_do() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let asked = browser.begin(&node).await;
    let callback = site.idp.authorize(&asked, "jane").await.unwrap();
    let said = "<script>canary-of-the-provider</script>";
    let fault = Fault::answer(Endpoint::Token, reply(200, "text/html", said));
    site.idp.fault(fault);

    let request = browser.request(reqwest::Method::GET, callback);
    let response = request.header("accept", "text/html").send().await.unwrap();

    assert_eq!(response.status(), 502);
    assert!(header(&response, "content-type").starts_with("text/html"));
    let id = header(&response, "x-request-id");
    let page = response.text().await.unwrap();
    assert!(
        page.contains("Google cannot be used right now") && page.contains(&id),
        "{page}"
    );
    assert!(!page.contains("canary"), "{page}");
}

#[tokio::test]
async fn idt_01_to_idt_19_forged_tokens_are_refused() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    for fault in [
        Fault::signature(Signature::BitFlipped),
        Fault::signature(Signature::OtherKey),
        Fault::signature(Signature::EmbeddedKey),
        Fault::signature(Signature::None),
        Fault::signature(Signature::NoneButSigned),
        Fault::signature(Signature::ClientSecret),
        Fault::signature(Signature::PublicKeyPem),
        Fault::signature(Signature::PublicKeyDer),
        Fault::signature(Signature::PublicKeyModulus),
        Fault::header("alg", "nOnE"),
        Fault::header("crit", json!(["x"])),
        Fault::claim("iss", "https://accounts.google.com"),
        Fault::claim("aud", json!([crate::support::site::CLIENT_ID, "other"])),
        Fault::claim("azp", "other"),
        Fault::claim("nonce", "other"),
        Fault::claim("at_hash", "AAAA"),
        Fault::claim("sub", ""),
        Fault::claim_at("exp", -61),
        Fault::claim_at("iat", -604_800),
        Fault::claim_at("nbf", 600),
        Fault::without_claim("exp"),
        Fault::without_claim("iat"),
        Fault::without_claim("nonce"),
        Fault::IdToken(IdTokenFault::Encrypted),
        Fault::IdToken(IdTokenFault::TwoParts),
        Fault::IdToken(IdTokenFault::RandomKid),
        Fault::IdToken(IdTokenFault::Oversized { bytes: 33 * 1024 }),
        Fault::IdToken(IdTokenFault::Missing),
    ] {
        site.idp.fault(fault.clone());
        let browser = Browser::new();
        let response = browser.try_sign_in(&node, &site.idp, "jane").await;
        site.idp.clear_faults();

        let response = (response.status().as_u16(), code(response).await);
        assert_eq!(response, (401, "invalid_id_token".to_owned()), "{fault:?}");
        assert_eq!(browser.me(&node).await, None, "{fault:?}");
    }
    is_unharmed(&node);
    assert_eq!(rows(&site, "belgie_users"), "0");
    assert_eq!(rows(&site, "belgie_sessions"), "0");
}

#[tokio::test]
async fn idt_12_many_unknown_keys_cause_one_refetch_a_minute() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    site.idp.fault(Fault::IdToken(IdTokenFault::RandomKid));
    let begun = Instant::now();
    for _ in 0..repetitions(40, 200) {
        let response = Browser::new().try_sign_in(&node, &site.idp, "jane").await;
        assert_eq!(response.status(), 401);
    }

    // Once to begin with, and once a minute since the first unknown key.
    let minutes = usize::try_from(begun.elapsed().as_secs() / 60).unwrap();
    let asked = site.idp.request_count(Endpoint::Jwks);
    assert!((2..=2 + minutes).contains(&asked), "{asked}");
}

#[tokio::test]
async fn idt_12_fifty_browsers_at_once_follow_a_rotation_by_one_refetch() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, jane) = (site.node().await, Browser::new());
    jane.sign_in(&node, &site.idp, "jane").await;
    let mut callbacks = Vec::new();
    for _ in 0..50 {
        let browser = Browser::new();
        let asked = browser.begin(&node).await;
        let callback = site.idp.authorize(&asked, "jane").await.unwrap();
        callbacks.push((browser, callback));
    }
    site.idp.rotate_keys();

    let mut coming_back = tokio::task::JoinSet::new();
    for (browser, callback) in callbacks {
        coming_back.spawn(async move { browser.get(callback).await.status().as_u16() });
    }

    assert_eq!(coming_back.join_all().await, [303; 50], "{}", node.log());
    assert_eq!(site.idp.request_count(Endpoint::Jwks), 2);
}

#[tokio::test]
async fn idt_17_userinfo_of_another_subject_is_refused() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    for fault in [
        Fault::userinfo("sub", "john"),
        Fault::userinfo("sub", "JANE"),
        Fault::without_userinfo("sub"),
    ] {
        site.idp.fault(Fault::without_claim("email"));
        site.idp.fault(fault.clone());
        let response = Browser::new().try_sign_in(&node, &site.idp, "jane").await;
        site.idp.clear_faults();

        assert_eq!(response.status(), 401, "{fault:?}");
    }
    assert_eq!(rows(&site, "belgie_users"), "0");
}

#[tokio::test]
async fn a_userinfo_reply_that_only_the_name_depends_on_may_be_unusable() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, jane) = (site.node().await, Browser::new());
    let forbidden = Fault::answer(Endpoint::Userinfo, Answer::Status(403));
    site.idp.fault(forbidden.clone());
    site.idp.fault(Fault::without_claim("name"));

    let response = jane.try_sign_in(&node, &site.idp, "jane").await;
    assert_eq!(response.status(), 303);
    let log = node.log();
    let warning = log
        .lines()
        .find(|line| line.contains("could not read the name"));
    let warning = warning.unwrap_or_else(|| panic!("{log}"));
    assert!(
        warning.contains("WARN") && warning.contains("403"),
        "{warning}"
    );

    site.idp.fault(Fault::without_claim("email"));
    let response = Browser::new().try_sign_in(&node, &site.idp, "jane").await;
    assert_eq!(response.status(), 502);
}

#[tokio::test]
async fn idt_20_a_provider_of_another_issuer_is_unusable_and_the_others_work() {
    let providers = ManyProviders::new(5).await;
    let issuer = |index: usize| providers.idps[index].issuer().to_owned();
    let set = |index: usize, name: &str, value: String| {
        providers.idps[index].fault(Fault::discovery(name, value));
    };
    set(0, "issuer", format!("{}/", issuer(0)));
    set(1, "issuer", issuer(1).replace("127.0.0.1", "localhost"));
    set(
        2,
        "token_endpoint",
        "http://id.example.com/token".to_owned(),
    );
    set(3, "jwks_uri", "https://169.254.169.254/jwks".to_owned());
    let node = providers.site.node().await;

    for index in 0..4 {
        let browser = Browser::new();
        let response = browser.get(ManyProviders::start_url(&node, index)).await;
        is_refused_as_provider_failure(response, &format!("p{index}")).await;
    }
    let browser = Browser::new();
    let callback = providers.authorized(&node, &browser, 4).await;
    assert_eq!(browser.get(callback).await.status(), 303);
    Browser::new()
        .sign_in(&node, &providers.site.idp, "jane")
        .await;
}

#[tokio::test]
async fn net_02_no_endpoint_leads_the_server_elsewhere() {
    let providers = ManyProviders::new(ENDPOINTS.len()).await;
    let node = providers.site.node().await;
    for (index, endpoint) in ENDPOINTS.into_iter().enumerate() {
        for status in [301, 302, 303, 307, 308] {
            let to = providers.idps[index].trap_url();
            let answer = Answer::RedirectBy { status, to };

            let (response, _) = providers.strike(&node, index, endpoint, answer).await;

            is_refused_as_provider_failure(response, &format!("{endpoint:?} {status}")).await;
        }
        let idp = &providers.idps[index];
        assert_eq!(idp.request_count(Endpoint::Trap), 0, "{endpoint:?}");
        assert!(idp.request_count(endpoint) >= 5, "{endpoint:?}");
    }
}
