use std::sync::{Arc, Once};

use belgie_idp_emulator::Emulator;
use reqwest::cookie::{CookieStore as _, Jar};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use url::Url;

use crate::support::program::Node;

/// A person's browser: it keeps cookies, and shows redirects instead of following them.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    jar: Arc<Jar>,
    client: Client,
}

/// A client without cookies that follows no redirects.
pub(crate) fn client() -> Client {
    build(Client::builder())
}

fn build(builder: reqwest::ClientBuilder) -> Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    builder
        // All addresses are plain http, and loading the usual certificates takes longer than a sign-in.
        .tls_certs_only([])
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

impl Browser {
    pub(crate) fn new() -> Self {
        let jar = Arc::new(Jar::default());
        Self {
            client: build(Client::builder().cookie_provider(Arc::clone(&jar))),
            jar,
        }
    }

    /// A request as a script of the site's own pages makes it.
    pub(crate) fn request(&self, method: Method, url: impl AsRef<str>) -> RequestBuilder {
        self.plain_request(method, url)
            .header("sec-fetch-site", "same-origin")
    }

    /// A request with the cookies and without a word of where it comes from.
    pub(crate) fn plain_request(&self, method: Method, url: impl AsRef<str>) -> RequestBuilder {
        self.client.request(method, url.as_ref())
    }

    pub(crate) async fn get(&self, url: impl AsRef<str>) -> Response {
        self.request(Method::GET, url).send().await.unwrap()
    }

    /// Navigates, as a person does by a link.
    pub(crate) async fn open(&self, url: impl AsRef<str>) -> Response {
        let request = self
            .request(Method::GET, url)
            .header("accept", "text/html,*/*;q=0.8")
            .header("sec-fetch-mode", "navigate");
        let request = request.header("sec-fetch-dest", "document");
        request.send().await.unwrap()
    }

    /// Sends a form.
    pub(crate) async fn submit(&self, url: impl AsRef<str>, body: &str) -> Response {
        let request = self
            .request(Method::POST, url)
            .header("accept", "text/html")
            .header("sec-fetch-mode", "navigate")
            .header("content-type", "application/x-www-form-urlencoded");
        request.body(body.to_owned()).send().await.unwrap()
    }

    /// Begins a sign-in and returns where the provider is asked.
    pub(crate) async fn begin(&self, node: &Node) -> Url {
        self.begin_at(node, "/auth/provider/google/signin").await
    }

    /// Begins a sign-in at this path, which may carry a query.
    pub(crate) async fn begin_at(&self, node: &Node, path: &str) -> Url {
        let answer = self.get(node.url(path)).await;
        assert_eq!(answer.status(), 303, "{path}: {}", node.log());
        Url::parse(&header(&answer, "location")).unwrap()
    }

    /// Begins a sign-in, lets this subject agree, and returns where the provider sends the browser.
    pub(crate) async fn authorized(&self, node: &Node, idp: &Emulator, subject: &str) -> Url {
        let asked = self.begin(node).await;
        idp.authorize(&asked, subject).await.unwrap()
    }

    /// Signs in as this subject and returns the answer of the callback.
    pub(crate) async fn try_sign_in(&self, node: &Node, idp: &Emulator, subject: &str) -> Response {
        let callback = self.authorized(node, idp, subject).await;
        self.get(callback).await
    }

    /// Signs in as this subject; nothing may go wrong.
    pub(crate) async fn sign_in(&self, node: &Node, idp: &Emulator, subject: &str) {
        let answer = self.try_sign_in(node, idp, subject).await;
        assert_eq!(answer.status(), 303, "{}", node.log());
        assert_eq!(header(&answer, "location"), "/dashboard");
    }

    /// Signs out; nothing may go wrong.
    pub(crate) async fn sign_out(&self, node: &Node) {
        let request = self.request(Method::POST, node.url("/auth/signout"));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 204, "{}", node.log());
    }

    /// Returns who is signed in here.
    pub(crate) async fn me(&self, node: &Node) -> Option<Value> {
        let answer = self.get(node.url("/api/me")).await;
        match answer.status().as_u16() {
            200 => Some(answer.json().await.unwrap()),
            401 => None,
            other => panic!("/api/me answered {other}: {}", node.log()),
        }
    }

    /// Returns the value of a cookie that the browser sends to the node.
    pub(crate) fn cookie(&self, node: &Node, name: &str) -> Option<String> {
        let sent = self.jar.cookies(&Url::parse(node.base_url()).unwrap())?;
        let sent = sent.to_str().unwrap().to_owned();
        let mut pairs = sent.split("; ").filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value.to_owned())
    }

    /// Puts a cookie into the browser.
    pub(crate) fn set_cookie(&self, node: &Node, cookie: &str) {
        self.jar
            .add_cookie_str(cookie, &Url::parse(node.base_url()).unwrap());
    }
}

/// Returns a parameter of a query, decoded.
pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    pairs
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// Returns the address with another value of a parameter.
pub(crate) fn with_parameter(url: &Url, name: &str, value: &str) -> Url {
    let mut changed = without_parameter(url, name);
    changed.query_pairs_mut().append_pair(name, value);
    changed
}

/// Returns the address without a parameter.
pub(crate) fn without_parameter(url: &Url, name: &str) -> Url {
    let kept = url.query_pairs().filter(|(key, _)| key != name);
    let mut changed = url.clone();
    changed.query_pairs_mut().clear().extend_pairs(kept);
    changed
}

/// Returns a header that must be there.
pub(crate) fn header(answer: &Response, name: &str) -> String {
    let value = answer
        .headers()
        .get(name)
        .unwrap_or_else(|| panic!("no {name} in {answer:?}"));
    value.to_str().unwrap().to_owned()
}

/// Returns the `code` of an answer that is a problem (RFC 9457).
pub(crate) async fn code(answer: Response) -> String {
    assert_eq!(header(&answer, "content-type"), "application/problem+json");
    let problem: Value = answer.json().await.unwrap();
    problem["code"].as_str().unwrap().to_owned()
}
