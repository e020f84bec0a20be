use http::Method;

use crate::browser::{Browser, SESSION};
use crate::site::Site;

const PATHS: [&str; 17] = [
    "/",
    "/signin",
    "/dashboard",
    "/nowhere",
    "*",
    "/auth",
    "/auth/nowhere",
    "/auth/providers",
    "/auth/provider/acme/signin",
    "/auth/provider/acme/callback?code=c&state=s",
    "/auth/session",
    "/auth/sessions",
    "/auth/sessions/x",
    "/auth/signout",
    "/api/me",
    "/healthz",
    "/readyz",
];

async fn hdr_01_hdr_04_every_response_has_security_headers_and_is_not_cached() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    for path in PATHS {
        for method in [
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::DELETE,
            Method::TRACE,
        ] {
            let answer = browser.fetch(method.clone(), path).await;
            for (name, value) in [
                ("cache-control", "no-store"),
                ("x-content-type-options", "nosniff"),
                ("strict-transport-security", "max-age=31536000"),
            ] {
                assert_eq!(answer.header(name), Some(value), "{method} {path}");
            }
            let policy = answer.header("content-security-policy").unwrap();
            assert!(policy.contains("default-src 'none'"), "{method} {path}");
            assert!(policy.contains("frame-ancestors 'none'"), "{method} {path}");
            assert!(answer.header("referrer-policy").is_some());
            assert!(answer.header("server").is_none());
            let id = answer.header("x-request-id").unwrap();
            assert_eq!(uuid::Uuid::parse_str(id).unwrap().get_version_num(), 7);
            if !browser.cookies.contains_key(SESSION) {
                browser.sign_in().await;
            }
        }
    }
}

async fn hdr_01_only_pages_carry_the_headers_of_documents() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let (mut pages, mut others) = (0, 0);
    for path in PATHS {
        for answer in [browser.open(path).await, site.get(path).await] {
            let content_type = answer.header("content-type").unwrap_or_default();
            let is_page = content_type.starts_with("text/html");
            *if is_page { &mut pages } else { &mut others } += 1;
            assert_eq!(
                answer.header("cross-origin-opener-policy"),
                is_page.then_some("same-origin"),
                "{path}"
            );
            let permissions = answer.header("permissions-policy");
            assert_eq!(permissions.is_some(), is_page, "{path}");
        }
    }
    assert!(pages > 5 && others > 5, "{pages} pages, {others} others");
}

async fn hdr_01_a_request_without_an_origin_gets_no_cors_headers() {
    let site = Site::new();
    for path in PATHS {
        let answer = site.get(path).await;
        for name in [
            "vary",
            "access-control-allow-origin",
            "access-control-allow-credentials",
            "access-control-expose-headers",
        ] {
            assert_eq!(answer.header(name), None, "{name} at {path}");
        }
    }
}

async fn hdr_02_the_callback_address_does_not_leak() {
    let site = Site::new();
    let mut browser = Browser::new(&site);

    let failed = browser.come_back("code=c&state=s").await;
    let done = browser.sign_in().await;

    assert!(
        failed
            .header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
    for answer in [&failed, &done] {
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    }
    assert!(!failed.body.contains("https://"), "{}", failed.body);
    let page = browser.open("/dashboard").await;
    assert_eq!(page.header("referrer-policy"), Some("same-origin"));
}

async fn hdr_03_pages_load_nothing_but_their_own_and_run_no_script() {
    let site = Site::new();
    let mut pages = Vec::new();
    for path in ["/", "/signin", "/nowhere"] {
        pages.push((path, Browser::new(&site).open(path).await));
    }
    let mut browser = Browser::signed_in(&site).await;
    for path in ["/", "/dashboard", "/nowhere"] {
        pages.push((path, browser.open(path).await));
    }
    for (path, answer) in pages {
        assert_ne!(answer.status, 303, "{path}");
        // The pictures of people are where their provider keeps them.
        let shows_people = answer.body.contains("class=\"avatar\"");
        let pictures = if shows_people { " https:" } else { "" };
        let policy = format!(
            "default-src 'none'; style-src 'self'; img-src 'self'{pictures}; base-uri 'none'; \
             object-src 'none'; form-action 'self'; frame-ancestors 'none'"
        );
        assert_eq!(
            answer.header("content-security-policy"),
            Some(&*policy),
            "{path}"
        );
        for forbidden in ["<script", "<style", " style=", " onclick="] {
            assert!(!answer.body.contains(forbidden), "{path}: {forbidden}");
        }
    }
}

async fn hdr_03_forms_may_leave_when_signing_out_leads_elsewhere() {
    let site = Site::with(|config| config.after_sign_out = "https://spa.example/bye".into());
    let mut browser = Browser::signed_in(&site).await;

    let page = browser.open("/dashboard").await;
    let left = browser.submit("/auth/signout").await;

    let policy = page.header("content-security-policy").unwrap();
    assert!(!policy.contains("form-action"), "{policy}");
    assert_eq!(left.location(), "https://spa.example/bye");
}

async fn hdr_04_http_sites_promise_no_https() {
    let site = Site::at("http://localhost:8000", |_| {});

    let answer = site.get("/").await;

    assert_eq!(answer.header("strict-transport-security"), None);
}

async fn the_style_sheet_is_immutable_under_a_content_hashed_name() {
    let site = Site::new();
    let page = Browser::new(&site).open("/signin").await;
    let path = page
        .body
        .split("rel=\"stylesheet\" href=\"")
        .nth(1)
        .unwrap();
    let path = path.split('"').next().unwrap();

    let styles = site.get(path).await;

    assert_eq!(styles.status, 200);
    assert_eq!(
        styles.header("content-type"),
        Some("text/css; charset=utf-8")
    );
    assert_eq!(
        styles.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    assert!(styles.body.len() < 15_000, "{}", styles.body.len());
    assert!(!styles.body.contains("url("), "loads nothing further");
}

crate::everywhere! {
    hdr_01_hdr_04_every_response_has_security_headers_and_is_not_cached,
    hdr_01_only_pages_carry_the_headers_of_documents,
    hdr_01_a_request_without_an_origin_gets_no_cors_headers,
    hdr_02_the_callback_address_does_not_leak,
    hdr_03_pages_load_nothing_but_their_own_and_run_no_script,
    hdr_03_forms_may_leave_when_signing_out_leads_elsewhere,
    hdr_04_http_sites_promise_no_https,
    the_style_sheet_is_immutable_under_a_content_hashed_name,
}
