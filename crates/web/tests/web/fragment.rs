//! Sign-ins that end with an access token in the fragment.

use std::collections::BTreeMap;

use crate::browser::{Browser, SESSION};
use crate::request::TestRequest;
use crate::site::{SPA, Site};

/// Signs in with `mode=fragment` and returns the location before the fragment, and the parameters of the fragment.
async fn sign_in(browser: &mut Browser<'_>, query: &str) -> (String, BTreeMap<String, String>) {
    let state = browser.begin(query).await;
    let answer = browser.come_back(&format!("code=c&state={state}")).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let (rest, fragment) = answer.location().split_once('#').unwrap();
    let parameters = url::form_urlencoded::parse(fragment.as_bytes());
    (rest.to_owned(), parameters.into_owned().collect())
}

async fn the_access_token_comes_in_the_fragment_beside_the_cookie() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let query = format!("?mode=fragment&redirect_url={SPA}/in%3Fa=b%23top&state=a%26b");

    let (rest, parameters) = sign_in(&mut browser, &query).await;

    assert_eq!(rest, format!("{SPA}/in?a=b"));
    let names: Vec<_> = parameters.keys().map(String::as_str).collect();
    assert_eq!(names, ["access_token", "expires_in", "state", "token_type"]);
    assert_eq!(
        (&*parameters["token_type"], &*parameters["expires_in"]),
        ("Bearer", "600")
    );
    assert_eq!(parameters["state"], "a&b");
    assert!(browser.cookies.contains_key(SESSION));
    let session = |request: TestRequest| async { site.send(request).await.json() };
    let by_cookie = browser.request(http::Method::GET, "/auth/session");
    let bearer = format!("Bearer {}", parameters["access_token"]);
    let by_token = TestRequest::get()
        .uri("/auth/session")
        .insert_header(("authorization", bearer));
    let (by_cookie, by_token) = (session(by_cookie).await, session(by_token).await);
    assert_eq!(by_cookie["user"]["email"], "jane@example.com");
    assert_eq!(by_cookie["session"]["id"], by_token["session"]["id"]);
}

async fn the_front_ends_state_may_be_absent_and_the_redirect_a_path() {
    let site = Site::new();

    let query = "?mode=fragment&redirect_url=/in";
    let (rest, parameters) = sign_in(&mut Browser::new(&site), query).await;

    assert_eq!(rest, "/in");
    assert!(!parameters.contains_key("state"));
}

async fn a_failure_goes_to_the_front_end_by_its_query() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let query = format!("?mode=fragment&redirect_url={SPA}/in&state=x");
    let state = browser.begin(&query).await;

    let answer = browser
        .come_back(&format!("error=access_denied&state={state}"))
        .await;

    assert_eq!(
        answer.location(),
        format!("{SPA}/in?error=access_denied&state=x")
    );
    assert!(!browser.cookies.contains_key(SESSION));
}

async fn red_03_a_fragment_goes_nowhere_else() {
    let site = Site::new();
    let mut browser = Browser::new(&site);

    let answer = browser
        .open("/auth/provider/acme/signin?mode=fragment&redirect_url=https://evil.example/in")
        .await;

    assert_eq!(answer.status, 400);
    assert_eq!(answer.header("location"), None);
}

crate::everywhere! {
    the_access_token_comes_in_the_fragment_beside_the_cookie,
    the_front_ends_state_may_be_absent_and_the_redirect_a_path,
    a_failure_goes_to_the_front_end_by_its_query,
    red_03_a_fragment_goes_nowhere_else,
}
