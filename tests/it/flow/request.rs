//! What is asked of the provider: only what the settings say, whatever the caller says.

use std::collections::{BTreeMap, HashSet};

use belgie_idp_emulator::Endpoint;
use reqwest::{Method, Url};

use crate::support::browser::{Browser, client, code, header, parameter, with_parameter};
use crate::support::program::Node;
use crate::support::repetition::repetitions;
use crate::support::site::{CLIENT_ID, CLIENT_SECRET, Kind, Site};
use crate::support::wire::{raw, status};

/// The parameters of the request but for those that are drawn anew each time.
fn fixed(asked: &Url) -> BTreeMap<String, String> {
    let mut fixed = BTreeMap::new();
    for (name, value) in asked.query_pairs() {
        let drawn = ["state", "nonce", "code_challenge"].contains(&&*name);
        let value = if drawn { "drawn" } else { &*value };
        let before = fixed.insert(name.clone().into_owned(), value.to_owned());
        assert_eq!(before, None, "{name} comes twice in {asked}");
    }
    fixed
}

#[tokio::test]
async fn flow_05_every_request_for_a_code_has_a_challenge_that_its_verifier_meets() {
    let site = Site::without_limits(Kind::Sqlite).await;
    let node = site.node().await;
    let rounds = repetitions(10, 1_000);
    for _ in 0..rounds {
        let browser = Browser::new();
        let asked = browser.begin(&node).await;
        assert_eq!(parameter(&asked, "code_challenge_method").unwrap(), "S256");
        let callback = site.idp.authorize(&asked, "jane").await.unwrap();
        assert_eq!(browser.get(callback).await.status(), 303);
    }

    let requests = site.idp.requests();
    let challenges: HashSet<_> = requests
        .authorization_requests
        .iter()
        .map(|asked| asked.first("code_challenge"))
        .collect();
    let verifiers: HashSet<_> = requests
        .token_requests
        .iter()
        .map(|asked| asked.form.first("code_verifier").unwrap())
        .collect();
    assert_eq!((challenges.len(), verifiers.len()), (rounds, rounds));
    assert!(
        requests
            .token_requests
            .iter()
            .all(|asked| asked.pkce_matched == Some(true))
    );
    for verifier in verifiers {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        assert!(
            (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved),
            "{verifier}"
        );
        assert!(
            !challenges.contains(&Some(verifier)),
            "a challenge by the method `plain`"
        );
    }
}

/// RFC 9700 §4.5: a code that was stolen elsewhere is injected into someone's own sign-in.
#[tokio::test]
async fn flow_05_a_code_of_another_sign_in_opens_nothing() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, jane) = (site.node().await, Browser::new());
    for thief in [Browser::new(), jane.clone()] {
        let stolen = jane.authorized(&node, &site.idp, "jane").await;
        let own = thief.authorized(&node, &site.idp, "john").await;
        let stolen = parameter(&stolen, "code").unwrap();

        let answer = thief.get(with_parameter(&own, "code", &stolen)).await;

        assert_eq!(answer.status(), 401);
        assert_eq!(code(answer).await, "code_rejected");
        assert_eq!(thief.me(&node).await, None);
        assert_eq!(
            code(thief.get(own).await).await,
            "invalid_state",
            "it is used up"
        );
    }
}

