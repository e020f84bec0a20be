//! Front ends on other origins, their servers, and native apps.

use belgie_idp_emulator::Fault;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use url::Url;

use crate::support::browser::{
    Browser, client, code, header, parameter, with_parameter, without_parameter,
};
use crate::support::nodes::{at, two_nodes};
use crate::support::program::Node;
use crate::support::site::{CLIENT_ID, Kind, Site, on_both_databases};
use crate::support::stored::{count, dump};

const SPA: &str = "http://localhost:3000";
const FRONT: &str = "https://front.example";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn trust(site: &mut Site) {
    site.set("TRUSTED_ORIGINS", SPA);
    site.set("FRONTEND_URL", format!("{FRONT}/start"));
}

fn mode_code() -> String {
    format!(
        "/auth/provider/google/signin?mode=code&code_challenge={CHALLENGE}&redirect_url={FRONT}/in&state=mine"
    )
}

/// Signs in with `mode=code` and returns where the browser is sent.
async fn come_back(site: &Site, node: &Node) -> Url {
    let browser = Browser::new();
    let asked = browser.begin_at(node, &mode_code()).await;
    let callback = site.idp.authorize(&asked, "jane").await.unwrap();
    let answer = browser.get(callback).await;
    assert_eq!(answer.status(), 303, "{}", node.log());
    assert!(answer.headers().get("set-cookie").is_none());
    assert!(browser.cookie(node, "belgie_session").is_none());
    Url::parse(&header(&answer, "location")).unwrap()
}

/// Posts JSON as a server does.
async fn post(node: &Node, path: &str, body: &Value) -> Response {
    let request = client().post(node.url(path)).json(body);
    request.send().await.unwrap()
}

async fn exchange(node: &Node, code: &str) -> Response {
    let body = json!({"code": code, "code_verifier": VERIFIER});
    post(node, "/auth/exchange", &body).await
}

/// Returns the e-mail address of the session that an answer contains.
async fn email_of(node: &Node, answer: Response) -> Value {
    assert_eq!(answer.status(), 200, "{}", node.log());
    assert!(answer.headers().get("set-cookie").is_none());
    let body: Value = answer.json().await.unwrap();
    let token = body["token"].as_str().unwrap();
    let me = client().get(node.url("/api/me")).bearer_auth(token);
    let me: Value = me.send().await.unwrap().json().await.unwrap();
    assert_eq!(me["id"], body["user"]["id"]);
    me["email"].clone()
}

on_both_databases! {
    a_front_end_exchanges_its_code,
    flow_03_two_nodes_exchange_one_code_once,
    a_client_posts_the_code_of_its_own_request,
    flow_03_two_nodes_accept_one_id_token_once,
    mix_05_a_provider_removed_from_the_settings_ends_open_sign_ins,
}

async fn a_front_end_exchanges_its_code(mut site: Site) {
    trust(&mut site);
    let node = site.node().await;

    let location = come_back(&site, &node).await;

    let issued = parameter(&location, "code").unwrap();
    assert_eq!(location.origin().ascii_serialization(), FRONT);
    assert_eq!(parameter(&location, "state").as_deref(), Some("mine"));
    assert_eq!(count(&site, "belgie_sessions"), 0);
    assert_eq!(count(&site, "belgie_codes"), 1);
    let stored = dump(&site);
    assert!(!stored.contains(&issued) && !stored.contains(&issued[2..]));

    assert_eq!(
        email_of(&node, exchange(&node, &issued).await).await,
        "jane@gmail.com"
    );
    assert_eq!(count(&site, "belgie_codes"), 0);
    assert_eq!(
        code(exchange(&node, &issued).await).await,
        "invalid_request"
    );
    assert!(!node.log().contains(&issued), "{}", node.log());
}

async fn flow_03_two_nodes_exchange_one_code_once(mut site: Site) {
    trust(&mut site);
    let nodes = two_nodes(&mut site).await;
    for round in 1..=3 {
        let location = come_back(&site, &nodes[0]).await;
        let issued = parameter(&location, "code").unwrap();

        let (first, second) = (exchange(&nodes[0], &issued), exchange(&nodes[1], &issued));
        let (third, fourth) = (exchange(&nodes[1], &issued), exchange(&nodes[0], &issued));
        let answers = tokio::join!(first, second, third, fourth);

        let answers = [answers.0, answers.1, answers.2, answers.3];
        let statuses = answers.map(|answer| answer.status().as_u16());
        let opened = statuses.iter().filter(|status| **status == 200).count();
        let refused = statuses.iter().filter(|status| **status == 400).count();
        assert_eq!((opened, refused), (1, 3), "{statuses:?}");
        assert_eq!(count(&site, "belgie_sessions"), round);
    }
}

