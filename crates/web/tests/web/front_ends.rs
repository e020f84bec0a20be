//! Front ends on other origins, servers and native apps: one-time codes, posted codes and ID tokens.

use http::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::browser::{Browser, SESSION};
use crate::request::TestRequest;
use crate::site::{SPA, Site};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const EXCHANGE: &str = "/auth/exchange";
const POSTED: &str = "/auth/provider/acme/callback";

fn query() -> String {
    format!("?mode=code&code_challenge={CHALLENGE}&redirect_url={SPA}/in&state=a%26b")
}

/// Signs in with `mode=code` and returns the answer of the callback.
async fn come_back(browser: &mut Browser<'_>) -> Answer {
    let state = browser.begin(&query()).await;
    browser.come_back(&format!("code=c&state={state}")).await
}

async fn code(site: &Site) -> String {
    let answer = come_back(&mut Browser::new(site)).await;
    let location = url::Url::parse(answer.location()).unwrap();
    let code = location.query_pairs().find(|(name, _)| name == "code");
    code.unwrap().1.into_owned()
}

/// A request as a server sends it: without cookies, and without saying where it comes from.
fn post(path: &str, body: &Value) -> TestRequest {
    TestRequest::post()
        .uri(path)
        .insert_header(("accept", "application/json"))
        .insert_header(("content-type", "application/json"))
        .set_payload(body.to_string())
}

fn exchange(code: &str) -> TestRequest {
    let body = json!({"code": code, "code_verifier": VERIFIER});
    post(EXCHANGE, &body)
}

fn id_token(part: &str) -> Value {
    json!({"id_token": format!("header.{part}.signature"), "nonce": part})
}

fn posted_code() -> Value {
    json!({
        "code": "c",
        "code_verifier": VERIFIER,
        "redirect_uri": format!("{SPA}/callback"),
        "nonce": "n-1",
    })
}

/// Checks that an answer is a new session without a cookie, with these fields, and returns its token.
async fn assert_opens(site: &Site, answer: &Answer, expected: &[&str]) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.set_cookies().is_empty());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let body = answer.json();
    let fields: Vec<&str> = body.as_object().unwrap().keys().map(|key| &**key).collect();
    assert_eq!(fields, expected);
    assert_eq!(body["user"]["email"], "jane@example.com");
    let token = body["token"].as_str().unwrap().to_owned();
    assert!(token.starts_with("s_"));
    let session = session_of(site, &token).await;
    assert_eq!(session["session"]["provider"], "acme");
    token
}

async fn session_of(site: &Site, credential: &str) -> Value {
    let bearer = TestRequest::get()
        .uri("/auth/session")
        .insert_header(("authorization", format!("Bearer {credential}")));
    site.send(bearer).await.json()
}

/// Checks the answer to the exchange of a one-time code, and returns the session token.
async fn assert_session(site: &Site, answer: &Answer) -> String {
    let fields = ["expires_at", "expires_in", "token", "user"];
    let token = assert_opens(site, answer, &fields).await;
    let body = answer.json();
    assert_eq!(body["expires_in"], 604_800);
    let session = session_of(site, &token).await;
    assert_eq!(session["session"]["expires_at"], body["expires_at"]);
    token
}

/// Checks the answer to a posted code or ID token, which has an access token too, and returns the session token.
async fn assert_posted(site: &Site, answer: &Answer) -> String {
    let fields = ["access_token", "expires_in", "token", "token_type", "user"];
    let token = assert_opens(site, answer, &fields).await;
    let body = answer.json();
    assert_eq!(
        (&body["token_type"], &body["expires_in"]),
        (&json!("Bearer"), &json!(600))
    );
    let by_access_token = session_of(site, body["access_token"].as_str().unwrap()).await;
    let by_session_token = session_of(site, &token).await;
    assert_eq!(
        by_access_token["session"]["id"],
        by_session_token["session"]["id"]
    );
    token
}

async fn mode_code_ends_with_a_code_and_no_cookie() {
    let site = Site::new();
    let mut browser = Browser::new(&site);

    let answer = come_back(&mut browser).await;

    assert_eq!(answer.status, 303);
    let location = answer.location();
    assert!(location.starts_with("https://spa.example/in?code=c_"));
    assert!(location.ends_with("&state=a%26b"), "{location}");
    assert!(answer.set_cookies().is_empty());
    assert!(!browser.cookies.contains_key(SESSION));
    assert!(!browser.is_signed_in().await);
}

