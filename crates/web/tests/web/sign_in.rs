use belgie_ports::ProviderError;
use belgie_testkit::{changed, identity};
use chrono::TimeDelta;
use http::Method;

use crate::browser::{ATTEMPT, Browser, LAST, SESSION};
use crate::site::{SPA, Site};

async fn a_person_signs_in_and_lands_where_they_wanted() {
    let site = Site::new();
    let mut browser = Browser::new(&site);

    let state = browser.begin("?redirect_url=/reports%3Fyear%3D2026").await;
    let answer = browser.come_back(&format!("code=c&state={state}")).await;

    assert_eq!(answer.status, 303);
    assert_eq!(answer.location(), "/reports?year=2026");
    assert!(browser.is_signed_in().await);
}

async fn the_front_ends_own_state_comes_back_with_the_redirect() {
    let site = Site::new();
    let mut browser = Browser::new(&site);

    let query = format!("?redirect_url={SPA}/in&state=a%26b");
    let state = browser.begin(&query).await;
    let answer = browser.come_back(&format!("code=c&state={state}")).await;

    assert_eq!(answer.location(), format!("{SPA}/in?state=a%26b"));
}

async fn ses_07_the_cookies_of_a_sign_in_are_pinned_and_hidden() {
    let site = Site::new();
    let mut browser = Browser::new(&site);

    let begun = browser.open("/auth/provider/acme/signin").await;
    let state = browser.begin("").await;
    let done = browser.come_back(&format!("code=c&state={state}")).await;

    let cookies: Vec<_> = [&begun, &done]
        .iter()
        .flat_map(|answer| answer.set_cookies())
        .collect();
    let expected = [(ATTEMPT, 600), (SESSION, 2_592_000), (LAST, 15_552_000)];
    assert_eq!(cookies.len(), expected.len(), "{cookies:?}");
    for (cookie, (name, max_age)) in cookies.into_iter().zip(expected) {
        assert!(cookie.starts_with(&format!("{name}=")), "{cookie}");
        let attributes = format!("; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age={max_age}");
        assert!(cookie.ends_with(&attributes), "{cookie}");
    }
}

async fn ses_03_a_planted_session_is_dead_after_the_sign_in() {
    let site = Site::new();
    let planted = Browser::signed_in(&site).await.cookies[SESSION].clone();
    let mut victim = Browser::new(&site);
    victim.cookies.insert(SESSION.to_owned(), planted.clone());

    victim.sign_in().await;

    assert_ne!(victim.cookies[SESSION], planted);
    let mut attacker = Browser::new(&site);
    attacker.cookies.insert(SESSION.to_owned(), planted);
    assert!(!attacker.is_signed_in().await);
    assert!(victim.is_signed_in().await);
}

async fn flow_02_a_callback_in_another_browser_is_refused() {
    let site = Site::new();
    let state = Browser::new(&site).begin("").await;
    let mut other = Browser::new(&site);
    other.begin("").await;

    let answer = other.come_back(&format!("code=c&state={state}")).await;

    assert_eq!(answer.status, 400);
    assert_eq!(site.provider.exchanges(), 0);
    assert!(!other.cookies.contains_key(SESSION));
}

async fn flow_07_a_token_in_the_query_is_no_code() {
    let site = Site::new();
    for query in ["id_token=x", "access_token=x", "code="] {
        let mut browser = Browser::new(&site);
        let state = browser.begin("").await;

        let answer = browser.come_back(&format!("{query}&state={state}")).await;

        assert_eq!(answer.status, 400, "{query}");
        assert_eq!(site.provider.exchanges(), 0);
    }
}

async fn flow_09_an_error_of_the_provider_ends_the_attempt_and_its_text_is_not_shown() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let state = browser.begin("").await;

    let query = format!(
        "error=access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E&state={state}"
    );
    let answer = browser.come_back(&query).await;
    let again = browser.come_back(&format!("code=c&state={state}")).await;

    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("Sign-in cancelled"));
    assert!(answer.body.contains("You cancelled at Fake, so you are"));
    assert!(
        answer.body.contains(
            "href=\"/auth/provider/acme/signin?redirect_url=%2Fdashboard\">Try Fake again<"
        )
    );
    assert!(!answer.body.contains("alert"));
    assert_eq!(again.status, 400);
    assert_eq!(site.provider.exchanges(), 0);
}

async fn flow_10_repeated_parameters_are_refused() {
    let site = Site::new();
    for extra in ["&code=d", "&state=d", "&iss=a&iss=b", "&error=a&error=b"] {
        let mut browser = Browser::new(&site);
        let state = browser.begin("").await;

        let answer = browser
            .come_back(&format!("code=c&state={state}{extra}"))
            .await;

        assert_eq!(answer.status, 400, "{extra}");
        assert_eq!(site.provider.exchanges(), 0);
    }
    let twice = "/auth/provider/acme/signin?redirect_url=/a&redirect_url=/b";
    assert_eq!(site.get(twice).await.code(), "invalid_request");
}

