//! What comes back from the provider, and what others make of it.

use belgie_idp_emulator::{Endpoint, Fault};
use reqwest::{Method, Url};
use url::Position;

use crate::support::browser::{
    Browser, code, header, parameter, with_parameter, without_parameter,
};
use crate::support::site::{Kind, Site};

#[tokio::test]
async fn flow_06_a_token_with_another_nonce_is_refused() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let earlier = parameter(&browser.begin(&node).await, "nonce").unwrap();
    browser.sign_in(&node, &site.idp, "jane").await;
    let used = site
        .idp
        .requests()
        .authorization_requests
        .back()
        .unwrap()
        .first("nonce")
        .unwrap()
        .to_owned();
    let stranger = Browser::new();
    for fault in [
        Fault::without_claim("nonce"),
        Fault::claim("nonce", "of-another-sign-in"),
        Fault::claim("nonce", ""),
        Fault::claim("nonce", serde_json::Value::Null),
        Fault::claim("nonce", true),
        Fault::claim("nonce", earlier),
        Fault::claim("nonce", used),
    ] {
        site.idp.fault_once(fault.clone());

        let answer = stranger.try_sign_in(&node, &site.idp, "jane").await;

        assert_eq!(answer.status(), 401, "{fault:?}");
        assert_eq!(code(answer).await, "invalid_id_token", "{fault:?}");
        assert_eq!(stranger.me(&node).await, None, "{fault:?}");
    }
}

#[tokio::test]
async fn flow_06_a_nonce_that_only_resembles_ours_is_refused() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let disguises: [fn(&str) -> serde_json::Value; 6] = [
        |nonce| nonce.to_lowercase().into(),
        |nonce| nonce[..42].into(),
        |nonce| format!("{nonce}=").into(),
        |nonce| format!(" {nonce}").into(),
        |nonce| vec![nonce].into(),
        |nonce| serde_json::json!({ "nonce": nonce }),
    ];
    for disguise in disguises {
        let asked = browser.begin(&node).await;
        let nonce = parameter(&asked, "nonce").unwrap();
        site.idp.fault_once(Fault::claim("nonce", disguise(&nonce)));
        let callback = site.idp.authorize(&asked, "jane").await.unwrap();

        assert_eq!(
            code(browser.get(callback).await).await,
            "invalid_id_token",
            "{}",
            disguise(&nonce)
        );

        assert_eq!(browser.me(&node).await, None);
    }
}

#[tokio::test]
async fn flow_06_every_request_has_a_nonce_of_its_own() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let mut seen = std::collections::HashSet::new();
    for _ in 0..100 {
        let asked = browser.begin(&node).await;
        for name in ["nonce", "state", "code_challenge"] {
            let drawn = parameter(&asked, name).unwrap();
            assert_eq!(drawn.len(), 43, "{name}");
            assert!(seen.insert(drawn), "{name} comes again");
        }
    }
}

/// Whatever stands in the code, the token request has the parameters of ours and no others (RFC 6749 §4.1.3).
#[tokio::test]
async fn flow_07_a_code_is_one_parameter_whatever_is_in_it() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let codes = [
        "x&redirect_uri=https://evil.example/&grant_type=client_credentials",
        "x&code_verifier=known&client_id=evil",
        " ",
        "../../token",
        "%26code=y",
        &"a".repeat(8_000),
    ];
    for (number, guess) in codes.iter().enumerate() {
        let callback = browser.authorized(&node, &site.idp, "jane").await;

        let answer = browser.get(with_parameter(&callback, "code", guess)).await;

        assert_eq!(
            (answer.status().as_u16(), &*code(answer).await),
            (401, "code_rejected"),
            "{guess:.60?}"
        );
        let requests = site.idp.requests();
        assert_eq!(requests.token, number + 1);
        let form = &requests.token_requests.back().unwrap().form;
        let mut names: Vec<_> = form.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            ["code", "code_verifier", "grant_type", "redirect_uri"],
            "{guess:.60?}"
        );
        assert_eq!(form.first("code"), Some(*guess));
        assert_eq!(form.first("grant_type"), Some("authorization_code"));
    }
}

/// A code is printable ASCII (RFC 6749 §A.11) and bounded; the provider is not even asked about anything else.
#[tokio::test]
async fn flow_07_what_cannot_be_a_code_is_refused_without_the_provider() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    for guess in [
        "x\r\nX-Injected: yes\r\n\r\n",
        "\u{0}",
        "\u{fffd}\u{202e}",
        "é",
        &"a".repeat(8_193),
    ] {
        let callback = browser.authorized(&node, &site.idp, "jane").await;

        let answer = browser.get(with_parameter(&callback, "code", guess)).await;

        assert_eq!(
            (answer.status().as_u16(), &*code(answer).await),
            (401, "code_rejected"),
            "{guess:.60?}"
        );
    }
    assert_eq!(site.idp.requests().token, 0);
    browser.sign_in(&node, &site.idp, "jane").await;
}

