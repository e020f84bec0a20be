//! Every cookie that any route sets, taken apart (SES-07).

use std::collections::{BTreeMap, BTreeSet};

use belgie_web::SameSite;
use http::Method;

use crate::answer::Answer;
use crate::browser::Browser;
use crate::site::Site;

/// What a site's cookies must be like.
struct Expected {
    session: &'static str,
    attempt: &'static str,
    notice: &'static str,
    last: &'static str,
    secure: bool,
    same_site: &'static str,
    domain: Option<&'static str>,
}

impl Expected {
    /// The attributes of the session's cookie; those of the attempt's differ in what other sites and hosts may do.
    fn attributes(&self, is_session: bool, max_age: &str) -> BTreeMap<String, String> {
        let same_site = if is_session { self.same_site } else { "Lax" };
        let mut pairs = vec![
            ("path", "/"),
            ("httponly", ""),
            ("samesite", same_site),
            ("max-age", max_age),
        ];
        pairs.extend(self.secure.then_some(("secure", "")));
        let domain = self.domain.filter(|_| is_session);
        pairs.extend(domain.map(|domain| ("domain", domain)));
        pairs
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// Checks all cookies of an answer and returns what they are for.
    fn check(&self, answer: &Answer, case: &str) -> BTreeSet<&'static str> {
        let lines = answer.set_cookies();
        let purposes: Vec<_> = lines
            .iter()
            .map(|line| self.check_one(line, case))
            .collect();
        let distinct: BTreeSet<_> = purposes.iter().copied().collect();
        assert_eq!(distinct.len(), purposes.len(), "{case}: {lines:?}");
        distinct
    }

    fn check_one(&self, line: &str, case: &str) -> &'static str {
        let (pair, rest) = line.split_once("; ").unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        let mut attributes = BTreeMap::new();
        for attribute in rest.split("; ") {
            let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            let before = attributes.insert(name.to_ascii_lowercase(), value.to_owned());
            assert_eq!(before, None, "{case}: {line}");
        }
        let expires = attributes.remove("expires");
        let (purpose, expected) = match (name, value) {
            (name, "") if name == self.session => ("cleared", self.attributes(true, "0")),
            (name, _) if name == self.session => ("session", self.attributes(true, "2592000")),
            (name, _) if name == self.attempt => ("attempt", self.attributes(false, "600")),
            (name, "") if name == self.notice => ("shown", self.attributes(false, "0")),
            (name, _) if name == self.notice => ("notice", self.attributes(false, "60")),
            (name, "acme") if name == self.last => ("last", self.attributes(false, "15552000")),
            _ => panic!("{case}: {line}"),
        };
        assert_eq!(attributes, expected, "{case}: {line}");
        assert!(
            expires.is_none() || ["cleared", "shown"].contains(&purpose),
            "{case}: {line}"
        );
        purpose
    }
}

fn sites() -> Vec<(Site, Expected)> {
    let https = Expected {
        session: "__Host-belgie_session",
        attempt: "__Host-belgie_attempt",
        notice: "__Host-belgie_notice",
        last: "__Host-belgie_last",
        secure: true,
        same_site: "Lax",
        domain: None,
    };
    let strict = Expected {
        same_site: "Strict",
        ..https
    };
    let http = Expected {
        session: "belgie_session",
        attempt: "belgie_attempt",
        notice: "belgie_notice",
        last: "belgie_last",
        secure: false,
        ..https
    };
    let shared = Expected {
        session: "sid",
        same_site: "None",
        domain: Some("a.example"),
        ..https
    };
    vec![
        (
            Site::with(|config| config.cookie.same_site = SameSite::Strict),
            strict,
        ),
        (
            Site::with(|config| {
                config.cookie.name = "sid".into();
                config.cookie.same_site = SameSite::None;
                config.cookie.domain = Some("a.example".to_owned());
            }),
            shared,
        ),
        (Site::at("http://localhost:8000", |_| {}), http),
        (Site::new(), https),
    ]
}

async fn own_path(browser: &mut Browser<'_>) -> String {
    let body = browser.fetch(Method::GET, "/auth/session").await.json();
    let id = body["session"]["id"].as_str().unwrap();
    format!("/auth/sessions/{id}")
}

async fn ses_07_every_cookie_of_every_route_has_every_attribute() {
    for (site, expected) in sites() {
        let mut browser = Browser::new(&site);
        let address = "/auth/provider/acme/signin";
        for end in ["signout", "signout by form", "own", "own by form", "dead"] {
            let begun = browser.open(address).await;
            assert_eq!(expected.check(&begun, address), ["attempt"].into());
            let state = browser.begin("").await;
            let answer = browser.come_back(&format!("code=c&state={state}")).await;
            assert_eq!(
                expected.check(&answer, "callback"),
                ["last", "session"].into()
            );

            let path = own_path(&mut browser).await;
            let answer = match end {
                "signout" => browser.fetch(Method::POST, "/auth/signout").await,
                "signout by form" => browser.submit("/auth/signout").await,
                "own" => browser.fetch(Method::DELETE, &path).await,
                "own by form" => browser.submit(&format!("{path}/revoke")).await,
                _ => {
                    let dead = format!("s_{}", "A".repeat(43));
                    browser.cookies.insert(expected.session.to_owned(), dead);
                    browser.open("/signin").await
                }
            };
            let notice = end.ends_with("by form").then_some("notice");
            let set: BTreeSet<_> = notice.into_iter().chain(["cleared"]).collect();
            assert_eq!(expected.check(&answer, end), set, "{end}");
            assert!(!browser.cookies.contains_key(expected.session), "{end}");
            let page = browser.open("/").await;
            let shown = notice.map(|_| "shown").into_iter().collect();
            assert_eq!(expected.check(&page, "/"), shown, "{end}");
        }
    }
}

async fn ses_07_no_other_route_sets_a_cookie() {
    for (site, expected) in sites() {
        let (mut nobody, mut browser) = (Browser::new(&site), Browser::new(&site));
        browser.sign_in().await;
        for browser in [&mut nobody, &mut browser] {
            for path in [
                "/",
                "/signin",
                "/dashboard",
                "/nowhere",
                "/auth/nowhere",
                "/auth/providers",
                "/auth/provider/acme/callback?code=c&state=s",
                "/auth/provider/acme/callback?error=access_denied&state=s",
                "/auth/provider/none/signin",
                "/auth/session",
                "/auth/sessions",
                "/auth/sessions/x",
                "/auth/sessions/x/revoke",
                "/healthz",
                "/readyz",
            ] {
                let answers = [
                    browser.open(path).await,
                    browser.fetch(Method::GET, path).await,
                    browser.fetch(Method::HEAD, path).await,
                    browser.fetch(Method::OPTIONS, path).await,
                    browser.fetch(Method::DELETE, path).await,
                    browser.submit(path).await,
                ];
                for answer in answers {
                    assert!(expected.check(&answer, path).is_empty(), "{path}");
                }
            }
        }
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            let answer = browser.fetch(method, "/api/me").await;
            assert!(expected.check(&answer, "/api/me").is_empty());
        }
        let foreign = browser.request(Method::POST, "/auth/signout");
        let foreign = foreign.insert_header(("origin", "https://evil.example"));
        let refused = browser.send(foreign).await;
        assert_eq!(refused.code(), "cross_origin");
        assert!(expected.check(&refused, "refused").is_empty());
    }
}

crate::everywhere! {
    ses_07_every_cookie_of_every_route_has_every_attribute,
    ses_07_no_other_route_sets_a_cookie,
}