async fn mode_code_is_for_our_own_origin_too() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let query = format!("?mode=code&code_challenge={CHALLENGE}&redirect_url=/in");

    let state = browser.begin(&query).await;
    let answer = browser.come_back(&format!("code=c&state={state}")).await;

    assert!(answer.location().starts_with("/in?code=c_"), "{answer:?}");
}

async fn a_code_is_exchanged_by_a_server_or_by_a_page_of_a_trusted_origin() {
    let site = Site::new();

    let by_server = site.send(exchange(&code(&site).await)).await;
    assert_session(&site, &by_server).await;

    let by_page = exchange(&code(&site).await)
        .insert_header(("origin", SPA))
        .insert_header(("sec-fetch-site", "cross-site"));
    let by_page = site.send(by_page).await;
    assert_session(&site, &by_page).await;
    let readable_by = by_page.header("access-control-allow-origin");
    assert_eq!(readable_by, Some(SPA));

    let preflight = TestRequest::default()
        .method(Method::OPTIONS)
        .uri(EXCHANGE)
        .insert_header(("origin", SPA))
        .insert_header(("access-control-request-method", "POST"))
        .insert_header(("access-control-request-headers", "content-type"));
    assert_eq!(site.send(preflight).await.status, 200);
}

async fn flow_03_a_code_that_was_used_or_never_issued_is_refused_alike() {
    let site = Site::new();
    let used = code(&site).await;
    assert_eq!(site.send(exchange(&used)).await.status, 200);
    let wrong_verifier = code(&site).await;
    let body = json!({"code": wrong_verifier, "code_verifier": "a".repeat(43)});

    let answers = [
        site.send(exchange(&used)).await,
        site.send(exchange("c_unknown")).await,
        site.send(exchange("")).await,
        site.send(post(EXCHANGE, &body)).await,
        site.send(exchange(&wrong_verifier)).await,
    ];

    let details: Vec<_> = answers
        .iter()
        .map(|answer| {
            assert_eq!(answer.status, 400, "{answer:?}");
            assert_eq!(answer.code(), "invalid_request");
            answer.json()["detail"].clone()
        })
        .collect();
    assert!(details.windows(2).all(|pair| pair[0] == pair[1]));
}

async fn csr_02_no_other_site_signs_a_browser_in() {
    let site = Site::new();
    let code = code(&site).await;
    for (origin, fetch_site) in [
        (Some("https://evil.example"), None),
        (Some("https://evil.example"), Some("cross-site")),
        (Some("null"), None),
        (None, Some("cross-site")),
        (None, Some("same-site")),
    ] {
        for request in [
            exchange(&code),
            post(POSTED, &posted_code()),
            post(POSTED, &id_token("n-1")),
        ] {
            let headers = [("origin", origin), ("sec-fetch-site", fetch_site)];
            let request = headers
                .into_iter()
                .fold(request, |request, (name, value)| match value {
                    Some(value) => request.insert_header((name, value)),
                    None => request,
                });
            let answer = site.send(request).await;
            assert_eq!(answer.status, 403, "{origin:?} {fetch_site:?}");
            assert_eq!(answer.code(), "cross_origin");
        }
    }

    // Nothing was used up.
    assert_eq!(site.send(exchange(&code)).await.status, 200);
    assert_eq!(site.provider.exchanges(), 1);
    assert_eq!(site.send(post(POSTED, &id_token("n-1"))).await.status, 200);
}

async fn csr_03_codes_and_tokens_are_posted_as_json_alone() {
    let site = Site::new();
    let code = code(&site).await;
    for content_type in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
    ] {
        for request in [exchange(&code), post(POSTED, &id_token("n-1"))] {
            let mut request = request;
            request.headers.remove("content-type");
            if let Some(content_type) = content_type {
                request = request.insert_header(("content-type", content_type));
            }
            let answer = site.send(request).await;
            assert_eq!(answer.status, 415, "{content_type:?}");
            assert_eq!(answer.code(), "unsupported_media_type");
        }
    }
    for body in [
        json!([code, VERIFIER]),
        json!({"code": code}),
        json!({"code": 7, "code_verifier": VERIFIER}),
        json!(null),
    ] {
        let answer = site.send(post(EXCHANGE, &body)).await;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.code(), "invalid_request");
    }
    assert_eq!(site.send(exchange(&code)).await.status, 200);
}

async fn a_posted_code_or_id_token_starts_a_session() {
    let site = Site::new();

    let by_code = site.send(post(POSTED, &posted_code())).await;
    let by_id_token = site.send(post(POSTED, &id_token("n-1"))).await;

    let first = assert_posted(&site, &by_code).await;
    let second = assert_posted(&site, &by_id_token).await;
    assert_ne!(first, second);
}

