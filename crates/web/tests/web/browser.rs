use std::collections::BTreeMap;
use std::net::SocketAddr;

use http::Method;
use url::Url;

use crate::answer::Answer;
use crate::request::TestRequest;
use crate::site::Site;

/// A browser: keeps cookies, says what it does with each request, follows nothing by itself.
pub(crate) struct Browser<'a> {
    site: &'a Site,
    pub cookies: BTreeMap<String, String>,
    agent: &'static str,
}

pub(crate) const SESSION: &str = "__Host-belgie_session";
pub(crate) const ATTEMPT: &str = "__Host-belgie_attempt";
pub(crate) const NOTICE: &str = "__Host-belgie_notice";
pub(crate) const LAST: &str = "__Host-belgie_last";
pub(crate) const FIREFOX: &str =
    "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0";

impl<'a> Browser<'a> {
    pub(crate) fn new(site: &'a Site) -> Self {
        Self {
            site,
            cookies: BTreeMap::new(),
            agent: FIREFOX,
        }
    }

    /// A browser whose person has signed in.
    pub(crate) async fn signed_in(site: &'a Site) -> Self {
        let mut browser = Self::new(site);
        let answer = browser.sign_in().await;
        assert_eq!(answer.status, 303, "{answer:?}");
        browser
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> TestRequest {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let peer: SocketAddr = "192.0.2.1:4711".parse().unwrap();
        let request = TestRequest::with_uri(path)
            .method(method)
            .peer_addr(peer)
            .insert_header(("user-agent", self.agent));
        if cookies.is_empty() {
            return request;
        }
        request.insert_header(("cookie", cookies.join("; ")))
    }

    /// Sends a request and keeps the cookies of the answer.
    pub(crate) async fn send(&mut self, request: TestRequest) -> Answer {
        let answer = self.site.send(request).await;
        for line in answer.set_cookies() {
            let (name, rest) = line.split_once('=').unwrap();
            let (value, attributes) = rest.split_once(';').unwrap();
            if attributes.contains("Max-Age=0;") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Navigates.
    pub(crate) async fn open(&mut self, path: &str) -> Answer {
        let request = self
            .request(Method::GET, path)
            .insert_header(("accept", "text/html,application/xhtml+xml,*/*;q=0.8"))
            .insert_header(("sec-fetch-mode", "navigate"))
            .insert_header(("sec-fetch-dest", "document"));
        self.send(request).await
    }

    /// Asks as a script of this site does.
    pub(crate) async fn fetch(&mut self, method: Method, path: &str) -> Answer {
        let request = self
            .request(method, path)
            .insert_header(("accept", "application/json"))
            .insert_header(("sec-fetch-mode", "cors"))
            .insert_header(("sec-fetch-dest", "empty"))
            .insert_header(("sec-fetch-site", "same-origin"));
        self.send(request).await
    }

    /// Submits a form without fields that stands on a page of this site.
    pub(crate) async fn submit(&mut self, path: &str) -> Answer {
        let request = self
            .request(Method::POST, path)
            .insert_header(("accept", "text/html"))
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .insert_header(("sec-fetch-mode", "navigate"))
            .insert_header(("sec-fetch-dest", "document"))
            .insert_header(("sec-fetch-site", "same-origin"));
        self.send(request).await
    }

    /// Begins to sign in and returns the `state` that the provider got.
    pub(crate) async fn begin(&mut self, query: &str) -> String {
        let answer = self
            .open(&format!("/auth/provider/acme/signin{query}"))
            .await;
        assert_eq!(answer.status, 303, "{answer:?}");
        let location = Url::parse(answer.location()).unwrap();
        let state = location.query_pairs().find(|(name, _)| name == "state");
        state.unwrap().1.into_owned()
    }

    /// Comes back from the provider.
    pub(crate) async fn come_back(&mut self, query: &str) -> Answer {
        self.open(&format!("/auth/provider/acme/callback?{query}"))
            .await
    }

    /// Signs in, from the first click to the session.
    pub(crate) async fn sign_in(&mut self) -> Answer {
        let state = self.begin("").await;
        self.come_back(&format!("code=c&state={state}")).await
    }

    pub(crate) async fn is_signed_in(&mut self) -> bool {
        self.fetch(Method::GET, "/auth/session").await.status == 200
    }
}
