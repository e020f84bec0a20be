//! What every answer of the real server carries, and how much it takes.

use std::collections::BTreeSet;

use belgie_idp_emulator::Person;
use reqwest::{Method, Response};

use crate::support::browser::{Browser, client, header};
use crate::support::program::Node;
use crate::support::site::{Kind, Site};

/// Every route, and some addresses that are none. Signing out comes last.
const PATHS: &[&str] = &[
    "/",
    "/signin",
    "/signup",
    "/forgot",
    "/reset",
    "/reset?token=a",
    "/verify",
    "/verify?token=a",
    "/account",
    "/auth/accounts",
    "/auth/accounts/x/token",
    "/dashboard",
    "/healthz",
    "/readyz",
    "/nowhere",
    "/dev/mail",
    "/api/me",
    "/api/me/delete",
    "/api/me/export",
    "/auth",
    "/auth/nowhere",
    "/auth/providers",
    "/auth/pending",
    "/auth/pending/cancel",
    "/auth/pending/fresh",
    "/auth/provider/google/signin",
    "/auth/provider/google/signin?redirect_url=https://evil.example",
    "/auth/provider/google/callback",
    "/auth/provider/google/callback?code=a&state=b",
    "/auth/provider/no/signin",
    "/auth/exchange",
    "/auth/register",
    "/auth/login",
    "/auth/password/change",
    "/auth/password/set",
    "/auth/reauthenticate",
    "/auth/password/forgot",
    "/auth/password/reset",
    "/auth/email/resend",
    "/auth/email/verify",
    "/auth/email/change",
    "/auth/email/confirm",
    "/auth/session",
    "/auth/sessions/x",
    "/auth/sessions/x/revoke",
    "/auth/sessions",
    "/auth/token",
    "/.well-known/jwks.json",
    "/auth/signout",
];

const METHODS: [&str; 9] = [
    "GET", "HEAD", "OPTIONS", "PUT", "PATCH", "TRACE", "BREW", "DELETE", "POST",
];

/// Asks for every path by every method, as a program and as a person, and returns all answers with what was asked.
async fn crawl(browser: &Browser, node: &Node, host: &str) -> Vec<(String, Response)> {
    let mut answers = Vec::new();
    for path in PATHS {
        for method in METHODS {
            for (accept, mode) in [
                ("application/json", "cors"),
                ("text/html,*/*;q=0.8", "navigate"),
            ] {
                let parsed = Method::from_bytes(method.as_bytes()).unwrap();
                let request = browser
                    .request(parsed, node.url(path))
                    .header("host", host)
                    .header("accept", accept);
                let answer = request.header("sec-fetch-mode", mode).send().await.unwrap();
                answers.push((format!("{method} {path} {mode}"), answer));
            }
        }
    }
    answers
}

fn is_page(answer: &Response) -> bool {
    let content_type = answer.headers().get("content-type");
    content_type.is_some_and(|value| value.to_str().unwrap().starts_with("text/html"))
}

#[tokio::test]
async fn hdr_06_a_request_for_another_host_is_refused_with_the_right_address() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let port = node.base_url().rsplit_once(':').unwrap().1;
    let localhost = format!("localhost:{port}");
    let hosts = ["evil.example", "127.0.0.1", "127.0.0.1:1", &localhost];

    for (path, is_exempt) in [
        ("/", false),
        ("/signin", false),
        ("/api/me", false),
        ("/auth/providers", false),
        ("/auth/provider/google/signin", false),
        ("/healthz", true),
        ("/readyz", true),
    ] {
        for host in hosts {
            for accept in ["application/json", "text/html"] {
                let request = browser
                    .request(Method::GET, node.url(path))
                    .header("host", host)
                    .header("accept", accept);
                let answer = request.send().await.unwrap();

                let status = if is_exempt { 200 } else { 421 };
                assert_eq!(answer.status(), status, "{path} {host}");
                assert_eq!(answer.headers().get("set-cookie"), None);
                let text = answer.text().await.unwrap();
                assert_eq!(text.contains(node.base_url()), !is_exempt, "{text}");
            }
        }
    }
}

#[tokio::test]
async fn hdr_01_hdr_02_hdr_03_hdr_04_every_answer_is_guarded() {
    let mut site = Site::new(Kind::Sqlite).await;
    let (node, jane) = (site.node().await, Browser::new());
    jane.sign_in(&node, &site.idp, "jane").await;
    site.set("BASE_URL", "https://login.example.com");
    let secure = site.node().await;

    let mut statuses = BTreeSet::new();
    let plain_host = &node.base_url()[7..];
    for (browser, node, host, is_https) in [
        (&Browser::new(), &node, plain_host, false),
        (&jane, &node, plain_host, false),
        (&Browser::new(), &node, "evil.example", false),
        (&Browser::new(), &secure, "login.example.com", true),
    ] {
        for (case, answer) in crawl(browser, node, host).await {
            statuses.insert(answer.status().as_u16());
            assert_guarded(&case, &answer, is_https);
            if is_page(&answer) {
                let text = answer.text().await.unwrap();
                for attribute in [
                    "src=\"http",
                    "src=\"//",
                    "href=\"http",
                    "href=\"//",
                    "url(http",
                    "@import",
                    "<script",
                    "<style",
                ] {
                    assert!(!text.contains(attribute), "{attribute} in {case}");
                }
            }
        }
    }
    assert_eq!(
        statuses,
        [200, 204, 303, 400, 401, 403, 404, 405, 415, 421].into()
    );
}

