//! The cookie of a session, as it is set, sent and cleared (SES-07, SES-08).

use std::collections::BTreeMap;

use reqwest::{Method, Response};

use crate::support::browser::{Browser, client, header};
use crate::support::program::Node;
use crate::support::route::guarded_calls;
use crate::support::site::{Kind, Site};

/// A `Set-Cookie` header, taken apart.
#[derive(Debug)]
struct SetCookie {
    name: String,
    value: String,
    attributes: BTreeMap<String, String>,
}

impl SetCookie {
    fn parse(line: &str) -> Self {
        let mut parts = line.split("; ");
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let mut attributes = BTreeMap::new();
        for part in parts {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let before = attributes.insert(name.to_ascii_lowercase(), value.to_owned());
            assert_eq!(before, None, "{name} is there twice in {line}");
        }
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            attributes,
        }
    }

    fn all_of(answer: &Response) -> Vec<Self> {
        let lines = answer.headers().get_all("set-cookie").iter();
        lines
            .map(|line| Self::parse(line.to_str().unwrap()))
            .collect()
    }

    /// The one cookie of an answer.
    fn only_of(answer: &Response) -> Self {
        let mut cookies = Self::all_of(answer);
        assert_eq!(cookies.len(), 1, "{cookies:?} of {answer:?}");
        cookies.remove(0)
    }

    fn sent(&self) -> String {
        format!("{}={}", self.name, self.value)
    }
}

/// A site behind a proxy that speaks https with browsers.
const BASE: &str = "https://auth.example";

async fn https_node(change: impl FnOnce(&mut Site)) -> (Site, Node) {
    let mut site = Site::with(Kind::Sqlite, |idp| {
        let callback = format!("{BASE}/auth/provider/google/callback");
        idp.client("https-client", "canary-https-secret", [callback])
    })
    .await;
    site.set("BASE_URL", BASE);
    site.set("COOKIE_SECURE", "true");
    site.set("GOOGLE_CLIENT_ID", "https-client");
    site.set("GOOGLE_CLIENT_SECRET", "canary-https-secret");
    change(&mut site);
    let node = site.node().await;
    (site, node)
}

/// Asks as the proxy does, with these cookies.
async fn ask(node: &Node, (method, path): (&str, &str), cookies: &str) -> Response {
    let request = client()
        .request(method.parse().unwrap(), node.url(path))
        .header("host", "auth.example")
        .header("sec-fetch-site", "same-origin")
        .header("cookie", cookies);
    request.send().await.unwrap()
}

/// Signs in and returns the cookies of the attempt and of the session. The only other one remembers the provider.
async fn sign_in(site: &Site, node: &Node) -> [SetCookie; 2] {
    let begun = ask(node, ("GET", "/auth/provider/google/signin"), "").await;
    let attempt = SetCookie::only_of(&begun);
    let callback = site
        .idp
        .authorize(header(&begun, "location"), "jane")
        .await
        .unwrap();
    let path = &callback[url::Position::BeforePath..];
    let answer = ask(node, ("GET", path), &attempt.sent()).await;
    assert_eq!(answer.status(), 303, "{}", node.log());
    let mut cookies = SetCookie::all_of(&answer);
    let last = cookies.pop().unwrap();
    assert_eq!(
        (&*last.name, &*last.value),
        ("__Host-belgie_last", "google")
    );
    let mut expected = attempt.attributes.clone();
    expected.insert("max-age".to_owned(), "15552000".to_owned());
    assert_eq!(last.attributes, expected);
    assert_eq!(cookies.len(), 1, "{cookies:?}");
    [attempt, cookies.remove(0)]
}

fn attributes(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[tokio::test]
async fn ses_07_on_https_every_cookie_is_pinned_secure_and_hidden() {
    let (site, node) = https_node(|_| {}).await;
    let expected = |age| {
        attributes(&[
            ("path", "/"),
            ("secure", ""),
            ("httponly", ""),
            ("samesite", "Lax"),
            ("max-age", age),
        ])
    };

    let [attempt, session] = sign_in(&site, &node).await;

    assert_eq!(attempt.name, "__Host-belgie_attempt");
    assert_eq!(attempt.attributes, expected("600"));
    assert_eq!(session.name, "__Host-belgie_session");
    assert_eq!(session.attributes, expected("2592000"));
    assert!(session.value.starts_with("s_"));

    for call in [("GET", "/signin"), ("POST", "/auth/signout")] {
        let dead = format!("{}=s_{}", session.name, "A".repeat(43));
        let cleared = SetCookie::only_of(&ask(&node, call, &dead).await);
        assert_cleared(cleared, &session);
    }
    let cleared = SetCookie::only_of(&ask(&node, ("POST", "/auth/signout"), &session.sent()).await);
    assert_cleared(cleared, &session);
}

/// The same cookie to a browser, with nothing in it and no life left.
fn assert_cleared(mut cleared: SetCookie, session: &SetCookie) {
    assert_eq!((&cleared.name, cleared.value.as_str()), (&session.name, ""));
    let expires = cleared.attributes.remove("expires");
    assert!(expires.is_none_or(|date| date.contains(" 19") || date.contains(" 20")));
    let mut expected = session.attributes.clone();
    expected.insert("max-age".to_owned(), "0".to_owned());
    assert_eq!(cleared.attributes, expected);
}

#[tokio::test]
async fn ses_07_the_settings_say_what_else_the_cookie_may_be() {
    let (site, node) = https_node(|site| {
        site.set("SESSION_COOKIE_NAME", "sid");
        site.set("COOKIE_DOMAIN", "auth.example");
        site.set("COOKIE_SAME_SITE", "none");
        site.set("SESSION_ABSOLUTE_MAX_AGE", "34560000");
    })
    .await;

    let [attempt, session] = sign_in(&site, &node).await;

    assert_eq!(
        (attempt.name.as_str(), session.name.as_str()),
        ("__Host-belgie_attempt", "sid")
    );
    assert_eq!(attempt.attributes.get("samesite").unwrap(), "Lax");
    assert_eq!(attempt.attributes.get("domain"), None);
    let expected = attributes(&[
        ("path", "/"),
        ("secure", ""),
        ("httponly", ""),
        ("samesite", "None"),
        ("domain", "auth.example"),
        ("max-age", "34560000"),
    ]);
    assert_eq!(session.attributes, expected);
    let cleared = SetCookie::only_of(&ask(&node, ("POST", "/auth/signout"), &session.sent()).await);
    assert_cleared(cleared, &session);
}

#[tokio::test]
async fn ses_07_the_cookie_is_set_at_sign_in_and_not_again() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;

    for path in [
        "/",
        "/signin",
        "/dashboard",
        "/auth/session",
        "/auth/sessions",
        "/api/me",
        "/nowhere",
    ] {
        let answer = browser.get(node.url(path)).await;
        assert!(SetCookie::all_of(&answer).is_empty(), "{path}");
    }
}

