//! Every route, by every method, in every way that an answer can come about.

use std::collections::BTreeSet;

use belgie_web::UnknownHosts;
use belgie_web::routes::RESOURCES;
use http::Method;

use crate::answer::Answer;
use crate::browser::{ATTEMPT, Browser, SESSION};
use crate::header_audit::HeaderAudit;
use crate::promises;
use crate::request::TestRequest;
use crate::site::{SPA, Site};

/// Addresses that are no route.
const NOWHERE: [&str; 9] = [
    "/nowhere",
    "/auth",
    "/auth/",
    "/auth/nowhere",
    "/auth/provider/acme",
    "/api",
    "//",
    "/signin/",
    "*",
];

const METHODS: [&str; 10] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW",
];

/// The ways in which a request is made.
const WAYS: [Way; 7] = [
    Way::Navigation,
    Way::Script,
    Way::Form,
    Way::ForeignForm,
    Way::ForeignScript,
    Way::Text,
    Way::Bearer,
];

#[derive(Clone, Copy, Debug)]
enum Way {
    Navigation,
    Script,
    Form,
    ForeignForm,
    ForeignScript,
    Text,
    Bearer,
}

async fn hdr_01_hdr_02_hdr_03_hdr_04_every_answer_of_every_route_is_guarded() {
    let (site, mut header_audit) = (Site::new(), HeaderAudit::default());
    // Below a path the same routes answer; that they are there is what the other cases show.
    let methods = if site.setup.base.is_empty() {
        &METHODS[..]
    } else {
        &METHODS[..3]
    };
    crawl(&site, methods, &WAYS, &mut header_audit).await;
    let down = Site::new();
    down.store.go_down();
    for site in [
        down,
        Site::with(|config| config.unknown_hosts = UnknownHosts::Refuse),
        Site::with(|config| config.unknown_hosts = UnknownHosts::Redirect),
    ] {
        crawl(&site, &["GET", "POST"], &WAYS[..3], &mut header_audit).await;
    }

    let seen: Vec<u16> = header_audit.statuses().into_iter().collect();
    let expected = [
        200, 204, 303, 400, 401, 403, 404, 405, 413, 415, 421, 422, 429, 431, 500, 503,
    ];
    assert_eq!(seen, expected);
}

async fn crawl(site: &Site, methods: &[&str], ways: &[Way], header_audit: &mut HeaderAudit) {
    let (mut stranger, mut jane) = (Browser::new(site), Browser::new(site));
    for path in addresses() {
        for &method in methods {
            for &way in ways {
                // While the site is down, no one can sign in.
                if !jane.cookies.contains_key(SESSION) {
                    let answer = try_sign_in(&mut jane).await;
                    header_audit.look("/auth/provider/acme/callback", &answer);
                }
                for browser in [&mut stranger, &mut jane] {
                    let answer = browser.send(request(browser, method, &path, way)).await;
                    header_audit.look(&format!("{method} {path} {way:?}"), &answer);
                    promises::keep(method, &path, &answer);
                }
            }
        }
        for (name, request) in oversized(&path) {
            header_audit.look(&format!("{name} {path}"), &site.send(request).await);
        }
    }
}

/// The addresses of all routes with ids that exist and that do not, and some of no route.
fn addresses() -> BTreeSet<String> {
    let of_routes = RESOURCES.iter().flat_map(|resource| {
        let ids: &[&str] = match resource.path {
            "/auth/provider/{id}/signin" => &["acme", "buggy", "nobody"],
            route if route.contains("/provider/") => &["acme", "nobody"],
            route if route.contains("{id}") => &["x", "01890a5d-ac96-774b-bcce-b302099a8057"],
            _ => &[""],
        };
        let path = resource.path.replace("{file}", "belgie-0.css");
        ids.iter().map(move |id| path.replace("{id}", id))
    });
    let with_query = [
        "code=c&state=s",
        "error=x&state=s",
        "code=c",
        "state=s&state=s",
    ]
    .map(|query| format!("/auth/provider/acme/callback?{query}"));
    let elsewhere = "/auth/provider/acme/signin?redirect_url=https://evil.example";
    let nowhere = NOWHERE.map(str::to_owned);
    let all = of_routes.chain(with_query).chain(nowhere);
    all.chain([elsewhere.to_owned()]).collect()
}

