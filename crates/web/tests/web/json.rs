//! Requests with a JSON body.

use http::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::browser::Browser;
use crate::request::TestRequest;
use crate::site::Site;

pub(crate) const RIGHT: &str = "correct horse battery staple";
pub(crate) const OTHER: &str = "a second password of Jane";

/// Adds JSON to a request.
pub(crate) fn with(request: TestRequest, body: &str) -> TestRequest {
    request
        .insert_header(("accept", "application/json"))
        .insert_header(("content-type", "application/json"))
        .set_payload(body)
}

/// Posts as a program does: without cookies, and without saying where it comes from.
pub(crate) async fn post(site: &Site, path: &str, body: &Value) -> Answer {
    let request = TestRequest::post().uri(path);
    site.send(with(request, &body.to_string())).await
}

/// Posts as a script of this site does.
pub(crate) async fn fetch(browser: &mut Browser<'_>, path: &str, body: &Value) -> Answer {
    let request = browser
        .request(Method::POST, path)
        .insert_header(("sec-fetch-site", "same-origin"));
    browser.send(with(request, &body.to_string())).await
}

/// A browser in which Jane has registered.
pub(crate) async fn registered(site: &Site) -> Browser<'_> {
    let mut browser = Browser::new(site);
    let jane = json!({"email": "jane@example.com", "password": RIGHT});
    let answer = fetch(&mut browser, "/auth/register", &jane).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    browser
}