#[tokio::test]
async fn flow_07_tokens_in_a_callback_are_not_taken() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    for name in [
        "id_token",
        "access_token",
        "token",
        "response",
        "refresh_token",
        "session",
        "code[]",
        "Code",
        "code ",
    ] {
        let callback = browser.authorized(&node, &site.idp, "jane").await;
        let value = parameter(&callback, "code").unwrap();
        let callback = with_parameter(&without_parameter(&callback, "code"), name, &value);

        let answer = browser.get(callback).await;

        assert_eq!(answer.status(), 400, "{name}");
        assert!(answer.headers().get("set-cookie").is_none(), "{name}");
        assert_eq!(browser.me(&node).await, None);
    }
    assert_eq!(site.idp.request_count(Endpoint::Token), 0);
}

#[tokio::test]
async fn flow_07_a_token_beside_the_code_changes_nothing_and_a_posted_response_is_refused() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let callback = browser.authorized(&node, &site.idp, "jane").await;
    let form = callback.query().unwrap();
    let mut action = callback.clone();
    action.set_query(None);
    let posted = browser.submit(&action, form).await;
    assert_eq!(posted.status(), 415);
    assert_eq!(site.idp.request_count(Endpoint::Token), 0);

    let forged = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJqb2huIn0.";
    let mut crowded = callback;
    for name in [
        "id_token",
        "access_token",
        "token_type",
        "expires_in",
        "sub",
        "user",
    ] {
        crowded = with_parameter(&crowded, name, forged);
    }
    assert_eq!(browser.get(crowded).await.status(), 303);

    assert_eq!(browser.me(&node).await.unwrap()["email"], "jane@gmail.com");
}

/// Nothing of what the provider said may be passed on: not as text, not as markup, not in a header.
async fn assert_hidden(answer: reqwest::Response) {
    assert!(answer.headers().get("set-cookie").is_none());
    let headers = format!("{:?}", answer.headers());
    let text = answer.text().await.unwrap();
    for shown in [headers, text] {
        assert!(
            !shown.contains("alert") && !shown.contains("evil.example"),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn flow_09_an_error_of_the_provider_ends_the_attempt_and_is_not_shown() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    for (error, expected) in [
        ("access_denied", "access_denied"),
        ("consent_required", "access_denied"),
        ("interaction_required", "access_denied"),
        ("user_cancelled_login", "access_denied"),
        ("user_cancelled_authorize", "access_denied"),
        ("Access_Denied", "provider_error"),
        ("temporarily_unavailable", "provider_error"),
        ("login_required", "provider_error"),
        ("<script>alert(1)</script>", "provider_error"),
        ("\r\nX-Alert: alert(1)", "provider_error"),
        ("https://evil.example/", "provider_error"),
    ] {
        for shown in [true, false] {
            site.idp.fault_once(Fault::authorization_error(
                error,
                "<script>alert(2)</script>",
            ));
            let callback = browser.authorized(&node, &site.idp, "jane").await;
            let callback =
                with_parameter(&callback, "error_uri", "javascript:alert(3)//evil.example");

            let answer = if shown {
                browser.open(&callback).await
            } else {
                browser.get(&callback).await
            };

            assert_eq!(answer.status(), 400, "{error}");
            if shown {
                assert_hidden(answer).await;
            } else {
                assert_eq!(code(answer).await, expected, "{error}");
            }
            let good = with_parameter(&without_parameter(&callback, "error"), "code", "c");
            assert_eq!(
                code(browser.get(good).await).await,
                "invalid_state",
                "{error}"
            );
        }
    }
    assert_eq!(site.idp.request_count(Endpoint::Token), 0);
}

/// A person who pressed Cancel by mistake can still go where they were going.
#[tokio::test]
async fn the_page_of_a_cancelled_sign_in_offers_the_same_one_again() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let start = "/auth/provider/google/signin?redirect_url=/reports%3Fyear%3D2026%26q%3D%22a%22";
    let asked = browser.begin_at(&node, start).await;
    site.idp
        .fault_once(Fault::authorization_error("access_denied", "no"));
    let callback = site.idp.authorize(&asked, "jane").await.unwrap();

    let page = browser.open(&callback).await.text().await.unwrap();

    let before = page.split(">Try Google again<").next().unwrap();
    assert_ne!(before, page, "no such link: {page}");
    let (_, link) = before.rsplit_once("href=\"").unwrap();
    let (link, _) = link.split_once('"').unwrap();
    let link = Url::parse(&node.url(&link.replace("&#38;", "&").replace("&amp;", "&"))).unwrap();
    assert_eq!(link.path(), "/auth/provider/google/signin");
    let target = parameter(&link, "redirect_url").unwrap();
    assert_eq!(target, "/reports?year=2026&q=%22a%22");

    let asked = browser.begin_at(&node, &link[Position::BeforePath..]).await;
    let callback = site.idp.authorize(&asked, "jane").await.unwrap();
    let answer = browser.get(callback).await;
    assert_eq!(
        (answer.status().as_u16(), header(&answer, "location")),
        (303, target)
    );
}

#[tokio::test]
async fn flow_09_an_error_counts_only_with_the_state_of_this_browser() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser, other) = (site.node().await, Browser::new(), Browser::new());
    other.begin(&node).await;
    site.idp
        .fault(Fault::authorization_error("access_denied", "no"));
    let callback = browser.authorized(&node, &site.idp, "jane").await;
    site.idp.clear_faults();

    let forged = browser.authorized(&node, &site.idp, "jane").await;
    for stateless in [
        without_parameter(&callback, "state"),
        with_parameter(&callback, "state", ""),
        with_parameter(&callback, "state", "unknown"),
        with_parameter(&callback, "state", &"A".repeat(43)),
    ] {
        assert_eq!(code(browser.get(stateless).await).await, "invalid_state");
    }
    assert_eq!(
        browser.get(forged).await.status(),
        303,
        "another tab goes on"
    );
    assert_eq!(code(other.get(&callback).await).await, "invalid_state");

    let both = with_parameter(
        &browser.authorized(&node, &site.idp, "jane").await,
        "error",
        "access_denied",
    );
    let asked = site.idp.request_count(Endpoint::Token);
    assert_eq!(code(browser.get(both).await).await, "access_denied");
    assert_eq!(site.idp.request_count(Endpoint::Token), asked);
}

