//! Two providers, one of which means ill (RFC 9700 §4.4).

use belgie_idp_emulator::{Emulator, Endpoint, Fault, Person};
use reqwest::Url;
use serde_json::Value;

use crate::support::browser::{Browser, code, parameter, with_parameter, without_parameter};
use crate::support::program::Node;
use crate::support::site::{CLIENT_ID, Kind, Site};

/// A site that also takes people of `evil`, where another Jane has the subject of the first.
async fn site_with_evil() -> (Site, Emulator) {
    let mut site = Site::new(Kind::Sqlite).await;
    let jane = Person::new("jane")
        .email("jane@evil.example")
        .email_verified(true)
        .name("Evil Jane");
    let evil = Emulator::builder()
        .client_any_redirect("evil", "evil-secret")
        .person(jane);
    let evil = evil.start().await.unwrap();
    site.set("OIDC_PROVIDERS", "evil");
    site.set("OIDC_EVIL_ISSUER_URL", evil.issuer());
    site.set("OIDC_EVIL_CLIENT_ID", "evil");
    site.set("OIDC_EVIL_CLIENT_SECRET", "evil-secret");
    (site, evil)
}

fn asked(site: &Site, evil: &Emulator) -> (usize, usize) {
    (
        site.idp.request_count(Endpoint::Token),
        evil.request_count(Endpoint::Token),
    )
}

fn id(me: &Value) -> &str {
    me["id"].as_str().unwrap()
}

async fn authorized(browser: &Browser, node: &Node, provider: &str, idp: &Emulator) -> Url {
    let start = format!("/auth/provider/{provider}/signin");
    let asked = browser.begin_at(node, &start).await;
    idp.authorize(&asked, "jane").await.unwrap()
}

#[tokio::test]
async fn mix_01_a_crossed_callback_is_refused_either_way_and_ends_the_attempt() {
    let (site, evil) = site_with_evil().await;
    let (node, browser) = (site.node().await, Browser::new());
    for (from, idp, to) in [("google", &site.idp, "evil"), ("evil", &evil, "google")] {
        let callback = authorized(&browser, &node, from, idp).await;
        let mut crossed = callback.clone();
        crossed.set_path(&format!("/auth/provider/{to}/callback"));
        let other = if to == "evil" {
            evil.issuer()
        } else {
            site.idp.issuer()
        };
        for url in [
            crossed.clone(),
            with_parameter(&crossed, "iss", other),
            callback,
        ] {
            assert_eq!(
                code(browser.get(&url).await).await,
                "invalid_state",
                "{url}"
            );
        }
    }
    assert_eq!(asked(&site, &evil), (0, 0));
    assert_eq!(browser.me(&node).await, None);
}

#[tokio::test]
async fn mix_01_no_spelling_of_a_path_is_another_providers_callback() {
    let (site, evil) = site_with_evil().await;
    let (node, browser) = (site.node().await, Browser::new());
    for path in [
        "/auth/provider/GOOGLE/callback",
        "/auth/provider/google%00/callback",
        "/auth/provider/google%20/callback",
        "/auth/provider/evil%2f..%2fgoogle/callback",
        "/auth/provider/google/callback/",
        "/auth/provider//google/callback",
        "/auth/provider/google/Callback",
        "/auth/provider/google;evil/callback",
        "/auth/provider//callback",
    ] {
        let callback = browser.authorized(&node, &site.idp, "jane").await;
        let query = callback.query().unwrap();
        let url = node.url(&format!("{path}?{query}"));
        let answer = browser.get(url).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert!(answer.headers().get("set-cookie").is_none(), "{path}");
    }
    assert_eq!(asked(&site, &evil), (0, 0));
    assert_eq!(browser.me(&node).await, None);
}

#[tokio::test]
async fn mix_02_a_response_whose_issuer_is_not_exactly_the_providers_is_refused() {
    let (site, evil) = site_with_evil().await;
    let (node, browser) = (site.node().await, Browser::new());
    let issuer = site.idp.issuer();
    for wrong in [
        &format!("{issuer}/"),
        &issuer.to_uppercase(),
        &issuer.replace("127.0.0.1", "localhost"),
        &issuer.replace(':', "%3A"),
        &format!(" {issuer}"),
        &format!("{issuer}\n"),
        &issuer[..issuer.len() - 1],
        &format!("{issuer}#"),
        evil.issuer(),
        "google",
        "null",
        "",
    ] {
        for error in [None, Some("access_denied")] {
            let callback = browser.authorized(&node, &site.idp, "jane").await;
            let mut url = with_parameter(&callback, "iss", wrong);
            if let Some(error) = error {
                url = with_parameter(&url, "error", error);
            }
            assert_eq!(
                code(browser.get(&url).await).await,
                "issuer_mismatch",
                "{url}"
            );
            assert_eq!(
                code(browser.get(callback).await).await,
                "invalid_state",
                "it is used up"
            );
        }
    }
    assert_eq!(asked(&site, &evil), (0, 0));
}