fn assert_guarded(case: &str, answer: &Response, is_https: bool) {
    // Public keys are the same for everybody.
    let are_keys = case.contains("/jwks.json") && answer.status() == 200;
    let caching = header(answer, "cache-control");
    let may_be_cached = are_keys && caching == "public, max-age=300";
    assert!(caching == "no-store" || may_be_cached, "{case}: {caching}");
    assert_eq!(
        header(answer, "x-content-type-options"),
        "nosniff",
        "{case}"
    );
    for name in ["cross-origin-opener-policy", "permissions-policy"] {
        let sent = answer.headers().contains_key(name);
        assert_eq!(sent, is_page(answer), "{name}: {case}");
    }
    for name in ["vary", "access-control-allow-credentials"] {
        assert!(!answer.headers().contains_key(name), "{name}: {case}");
    }
    let https = answer.headers().get("strict-transport-security");
    assert_eq!(https.is_some(), is_https, "{case}");
    assert!(
        https.is_none_or(|promise| promise == "max-age=31536000"),
        "{case}: {https:?}"
    );
    let referrer = header(answer, "referrer-policy");
    // This site sends no mails, so the pages of mailed links are errors.
    let may_hold_a_secret = ["/callback", "/reset", "/verify", "/confirm"]
        .iter()
        .any(|path| case.contains(path));
    assert_eq!(
        referrer == "same-origin",
        is_page(answer) && !may_hold_a_secret,
        "{case}: {referrer}"
    );
    let policy = header(answer, "content-security-policy");
    let page = ["base-uri 'none'", "object-src 'none'", "form-action 'self'"];
    // The forms of the account page lead to providers.
    let leads_away =
        |directive: &str| case.contains(" /account") && directive.contains("form-action");
    let strict = page
        .iter()
        .filter(|directive| is_page(answer) && !leads_away(directive));
    for directive in strict.chain(&["default-src 'none'", "frame-ancestors 'none'"]) {
        assert!(
            policy.contains(directive),
            "{directive} at {case}: {policy}"
        );
    }
    assert!(
        !policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http:"),
        "{case}: {policy}"
    );
    for name in ["server", "x-powered-by", "via"] {
        assert!(answer.headers().get(name).is_none(), "{case}");
    }
}

#[tokio::test]
async fn hdr_02_a_finished_sign_in_leaves_a_clean_address() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());

    let done = browser.try_sign_in(&node, &site.idp, "jane").await;

    assert_eq!(done.status(), 303);
    assert_eq!(header(&done, "location"), "/dashboard");
    assert_eq!(header(&done, "referrer-policy"), "no-referrer");
    assert_eq!(header(&done, "cache-control"), "no-store");
}

#[tokio::test]
async fn hdr_05_names_from_a_provider_are_escaped() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    let page = |path: &str, browser: &Browser| {
        let request = browser
            .request(Method::GET, node.url(path))
            .header("accept", "text/html");
        request.header("sec-fetch-mode", "navigate").send()
    };
    for (number, name) in [
        "<xss onerror=alert(1)>\"'&",
        "\"><xss>",
        "'><xss>",
        "</h1></title></strong><xss>",
        "&lt;xss&gt;",
        "<!--<xss>",
        "{{ '<xss>' }}",
        "\" onmouseover=\"xss",
    ]
    .into_iter()
    .enumerate()
    {
        let subject = format!("mallory-{number}");
        let person = Person::new(&subject)
            .email(format!("{subject}@gmail.com"))
            .name(name);
        let picture = format!("https://pictures.example/{name}");
        site.idp
            .put_person(person.email_verified(true).picture(picture));
        let browser = Browser::new();
        browser.sign_in(&node, &site.idp, &subject).await;
        assert_eq!(browser.me(&node).await.unwrap()["name"], name);

        for path in [
            "/",
            "/dashboard",
            "/account?notice=<xss>",
            "/auth/reauthenticate?redirect_url=/<xss>",
            "/signin?redirect_url=/<xss>",
            "/<xss>",
        ] {
            let text = page(path, &browser).await.unwrap().text().await.unwrap();
            for raw in ["<xss", "\" onmouseover", "&lt;xss"] {
                assert!(!text.contains(raw), "{name} at {path}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn hdr_08_unused_methods_are_refused() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    for path in PATHS.iter().filter(|path| !path.contains('?')) {
        for method in [
            "PUT", "PATCH", "OPTIONS", "TRACE", "BREW", "CONNECT", "PROPFIND", "get",
        ] {
            if (method, *path) == ("PATCH", "/api/me") {
                continue; // which it takes
            }
            let parsed = Method::from_bytes(method.as_bytes()).unwrap();
            let asked = client().request(parsed, node.url(path));
            let answer = asked.header("x-canary", "canary").send().await.unwrap();
            let nowhere = ["/nowhere", "/dev/mail", "/auth", "/auth/nowhere"].contains(path)
                || method == "CONNECT";
            assert_eq!(
                answer.status(),
                if nowhere { 404 } else { 405 },
                "{method} {path}"
            );
            assert_eq!(
                answer.headers().contains_key("allow"),
                !nowhere,
                "{method} {path}"
            );
            // TRACE would send the cookie back.
            assert!(
                !answer.text().await.unwrap().contains("canary"),
                "{method} {path}"
            );
        }
    }
}