async fn a_posted_sign_in_says_what_is_wrong() {
    let site = Site::new();
    assert_eq!(site.send(post(POSTED, &id_token("used"))).await.status, 200);
    let with = |name: &str, value: Value| {
        let mut body = posted_code();
        body[name] = value;
        body
    };
    for (body, status, code) in [
        (json!({}), 400, "invalid_request"),
        (with("id_token", json!("a.b.c")), 400, "invalid_request"),
        (with("nonce", Value::Null), 400, "invalid_request"),
        (with("code_verifier", Value::Null), 400, "invalid_request"),
        (
            with("redirect_uri", Value::Null),
            400,
            "redirect_not_allowed",
        ),
        (
            with("redirect_uri", json!("https://evil.example/")),
            400,
            "redirect_not_allowed",
        ),
        (with("code", json!("unknown")), 401, "code_rejected"),
        (json!({"id_token": "a.b.c"}), 400, "invalid_request"),
        (
            json!({"id_token": "a.b.c", "nonce": "n"}),
            401,
            "invalid_id_token",
        ),
        (id_token("used"), 401, "invalid_id_token"),
    ] {
        let answer = site.send(post(POSTED, &body)).await;
        assert_eq!(answer.status, status, "{body}");
        assert_eq!(answer.code(), code, "{body}");
        assert!(answer.set_cookies().is_empty());
    }
    let unknown = "/auth/provider/nobody/callback";
    let answer = site.send(post(unknown, &posted_code())).await;
    assert_eq!(
        (answer.status.as_u16(), &*answer.code()),
        (404, "provider_not_found")
    );
}

async fn ses_09_clients_without_cookies_neither_send_nor_get_one() {
    let site = Site::new();
    let mut jane = Browser::signed_in(&site).await;
    let cookie = format!("{SESSION}={}", jane.cookies[SESSION]);
    for request in [
        exchange(&code(&site).await),
        post(POSTED, &posted_code()),
        post(POSTED, &id_token("n-1")),
    ] {
        let request = request.insert_header(("cookie", &*cookie));
        // A browser says where a request comes from.
        assert_eq!(site.send(request.clone()).await.code(), "cross_origin");
        let answer = site.send(request.insert_header(("sec-fetch-site", "same-origin")));
        let answer = answer.await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.set_cookies().is_empty());
        assert!(answer.json()["token"].as_str().unwrap().starts_with("s_"));
    }

    assert!(jane.is_signed_in().await);
}

async fn ses_03_a_token_that_the_caller_names_is_not_used() {
    let site = Site::new();
    let named = "s_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let mut body = posted_code();
    body["token"] = json!(named);

    let answer = site.send(post(POSTED, &body)).await;

    assert_ne!(assert_posted(&site, &answer).await, named);
}

async fn jwt_05_an_id_token_and_a_one_time_code_are_no_credentials() {
    let site = Site::new();
    let code = code(&site).await;
    for credential in ["header.n-1.signature", &*code] {
        let request = TestRequest::get()
            .uri("/api/me")
            .insert_header(("accept", "application/json"))
            .insert_header(("authorization", format!("Bearer {credential}")));
        let answer = site.send(request).await;
        assert_eq!(answer.status, 401);
        assert_eq!(answer.code(), "not_authenticated");
    }
}

async fn red_03_the_redirect_of_a_code_cannot_be_changed_at_the_callback() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let state = browser.begin(&query()).await;

    let query = format!("code=c&state={state}&redirect_url=https://evil.example&mode=cookie");
    let answer = browser.come_back(&query).await;

    assert!(
        answer
            .location()
            .starts_with("https://spa.example/in?code=c_")
    );
    assert!(!browser.cookies.contains_key(SESSION));
}

crate::everywhere! {
    mode_code_ends_with_a_code_and_no_cookie,
    mode_code_is_for_our_own_origin_too,
    a_code_is_exchanged_by_a_server_or_by_a_page_of_a_trusted_origin,
    flow_03_a_code_that_was_used_or_never_issued_is_refused_alike,
    csr_02_no_other_site_signs_a_browser_in,
    csr_03_codes_and_tokens_are_posted_as_json_alone,
    a_posted_code_or_id_token_starts_a_session,
    a_posted_sign_in_says_what_is_wrong,
    ses_09_clients_without_cookies_neither_send_nor_get_one,
    ses_03_a_token_that_the_caller_names_is_not_used,
    jwt_05_an_id_token_and_a_one_time_code_are_no_credentials,
    red_03_the_redirect_of_a_code_cannot_be_changed_at_the_callback,
}