#[tokio::test]
async fn flow_09_a_front_end_gets_our_error_code_and_not_the_providers() {
    let mut site = Site::new(Kind::Sqlite).await;
    site.set("TRUSTED_ORIGINS", "https://app.example");
    let (node, browser) = (site.node().await, Browser::new());
    let start = "/auth/provider/google/signin?redirect_url=https://app.example/in%23a&state=x%26y";
    for (error, word) in [
        ("access_denied", "access_denied"),
        ("<alert>&state=evil.example#", "provider_error"),
    ] {
        site.idp
            .fault_once(Fault::authorization_error(error, "alert evil.example"));
        let asked = browser.begin_at(&node, start).await;
        let callback = site.idp.authorize(&asked, "jane").await.unwrap();

        let answer = browser.open(callback).await;

        assert_eq!(answer.status(), 303);
        assert_eq!(
            header(&answer, "location"),
            format!("https://app.example/in?error={word}&state=x%26y#a")
        );
        assert_hidden_except(answer).await;
    }
}

async fn assert_hidden_except(answer: reqwest::Response) {
    assert!(answer.headers().get("set-cookie").is_none());
    assert!(!answer.text().await.unwrap().contains("alert"));
}

/// The callback with one parameter twice, in every place and spelling.
fn repeated(callback: &Url, name: &str) -> Vec<Url> {
    let value = parameter(callback, name).unwrap_or_else(|| "x".to_owned());
    let once = with_parameter(callback, name, &value);
    let query = once.query().unwrap();
    let encoded = format!("%{:02x}{}", name.as_bytes()[0], &name[1..]);
    let queries = [
        format!("{query}&{name}={value}"),
        format!("{query}&{name}=other"),
        format!("{name}=other&{query}"),
        format!("{query}&{name}="),
        format!("{query}&{name}"),
        format!("{query}&{encoded}=other"),
    ];
    let with_query = |query: String| {
        let mut url = callback.clone();
        url.set_query(Some(&query));
        url
    };
    queries.into_iter().map(with_query).collect()
}

#[tokio::test]
async fn flow_10_repeated_parameters_are_refused() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    for name in [
        "state",
        "code",
        "iss",
        "error",
        "error_description",
        "error_uri",
        "scope",
        "id_token",
    ] {
        for spelling in 0..6 {
            let callback = browser.authorized(&node, &site.idp, "jane").await;
            let url = repeated(&callback, name).swap_remove(spelling);

            let answer = browser.get(url.clone()).await;

            assert_eq!(answer.status(), 400, "{url}");
            assert_eq!(code(answer).await, "invalid_request", "{url}");
            let again = browser.get(callback).await;
            assert_eq!(code(again).await, "invalid_state", "{url} used it up");
        }
    }
    assert_eq!(site.idp.request_count(Endpoint::Token), 0);
    assert_eq!(browser.me(&node).await, None);
}

#[tokio::test]
async fn flow_10_a_start_with_a_repeated_parameter_is_refused() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    for query in [
        "redirect_url=/a&redirect_url=/a",
        "redirect_url=/a&redirect_url=https://evil.example/",
        "redirect_url=https://evil.example/&redirect_url=/a",
        "redirect_url=/a&%72edirect_url=/b",
        "redirect_url=&redirect_url=/b",
        "state=a&state=b",
        "mode=cookie&mode=cookie",
        "mode=cookie&mode=fragment",
    ] {
        let start = node.url(&format!("/auth/provider/google/signin?{query}"));
        let answer = browser.request(Method::GET, start).send().await.unwrap();
        assert!(answer.headers().get("set-cookie").is_none(), "{query}");
        assert_eq!(
            (answer.status().as_u16(), &*code(answer).await),
            (400, "invalid_request"),
            "{query}"
        );
    }
}