async fn flow_11_a_sign_in_does_not_begin_inside_another_page() {
    let site = Site::new();
    for dest in [
        "audio",
        "audioworklet",
        "embed",
        "fencedframe",
        "font",
        "frame",
        "iframe",
        "image",
        "json",
        "manifest",
        "object",
        "paintworklet",
        "report",
        "script",
        "serviceworker",
        "sharedworker",
        "style",
        "track",
        "video",
        "webidentity",
        "worker",
        "xslt",
        "nonsense",
        "",
    ] {
        let browser = Browser::new(&site);
        let request = browser
            .request(Method::GET, "/auth/provider/acme/signin")
            .insert_header(("sec-fetch-dest", dest));

        let answer = site.send(request).await;

        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, "invalid_request".to_owned()),
            "{dest}"
        );
        assert!(answer.set_cookies().is_empty(), "{dest}");
    }
}

async fn flow_12_reloading_the_finished_callback_keeps_the_session() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let state = browser.begin("").await;
    browser.come_back(&format!("code=c&state={state}")).await;

    let again = browser.come_back(&format!("code=c&state={state}")).await;

    assert_eq!(again.status, 400);
    assert!(again.body.contains("no longer open"));
    assert!(again.set_cookies().is_empty());
    assert!(browser.is_signed_in().await);
}

async fn flow_13_ten_tabs_finish_in_reverse_and_cookies_stay_small() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let mut states = Vec::new();
    for _ in 0..10 {
        states.push(browser.begin("").await);
    }

    for state in states.iter().rev() {
        let answer = browser.come_back(&format!("code=c&state={state}")).await;
        assert_eq!(answer.status, 303);
    }

    for _ in 0..200 {
        browser.begin("").await;
    }
    let bytes: usize = browser
        .cookies
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    assert!(bytes < 4096, "{bytes}");
}

async fn flow_14_an_attempt_cookie_is_no_session_nor_the_reverse() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let state = browser.begin("").await;
    let (session, attempt) = (
        browser.cookies[SESSION].clone(),
        browser.cookies[ATTEMPT].clone(),
    );
    browser.cookies.insert(SESSION.to_owned(), attempt);
    browser.cookies.insert(ATTEMPT.to_owned(), session);

    assert!(!browser.is_signed_in().await);
    let answer = browser.come_back(&format!("code=c&state={state}")).await;
    assert_eq!(answer.status, 400);
    assert_eq!(site.provider.exchanges(), 1);
}

async fn flow_17_parameters_of_the_caller_do_not_reach_the_provider() {
    let site = Site::new();
    let mut browser = Browser::new(&site);

    let query = "?redirect_uri=https://evil.example&state=mine&login_hint=x&prompt=none&nonce=n";
    let answer = browser
        .open(&format!("/auth/provider/acme/signin{query}"))
        .await;

    let location = url::Url::parse(answer.location()).unwrap();
    let names: Vec<_> = location
        .query_pairs()
        .map(|(name, _)| name.into_owned())
        .collect();
    assert_eq!(
        names,
        [
            "response_type",
            "redirect_uri",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method",
        ]
    );
    for sent in ["mine", "evil.example"] {
        assert!(!location.as_str().contains(sent), "{sent}");
    }
}

async fn a_failure_is_returned_to_the_origin_that_began_the_sign_in() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let state = browser
        .begin(&format!("?redirect_url={SPA}/in&state=s"))
        .await;
    site.provider.fail_once(ProviderError::CodeRejected(None));

    let answer = browser.come_back(&format!("code=c&state={state}")).await;

    assert_eq!(
        answer.location(),
        format!("{SPA}/in?error=code_rejected&state=s")
    );
    assert!(!browser.cookies.contains_key(SESSION));
}

async fn each_failure_of_a_callback_has_its_status_and_code() {
    for (failure, status, code) in [
        (ProviderError::CodeRejected(None), 401, "code_rejected"),
        (ProviderError::TimedOut, 504, "provider_unavailable"),
        (
            ProviderError::Unavailable("hunter2".into()),
            502,
            "provider_unavailable",
        ),
    ] {
        let site = Site::new();
        let mut browser = Browser::new(&site);
        let state = browser.begin("").await;
        site.provider.fail_once(failure);

        let path = format!("/auth/provider/acme/callback?code=c&state={state}");
        let answer = browser.fetch(Method::GET, &path).await;

        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(answer.code(), code);
        assert!(!answer.body.contains("hunter2"));
    }
}