async fn a_client_posts_the_code_of_its_own_request(mut site: Site) {
    trust(&mut site);
    let node = site.node().await;
    let redirect_uri = format!("{SPA}/callback");
    let mut asked = Browser::new().begin(&node).await;
    for (name, value) in [
        ("redirect_uri", &*redirect_uri),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
    ] {
        asked = with_parameter(&asked, name, value);
    }
    let mine = async || {
        let callback = site.idp.authorize(&asked, "jane").await.unwrap();
        parameter(&callback, "code").unwrap()
    };
    let path = "/auth/provider/google/callback";
    let body = |code: String| {
        json!({
            "code": code,
            "code_verifier": VERIFIER,
            "redirect_uri": redirect_uri,
            "nonce": "n-1",
        })
    };

    let answer = post(&node, path, &body(mine().await)).await;
    assert_eq!(email_of(&node, answer).await, "jane@gmail.com");

    for (field, value, expected) in [
        ("nonce", "n-2", "invalid_id_token"),
        ("code_verifier", &*"a".repeat(43), "code_rejected"),
        (
            "redirect_uri",
            "http://localhost:3000/other",
            "code_rejected",
        ),
        (
            "redirect_uri",
            "https://evil.example/",
            "redirect_not_allowed",
        ),
    ] {
        let mut body = body(mine().await);
        body[field] = value.into();
        let answer = post(&node, path, &body).await;
        assert_eq!(code(answer).await, expected, "{field} {value}");
    }
    assert_eq!(count(&site, "belgie_sessions"), 1);
}

async fn flow_03_two_nodes_accept_one_id_token_once(mut site: Site) {
    site.set("GOOGLE_EXTRA_CLIENT_IDS", "android,ios");
    let nodes = two_nodes(&mut site).await;
    let path = "/auth/provider/google/callback";
    let posted = |token: &str, nonce: &str| json!({"id_token": token, "nonce": nonce});
    for round in 1..=3 {
        let nonce = format!("n-{round}");
        let token = site.idp.id_token(CLIENT_ID, "jane", Some(&nonce)).unwrap();
        let body = posted(&token, &nonce);

        let (first, second) = (post(&nodes[0], path, &body), post(&nodes[1], path, &body));
        let answers = tokio::join!(first, second, post(&nodes[1], path, &body));

        let answers = [answers.0, answers.1, answers.2];
        let mut statuses = answers.map(|answer| answer.status().as_u16());
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401, 401]);
        assert_eq!(count(&site, "belgie_sessions"), round);
        // JWT-05
        let request = client().get(nodes[0].url("/api/me")).bearer_auth(&token);
        assert_eq!(request.send().await.unwrap().status(), 401);
    }

    for (client_id, accepted) in [("android", true), ("ios", true), ("windows", false)] {
        site.idp.fault(Fault::claim("aud", client_id));
        site.idp.fault(Fault::claim("azp", client_id));
        let token = site.idp.id_token(CLIENT_ID, "john", Some("n-1")).unwrap();
        site.idp.clear_faults();
        let answer = post(&nodes[0], path, &posted(&token, "n-1")).await;
        assert_eq!(answer.status() == 200, accepted, "{client_id}");
    }
}

async fn mix_05_a_provider_removed_from_the_settings_ends_open_sign_ins(mut site: Site) {
    trust(&mut site);
    let (before, browser) = (site.node().await, Browser::new());
    let asked = browser.begin_at(&before, &mode_code()).await;
    let callback = site.idp.authorize(&asked, "jane").await.unwrap();
    let issued = parameter(&come_back(&site, &before).await, "code").unwrap();
    let removed = std::mem::take(&mut site.settings);
    let of_google = |(name, _): &(String, String)| name.starts_with("GOOGLE_");
    site.settings = removed
        .iter()
        .filter(|one| !of_google(one))
        .cloned()
        .collect();
    let after = site.node().await;

    let answer = browser.get(at(&after, &callback)).await;

    let expected = format!("{FRONT}/in?error=provider_not_found&state=mine");
    assert_eq!(header(&answer, "location"), expected);
    assert_eq!(
        code(exchange(&after, &issued).await).await,
        "invalid_request"
    );
    // They have ended, also where the provider is still there.
    assert_eq!(code(browser.get(&callback).await).await, "invalid_state");
    assert_eq!(
        code(exchange(&before, &issued).await).await,
        "invalid_request"
    );
    assert_eq!(count(&site, "belgie_sessions"), 0);
}