/// Cookies of our name that another host of the domain planted, before, after and beside the true one.
fn ambiguous(name: &str, good: &str) -> Vec<Vec<String>> {
    let bad = format!("s_{}", "A".repeat(43));
    let pair = |value: &str| format!("{name}={value}");
    let lines = [
        format!("{}; {}", pair(good), pair(&bad)),
        format!("{}; {}", pair(&bad), pair(good)),
        format!("{}; {}", pair(good), pair(good)),
        format!("{};{}", pair(good), pair("")),
        format!("{}; {}", pair(""), pair(good)),
        format!("{}; x=1; {}", pair("x"), pair(good)),
        format!("{}; {}; {}", pair(good), pair(&bad), pair(good)),
        format!("{},{}", pair(good), pair(&bad)),
        format!("{};\t{}", pair(&bad), pair(good)),
    ];
    let mut cases: Vec<_> = lines.into_iter().map(|line| vec![line]).collect();
    cases.push(vec![pair(good), pair(&bad)]);
    cases.push(vec![pair(&bad), pair(good)]);
    cases.push(vec![pair(good), "x=1".to_owned(), pair(good)]);
    cases
}

async fn ask_with(node: &Node, (method, path): (&str, &str), lines: &[String]) -> Response {
    let request = client()
        .request(method.parse().unwrap(), node.url(path))
        .header("sec-fetch-site", "same-origin");
    let request = lines
        .iter()
        .fold(request, |request, line| request.header("cookie", line));
    request.send().await.unwrap()
}

#[tokio::test]
async fn ses_08_no_route_chooses_between_two_cookies_of_our_name() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    let good = browser.cookie(&node, "belgie_session").unwrap();
    let session = crate::origin::session_of(&browser, &node).await;

    for lines in ambiguous("belgie_session", &good) {
        let answer = ask_with(&node, ("GET", "/api/me"), &lines).await;
        assert_eq!(answer.status(), 401, "{lines:?}");
    }
    for (route, method) in guarded_calls() {
        let path = route.path_of(&session);
        let twice = [format!("belgie_session={good}; belgie_session={good}")];
        let answer = ask_with(&node, (method, &path), &twice).await;
        assert_eq!(answer.status(), 401, "{method} {path}");
    }

    assert!(browser.me(&node).await.is_some(), "the session was ended");
}

#[tokio::test]
async fn ses_08_cookies_of_other_names_neither_count_nor_disturb() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    let good = browser.cookie(&node, "belgie_session").unwrap();

    for other in [
        "Belgie_Session",
        "BELGIE_SESSION",
        "__Host-belgie_session",
        "__Secure-belgie_session",
        "belgie_session ",
        "belgie_session2",
        "xbelgie_session",
        "",
    ] {
        let bad = format!("s_{}", "A".repeat(43));
        for line in [
            format!("belgie_session={good}; {other}={bad}"),
            format!("{other}={bad}; belgie_session={good}"),
        ] {
            let answer = ask_with(&node, ("GET", "/api/me"), std::slice::from_ref(&line)).await;
            assert_eq!(answer.status(), 200, "{line}");
        }
        let alone = ask_with(&node, ("GET", "/api/me"), &[format!("{other}={good}")]).await;
        assert_eq!(alone.status(), 401, "{other:?} counts");
    }
}

#[tokio::test]
async fn ses_08_where_the_name_has_its_prefix_no_other_spelling_counts() {
    let (site, node) = https_node(|_| {}).await;
    let [_, session] = sign_in(&site, &node).await;
    let good = session.value.clone();
    let me = ("GET", "/api/me");
    assert_eq!(ask(&node, me, &session.sent()).await.status(), 200);

    for other in [
        "belgie_session",
        "__host-belgie_session",
        "__HOST-belgie_session",
        "__Secure-belgie_session",
    ] {
        let alone = ask(&node, me, &format!("{other}={good}")).await;
        assert_eq!(alone.status(), 401, "{other} counts");
        let planted = format!("{other}=s_{}; {}", "A".repeat(43), session.sent());
        let beside = ask(&node, me, &planted).await;
        assert_eq!(beside.status(), 200, "{other} disturbs");
    }
    for lines in ambiguous(&session.name, &good) {
        let request = client()
            .request(Method::GET, node.url("/api/me"))
            .header("host", "auth.example");
        let request = lines
            .iter()
            .fold(request, |request, line| request.header("cookie", line));
        assert_eq!(request.send().await.unwrap().status(), 401, "{lines:?}");
    }
}