async fn a_page_says_whether_a_provider_is_slow_or_cannot_be_used() {
    for (failure, heading) in [
        (ProviderError::TimedOut, "Fake is not responding"),
        (
            ProviderError::Unavailable("hunter2".into()),
            "Fake cannot be used right now",
        ),
    ] {
        let site = Site::new();
        let mut browser = Browser::new(&site);
        let state = browser.begin("").await;
        site.provider.fail_once(failure);

        let page = browser.come_back(&format!("code=c&state={state}")).await;

        assert!(page.body.contains(heading), "{}", page.body);
        assert!(
            page.body
                .contains("Try again in a minute, or sign in another way.")
        );
    }
}

async fn a_wrong_issuer_and_an_old_attempt_are_refused() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let (one, other) = (browser.begin("").await, browser.begin("").await);

    let path = format!("/auth/provider/acme/callback?code=c&iss=https://evil.example&state={one}");
    assert_eq!(
        browser.fetch(Method::GET, &path).await.code(),
        "issuer_mismatch"
    );

    site.clock
        .advance(TimeDelta::minutes(10) + TimeDelta::seconds(1));
    let path = format!("/auth/provider/acme/callback?code=c&state={other}");
    assert_eq!(
        browser.fetch(Method::GET, &path).await.code(),
        "invalid_state"
    );
}

async fn what_is_not_offered_is_refused_rather_than_done_otherwise() {
    let site = Site::new();
    for (query, status, code) in [
        ("acme/signin?mode=query", 400, "invalid_request"),
        (
            "acme/signin?mode=code&code_challenge=x",
            400,
            "invalid_request",
        ),
        ("acme/signin?mode=code", 400, "invalid_request"),
        ("acme/signin?reauthenticate=2", 400, "invalid_request"),
        (
            "acme/signin?reauthenticate=1&mode=code&code_challenge=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            400,
            "invalid_request",
        ),
        ("githbu/signin", 404, "provider_not_found"),
        ("githbu/callback?code=c&state=s", 404, "provider_not_found"),
        ("acme/callback", 400, "invalid_request"),
        ("acme/callback?code=c", 400, "invalid_state"),
    ] {
        let answer = site.get(&format!("/auth/provider/{query}")).await;
        assert_eq!(
            (answer.status.as_u16(), &*answer.code()),
            (status, code),
            "{query}"
        );
    }
    let cookie = site.get("/auth/provider/acme/signin?mode=cookie").await;
    assert_eq!(cookie.status, 303);
}

async fn a_get_of_the_sign_in_page_uses_up_no_attempt() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let state = browser.begin("").await;

    let path = format!("/auth/provider/acme/callback?code=c&state={state}");
    let looked = browser.fetch(Method::HEAD, &path).await;

    assert_eq!(looked.status, 405);
    assert_eq!(looked.header("allow"), Some("GET, POST"));
    assert_eq!(browser.open(&path).await.status, 303);
}

async fn a_person_without_an_address_gets_an_explanation() {
    let site = Site::new();
    site.provider
        .set_identity(changed(identity(), |identity| identity.email = None));
    let mut browser = Browser::new(&site);

    let answer = browser.sign_in().await;

    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("We need your e-mail address"));
}

async fn the_providers_are_listed() {
    let site = Site::new();

    let answer = site.get("/auth/providers").await;

    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json()["providers"][0],
        serde_json::json!({"id": "acme", "name": "Fake", "signin_url": "/auth/provider/acme/signin"})
    );
}

crate::everywhere! {
    a_person_signs_in_and_lands_where_they_wanted,
    the_front_ends_own_state_comes_back_with_the_redirect,
    ses_07_the_cookies_of_a_sign_in_are_pinned_and_hidden,
    ses_03_a_planted_session_is_dead_after_the_sign_in,
    flow_02_a_callback_in_another_browser_is_refused,
    flow_07_a_token_in_the_query_is_no_code,
    flow_09_an_error_of_the_provider_ends_the_attempt_and_its_text_is_not_shown,
    flow_10_repeated_parameters_are_refused,
    flow_11_a_sign_in_does_not_begin_inside_another_page,
    flow_12_reloading_the_finished_callback_keeps_the_session,
    flow_13_ten_tabs_finish_in_reverse_and_cookies_stay_small,
    flow_14_an_attempt_cookie_is_no_session_nor_the_reverse,
    flow_17_parameters_of_the_caller_do_not_reach_the_provider,
    a_failure_is_returned_to_the_origin_that_began_the_sign_in,
    each_failure_of_a_callback_has_its_status_and_code,
    a_page_says_whether_a_provider_is_slow_or_cannot_be_used,
    a_wrong_issuer_and_an_old_attempt_are_refused,
    what_is_not_offered_is_refused_rather_than_done_otherwise,
    a_get_of_the_sign_in_page_uses_up_no_attempt,
    a_person_without_an_address_gets_an_explanation,
    the_providers_are_listed,
}