const LIES: &[(&str, &str)] = &[
    ("forwarded", "for=1.2.3.4;host=evil.example;proto=https"),
    ("origin", "https://evil.example"),
    ("referer", "https://evil.example/"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-port", "444"),
    ("x-forwarded-prefix", "/evil"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-scheme", "https"),
    ("x-forwarded-server", "evil.example"),
    ("x-forwarded-ssl", "on"),
    ("x-forwarded-uri", "/evil"),
    ("x-host", "evil.example"),
    ("x-original-host", "evil.example"),
    ("x-original-url", "https://evil.example/"),
    ("x-rewrite-url", "https://evil.example/"),
];

async fn begin_with(browser: &Browser, node: &Node, lie: (&str, &str)) -> Url {
    let begin = browser.request(Method::GET, node.url("/auth/provider/google/signin"));
    let answer = begin.header(lie.0, lie.1).send().await.unwrap();
    assert_eq!(answer.status(), 303, "{lie:?}");
    Url::parse(&header(&answer, "location")).unwrap()
}

#[tokio::test]
async fn flow_08_the_redirect_uri_is_the_configured_one_whatever_the_request_says() {
    for trusted in [None, Some("127.0.0.0/8")] {
        let mut site = Site::new(Kind::Sqlite).await;
        if let Some(proxies) = trusted {
            site.set("TRUSTED_PROXIES", proxies);
        }
        let (node, browser) = (site.node().await, Browser::new());
        let expected = node.url("/auth/provider/google/callback");

        for lie in LIES {
            let asked = begin_with(&browser, &node, *lie).await;
            assert_eq!(
                parameter(&asked, "redirect_uri").unwrap(),
                expected,
                "{lie:?}"
            );
            let callback = site.idp.authorize(&asked, "jane").await.unwrap();
            let back = browser.request(Method::GET, callback).header(lie.0, lie.1);
            let back = back.send().await.unwrap();
            assert_eq!(
                (back.status().as_u16(), &*header(&back, "location")),
                (303, "/dashboard"),
                "{lie:?}"
            );
        }

        let requests = site.idp.requests();
        assert_eq!(requests.token_requests.len(), LIES.len());
        let exchanged = requests
            .token_requests
            .iter()
            .map(|request| request.form.first("redirect_uri"));
        assert!(exchanged.into_iter().all(|uri| uri == Some(&expected)));
    }
}

#[tokio::test]
async fn flow_08_no_form_of_a_request_target_names_the_host() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    let (host, start) = (&node.base_url()[7..], "/auth/provider/google/signin");
    for (target, version, named, expected) in [
        (start.to_owned(), "1.1", Some(host), 303),
        (format!("http://{host}{start}"), "1.1", Some(host), 303),
        (start.to_owned(), "1.0", Some(host), 303),
        (
            format!("http://evil.example{start}"),
            "1.1",
            Some("evil.example"),
            421,
        ),
        (
            format!("https://evil.example{start}"),
            "1.1",
            Some(host),
            421,
        ),
        (start.to_owned(), "1.1", Some("evil.example"), 421),
        (start.to_owned(), "1.1", None, 400),
        (start.to_owned(), "1.0", None, 421),
        (
            format!("//evil.example{start}"),
            "1.1",
            Some("evil.example"),
            421,
        ),
        (format!("//evil.example{start}"), "1.1", Some(host), 404),
    ] {
        let named = named.map_or_else(String::new, |host| format!("Host: {host}\r\n"));
        let request = format!("GET {target} HTTP/{version}\r\n{named}Connection: close\r\n\r\n");
        let answer = raw(&node, request.as_bytes()).await;
        assert_eq!(status(&answer), expected, "{request}: {answer}");
        assert!(!answer.contains("evil"), "{request}: {answer}");
        let redirect_uri = format!("{}/auth/provider/google/callback", node.base_url());
        let redirect_uri: String =
            url::form_urlencoded::byte_serialize(redirect_uri.as_bytes()).collect();
        assert_eq!(
            answer.contains(&format!("redirect_uri={redirect_uri}")),
            expected == 303,
            "{request}: {answer}"
        );
    }
}

#[tokio::test]
async fn flow_15_only_the_configured_scopes_are_requested() {
    for (setting, scope) in [
        (None, "openid email profile"),
        (Some("openid"), "openid"),
        (Some("openid,email"), "openid email"),
        (Some("openid email"), "openid email"),
        (Some(r#"["openid", "email"]"#), "openid email"),
    ] {
        let mut site = Site::new(Kind::Sqlite).await;
        let issuer = site.idp.issuer().to_owned();
        site.set("OIDC_PROVIDERS", "other");
        site.set("OIDC_OTHER_ISSUER_URL", issuer);
        site.set("OIDC_OTHER_CLIENT_ID", CLIENT_ID);
        site.set("OIDC_OTHER_CLIENT_SECRET", CLIENT_SECRET);
        if let Some(setting) = setting {
            site.set("GOOGLE_SCOPES", setting);
            site.set("OIDC_OTHER_SCOPES", setting);
        }
        let (node, browser) = (site.node().await, Browser::new());
        for provider in ["google", "other"] {
            for query in ["", "?scope=openid%20admin", "?scopes=admin&mode=cookie"] {
                let start = format!("/auth/provider/{provider}/signin{query}");
                let asked = browser.begin_at(&node, &start).await;
                assert_eq!(
                    parameter(&asked, "scope").unwrap(),
                    scope,
                    "{setting:?} {start}"
                );
            }
        }
    }
}

#[tokio::test]
async fn flow_16_any_id_and_secret_reach_the_provider_and_no_address() {
    for (id, secret) in [
        ("a:b c", "p%+é"),
        ("ü&=?#/", "+ %25 \"\\é:;"),
        ("plain", "c4nary-secret"),
    ] {
        let mut site = Site::with(Kind::Sqlite, |idp| idp.client_any_redirect(id, secret)).await;
        site.set("GOOGLE_CLIENT_ID", id);
        site.set("GOOGLE_CLIENT_SECRET", secret);
        let (node, browser) = (site.node().await, Browser::new());

        let asked = browser.begin(&node).await;
        let callback = site.idp.authorize(&asked, "jane").await.unwrap();
        assert_eq!(browser.get(&callback).await.status(), 303, "{}", node.log());

        let requests = site.idp.requests();
        let request = requests.token_requests.back().unwrap();
        let basic = request.basic.as_ref().unwrap();
        assert_eq!((&*basic.id, &*basic.secret), (id, secret));
        assert_eq!(request.form.first("client_secret"), None);
        let sent = asked.query_pairs().chain(callback.query_pairs());
        assert!(
            sent.into_iter().all(|(_, value)| !value.contains(secret)),
            "{asked} {callback}"
        );
        assert!(!node.log().contains(secret));
    }
}

const RESERVED: &[&str] = &[
    "acr_values",
    "access_type",
    "audience",
    "claims",
    "client_id",
    "client_secret",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "display",
    "domain_hint",
    "dpop_jkt",
    "hd",
    "id_token_hint",
    "include_granted_scopes",
    "login_hint",
    "max_age",
    "nonce",
    "prompt",
    "redirect_uri",
    "registration",
    "request",
    "request_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "ui_locales",
];

#[tokio::test]
async fn flow_17_callers_cannot_add_to_the_authorization_request() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let usual = fixed(&browser.begin(&node).await);
    assert_eq!(
        usual["redirect_uri"],
        node.url("/auth/provider/google/callback")
    );
    assert!(!usual.values().any(|value| value.contains(CLIENT_SECRET)));

    let each = RESERVED.iter().map(|name| format!("{name}=victim-s"));
    let all = each.clone().collect::<Vec<_>>().join("&");
    let hidden = [
        "state=a%26login_hint%3Dvictim-s%26prompt%3Dnone",
        "redirect_url=%2Fx%3Flogin_hint%3Dvictim-s%26state%3Dvictim-s",
        "state=x%23%3Fredirect_uri=https://victim-s",
        "authorization_params%5Blogin_hint%5D=victim-s&params%5Bprompt%5D=none",
    ];
    for query in each.chain([all]).chain(hidden.map(str::to_owned)) {
        let asked = browser
            .begin_at(&node, &format!("/auth/provider/google/signin?{query}"))
            .await;
        assert_eq!(fixed(&asked), usual, "{query}");
        assert!(!asked.as_str().contains("victim"), "{query}");
    }
}

#[tokio::test]
async fn flow_17_nothing_but_the_query_and_nothing_of_the_query_is_forwarded() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    let usual = fixed(&Browser::new().begin(&node).await);

    let start = client().get(node.url("/auth/provider/google/signin;login_hint=victim"));
    assert_eq!(start.send().await.unwrap().status(), 404);
    let start = client().get(node.url("/auth/provider/google/signin"));
    let start = start
        .header(
            "cookie",
            "login_hint=victim; prompt=none; state=victim; redirect_uri=https://victim.example",
        )
        .header("content-type", "application/x-www-form-urlencoded")
        .body("login_hint=victim&prompt=none");
    let answer = start.send().await.unwrap();

    assert_eq!(answer.status(), 303);
    assert_eq!(
        fixed(&Url::parse(&header(&answer, "location")).unwrap()),
        usual
    );
    assert_eq!(site.idp.request_count(Endpoint::Token), 0);
}
