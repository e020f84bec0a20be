//! Redirects whose target is made of the request itself.

use actix_web::test::TestRequest;
use belgie_http_actix::UnknownHosts;
use url::Url;

use crate::site::{Answer, Site};

/// Paths as callers write them who hope that they end a header or name another host.
const PATHS: &[&str] = &[
    "//evil.example/x",
    "///evil.example",
    "/\\evil.example",
    "/.//evil.example",
    "/@evil.example",
    "/.evil.example",
    "/:@evil.example",
    "/%0d%0aX-Injected:yes",
    "/%00",
    "/%2f%2fevil.example",
    "/signin?redirect_url=//evil.example",
    "/%E9?%E9",
    "/{}|^",
];

async fn navigate(site: &Site, path: &str, host: &str) -> Answer {
    let uri = path.parse::<actix_web::http::Uri>().unwrap();
    let request = TestRequest::default()
        .uri(&uri.to_string())
        .insert_header(("host", host));
    site.send(request.insert_header(("sec-fetch-mode", "navigate")))
        .await
}

#[actix_web::test]
async fn red_05_a_visit_to_another_name_is_sent_on_whatever_its_path() {
    let site = Site::at("http://localhost:8000", |config| {
        config.unknown_hosts = UnknownHosts::Redirect;
    });
    for path in PATHS {
        let answer = navigate(&site, path, "127.0.0.1:8000").await;
        assert_eq!(answer.status, 303, "{path:?}: {answer:?}");
        let landed = Url::parse(answer.location()).unwrap();
        assert_eq!(
            landed.origin(),
            Url::parse("http://localhost:8000").unwrap().origin(),
            "{path:?}"
        );
    }
}

#[actix_web::test]
async fn red_01_who_must_sign_in_first_comes_back_to_this_site_alone() {
    let site = Site::new();
    for path in PATHS {
        let answer = navigate(&site, &format!("/dashboard?x={path}"), "a.example").await;
        assert_eq!(answer.status, 303, "{path:?}: {answer:?}");
        let page = Url::parse("https://a.example")
            .unwrap()
            .join(answer.location())
            .unwrap();
        let wanted = page.query_pairs().find(|(name, _)| name == "redirect_url");
        let wanted = wanted.map_or("/".to_owned(), |(_, wanted)| wanted.into_owned());
        assert_eq!(
            page.join(&wanted).unwrap().origin(),
            page.origin(),
            "{path:?}"
        );
    }
}