#[tokio::test]
async fn mix_02_only_a_promise_makes_the_issuer_necessary() {
    let (site, evil) = site_with_evil().await;
    let promise = "authorization_response_iss_parameter_supported";
    evil.fault(Fault::without_discovery(promise));
    let (node, browser) = (site.node().await, Browser::new());

    for (provider, idp, status) in [("google", &site.idp, 400), ("evil", &evil, 303)] {
        let callback = authorized(&browser, &node, provider, idp).await;
        let answer = browser.get(without_parameter(&callback, "iss")).await;
        assert_eq!(answer.status(), status, "{provider}");
    }
    let callback = authorized(&browser, &node, "evil", &evil).await;
    let wrong = with_parameter(&callback, "iss", site.idp.issuer());
    assert_eq!(code(browser.get(wrong).await).await, "issuer_mismatch");
    assert_eq!(asked(&site, &evil), (0, 1));
}

/// The attack that RFC 9700 §4.4.1 describes: a person who wants to sign in at the evil provider is led on to the honest one
/// with the state of the evil one, so that the honest one's code comes in what looks like the evil one's response.
#[tokio::test]
async fn mix_03_a_code_of_the_honest_provider_never_reaches_the_evil_one() {
    let (site, evil) = site_with_evil().await;
    let (node, victim) = (site.node().await, Browser::new());
    let at_evil = victim.begin_at(&node, "/auth/provider/evil/signin").await;
    let mut led_on = Url::parse(&format!("{}/authorize", site.idp.issuer())).unwrap();
    led_on.set_path(victim.begin(&node).await.path());
    led_on.set_query(at_evil.query());
    let mut led_on = with_parameter(&led_on, "client_id", CLIENT_ID);

    let callback = site.idp.authorize(&led_on, "jane").await.unwrap();
    assert!(callback.path().ends_with("/evil/callback") && parameter(&callback, "code").is_some());
    assert_eq!(code(victim.get(callback).await).await, "issuer_mismatch");

    // Where the honest provider knows its own callback only, its code comes there, with a state that is none of its own.
    let own = node.url("/auth/provider/google/callback");
    let at_evil = victim.begin_at(&node, "/auth/provider/evil/signin").await;
    led_on.set_query(at_evil.query());
    let led_on = with_parameter(
        &with_parameter(&led_on, "client_id", CLIENT_ID),
        "redirect_uri",
        &own,
    );
    let callback = site.idp.authorize(&led_on, "jane").await.unwrap();
    assert_eq!(code(victim.get(callback).await).await, "invalid_state");

    assert_eq!(asked(&site, &evil), (0, 0));
    assert_eq!(victim.me(&node).await, None);
}

/// The evil provider says that its people sign in at the honest one's address, and gives out the honest one's client id.
#[tokio::test]
async fn mix_03_a_provider_that_borrows_the_address_of_another_gets_none_of_its_codes() {
    let (mut site, evil) = site_with_evil().await;
    site.set("OIDC_EVIL_CLIENT_ID", CLIENT_ID);
    let endpoint = {
        let node = site.node().await;
        let mut asked = Browser::new().begin(&node).await;
        asked.set_query(None);
        asked
    };
    evil.fault(Fault::discovery(
        "authorization_endpoint",
        endpoint.as_str(),
    ));
    evil.fault(Fault::without_discovery(
        "authorization_response_iss_parameter_supported",
    ));
    let (node, victim) = (site.node().await, Browser::new());

    let callback = authorized(&victim, &node, "evil", &site.idp).await;

    assert!(callback.path().ends_with("/evil/callback"));
    assert_eq!(code(victim.get(callback).await).await, "issuer_mismatch");
    assert_eq!(asked(&site, &evil), (0, 0));
    assert_eq!(victim.me(&node).await, None);
}

#[tokio::test]
async fn mix_04_the_same_subject_at_two_providers_is_two_users() {
    let (site, evil) = site_with_evil().await;
    let (node, honest, mean) = (site.node().await, Browser::new(), Browser::new());

    for _ in 0..2 {
        honest.sign_in(&node, &site.idp, "jane").await;
        let callback = authorized(&mean, &node, "evil", &evil).await;
        assert_eq!(mean.get(callback).await.status(), 303);
    }

    let (jane, namesake) = (
        honest.me(&node).await.unwrap(),
        mean.me(&node).await.unwrap(),
    );
    assert_ne!(id(&jane), id(&namesake));
    assert_eq!(
        (&jane["email"], &namesake["email"]),
        (&"jane@gmail.com".into(), &"jane@evil.example".into())
    );
    let users: Value = serde_json::from_str(&site.run(&["user", "list", "--json"])).unwrap();
    assert_eq!(users.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn mix_06_a_changed_issuer_moves_no_account() {
    let (mut site, moved) = site_with_evil().await;
    let jane = Browser::new();
    let first = {
        let node = site.node().await;
        jane.sign_in(&node, &site.idp, "jane").await;
        jane.me(&node).await.unwrap()
    };
    site.set("GOOGLE_ISSUER_URL", moved.issuer());
    site.set("GOOGLE_CLIENT_ID", "evil");
    site.set("GOOGLE_CLIENT_SECRET", "evil-secret");
    let (node, newcomer) = (site.node().await, Browser::new());

    newcomer.sign_in(&node, &moved, "jane").await;
    assert_ne!(id(&newcomer.me(&node).await.unwrap()), id(&first));

    let claimant = Person::new("jane-2")
        .email("jane@gmail.com")
        .email_verified(true);
    moved.put_person(claimant);
    let refused = Browser::new().try_sign_in(&node, &moved, "jane-2").await;
    assert_eq!(
        (refused.status().as_u16(), &*code(refused).await),
        (409, "account_exists")
    );
}