fn request(browser: &Browser<'_>, method: &str, path: &str, way: Way) -> TestRequest {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let headers: &[(&str, &str)] = match way {
        Way::Navigation => &[
            ("accept", "text/html,*/*;q=0.8"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ],
        Way::Script => &[
            ("accept", "application/json"),
            ("sec-fetch-mode", "cors"),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/json"),
        ],
        Way::Form => &[
            ("accept", "text/html"),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ],
        Way::ForeignForm => &[
            ("accept", "text/html"),
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
            ("content-type", "application/x-www-form-urlencoded"),
        ],
        Way::ForeignScript => &[
            ("accept", "application/json"),
            ("origin", SPA),
            ("access-control-request-method", "DELETE"),
        ],
        Way::Text => &[
            ("sec-fetch-site", "same-origin"),
            ("content-type", "text/plain"),
        ],
        Way::Bearer => &[("authorization", "Bearer s_nobody")],
    };
    let request = browser.request(method, path);
    headers
        .iter()
        .fold(request, |request, header| request.insert_header(*header))
}

/// Requests that are too large in some way, for a program and for a person.
fn oversized(path: &str) -> Vec<(&'static str, TestRequest)> {
    let mut requests = Vec::new();
    for accept in ["application/json", "text/html"] {
        let post = || {
            TestRequest::post()
                .uri(path)
                .insert_header(("accept", accept))
        };
        let length = post().insert_header(("content-length", 65_537_usize));
        requests.push(("too long a body", length));
        let header = post().insert_header(("x-large", "a".repeat(20_000)));
        requests.push(("too long a header", header));
    }
    requests
}

async fn try_sign_in(browser: &mut Browser<'_>) -> Answer {
    let begun = browser.open("/auth/provider/acme/signin").await;
    let state = begun.header("location").and_then(|location| {
        let location = url::Url::parse(location).ok()?;
        let state = location.query_pairs().find(|(name, _)| name == "state")?;
        Some(state.1.into_owned())
    });
    let state = state.unwrap_or_default();
    browser.come_back(&format!("code=c&state={state}")).await
}

async fn hdr_08_every_route_refuses_every_method_that_it_has_no_use_for() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    for resource in RESOURCES {
        let (route, allowed) = (resource.path, &*resource.allow());
        let path = route.replace("/provider/{id}/", "/provider/acme/");
        let path = path.replace("{id}", "x");
        for method in METHODS {
            for way in WAYS {
                let case = format!("{method} {path} {way:?}");
                let is_allowed = allowed.split(", ").any(|one| one == method);
                // What a browser asks before a request of a trusted origin is CORS's to answer.
                let is_preflight = method == "OPTIONS" && matches!(way, Way::ForeignScript);
                if is_preflight {
                    continue;
                }
                let before = browser.cookies.clone();
                let answer = browser.send(request(&browser, method, &path, way)).await;
                // A person who opens this address is asked; nothing is done before they answer.
                let asks_first = ["/auth/signout", "/auth/reauthenticate"].contains(&route)
                    && method == "GET"
                    && matches!(way, Way::Navigation | Way::Form | Way::ForeignForm);
                if asks_first {
                    assert_eq!(answer.status, 200, "{case}");
                    assert_eq!(browser.cookies, before, "{case}");
                } else if is_allowed {
                    assert_ne!(answer.status, 405, "{case}");
                } else {
                    assert_eq!(answer.status, 405, "{case}");
                    assert_eq!(answer.header("allow"), Some(allowed), "{case}");
                    assert_eq!(browser.cookies, before, "{case}");
                    assert!(!answer.body.contains(&before[ATTEMPT]), "{case}");
                }
                if !browser.cookies.contains_key(SESSION) {
                    browser.sign_in().await;
                }
            }
        }
    }
}

crate::everywhere! {
    hdr_01_hdr_02_hdr_03_hdr_04_every_answer_of_every_route_is_guarded,
    hdr_08_every_route_refuses_every_method_that_it_has_no_use_for,
}