#[tokio::test]
async fn failures_of_a_known_attempt_reach_the_front_end_that_began_it() {
    let mut site = Site::new(Kind::Sqlite).await;
    trust(&mut site);
    site.set("REGISTRATION", "closed");
    let node = site.node().await;
    for start in [
        mode_code(),
        mode_code()
            .replace("mode=code&", "")
            .replace(&format!("code_challenge={CHALLENGE}&"), ""),
    ] {
        let browser = Browser::new();
        let asked = browser.begin_at(&node, &start).await;
        let denied = site.idp.deny(&asked).await.unwrap();
        let expected = format!("{FRONT}/in?error=access_denied&state=mine");
        assert_eq!(
            header(&browser.open(denied.as_str()).await, "location"),
            expected
        );
        // The attempt is used up, so no further answer reveals anything.
        let again = browser.open(denied.as_str()).await;
        assert_eq!(
            (again.status().as_u16(), again.headers().get("location")),
            (400, None)
        );

        let asked = browser.begin_at(&node, &start).await;
        let callback = site.idp.authorize(&asked, "jane").await.unwrap();
        let expected = format!("{FRONT}/in?error=registration_closed&state=mine");
        assert_eq!(
            header(&browser.open(callback.as_str()).await, "location"),
            expected
        );

        // Another browser's attempt is not known here.
        let asked = Browser::new().begin_at(&node, &start).await;
        let callback = site.idp.authorize(&asked, "jane").await.unwrap();
        let foreign = browser.open(callback.as_str()).await;
        assert_eq!(
            (foreign.status().as_u16(), foreign.headers().get("location")),
            (400, None)
        );
    }
}

#[tokio::test]
async fn red_01_an_origin_that_is_no_longer_trusted_gets_neither_codes_nor_errors() {
    let mut site = Site::new(Kind::Sqlite).await;
    trust(&mut site);
    let before = site.node().await;
    site.set("FRONTEND_URL", "https://other.example");
    let after = site.node().await;
    for denied in [false, true] {
        let browser = Browser::new();
        let asked = browser.begin_at(&before, &mode_code()).await;
        let callback = if denied {
            site.idp.deny(&asked).await
        } else {
            site.idp.authorize(&asked, "jane").await
        };

        let answer = browser.get(at(&after, &callback.unwrap())).await;

        assert!(answer.headers().get("location").is_none());
        assert_eq!(code(answer).await, "redirect_not_allowed");
    }
    assert_eq!(count(&site, "belgie_codes"), 0);
}

#[tokio::test]
async fn csr_05_the_front_ends_origin_may_exchange_codes_and_others_may_not() {
    let mut site = Site::new(Kind::Sqlite).await;
    trust(&mut site);
    let node = site.node().await;
    for (origin, allowed) in [
        (FRONT, true),
        (SPA, true),
        ("https://evil.example", false),
        ("https://front.example.evil", false),
    ] {
        let location = come_back(&site, &node).await;
        let issued = parameter(&location, "code").unwrap();
        let body = json!({"code": issued, "code_verifier": VERIFIER});
        let request = client().request(Method::POST, node.url("/auth/exchange"));
        let request = request.header("origin", origin).json(&body);

        let answer = request.send().await.unwrap();

        assert_eq!(answer.status() == 200, allowed, "{origin}");
        let readable = answer.headers().get("access-control-allow-origin");
        let readable = readable.map(|value| value.to_str().unwrap());
        assert_eq!(readable, allowed.then_some(origin));
        assert_eq!(
            answer
                .headers()
                .contains_key("access-control-allow-credentials"),
            allowed
        );
    }
}

#[tokio::test]
async fn mode_code_is_refused_without_a_challenge() {
    let mut site = Site::new(Kind::Sqlite).await;
    trust(&mut site);
    let node = site.node().await;
    let complete = Url::parse(&node.url(&mode_code())).unwrap();
    for (url, expected) in [
        (
            without_parameter(&complete, "code_challenge"),
            "invalid_request",
        ),
        (
            with_parameter(&complete, "code_challenge", "plain"),
            "invalid_request",
        ),
        (
            with_parameter(&complete, "code_challenge_method", "plain"),
            "invalid_request",
        ),
        (
            with_parameter(&complete, "mode", "query"),
            "invalid_request",
        ),
        (
            with_parameter(&complete, "redirect_url", "https://evil.example"),
            "redirect_not_allowed",
        ),
    ] {
        let answer = Browser::new().get(url.as_str()).await;
        assert_eq!(answer.status(), 400);
        assert_eq!(code(answer).await, expected, "{url}");
    }
    assert_eq!(count(&site, "belgie_attempts"), 0);
}
