//! GitHub's shape of the protocol and of its API.

use belgie_idp_emulator::{Answer, Emulator, Endpoint, Fault, Person};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use crate::client::{
    CHALLENGE, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, SUBJECT, VERIFIER, http, parameter, start,
};

fn authorization_url(idp: &Emulator, scope: &str) -> Url {
    let parameters = [
        ("response_type", "code"),
        ("client_id", CLIENT_ID),
        ("redirect_uri", REDIRECT_URI),
        ("scope", scope),
        ("state", "state 1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let endpoint = format!("{}/login/oauth/authorize", idp.issuer());
    Url::parse_with_params(&endpoint, parameters).unwrap()
}

async fn code(idp: &Emulator, scope: &str) -> String {
    let callback = idp.authorize(authorization_url(idp, scope), SUBJECT).await;
    parameter(&callback.unwrap(), "code").unwrap()
}

fn token_request(idp: &Emulator, changes: &[(&str, &str)]) -> RequestBuilder {
    let mut form = vec![
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
    ];
    for (name, value) in changes {
        form.retain(|(key, _)| key != name);
        form.push((name, value));
    }
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    http()
        .post(format!("{}/login/oauth/access_token", idp.issuer()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
}

/// Sends a token request that accepts JSON, and returns status and body.
async fn exchange(idp: &Emulator, changes: &[(&str, &str)]) -> (u16, Value) {
    let request = token_request(idp, changes).header("accept", "application/json");
    read(request.send().await.unwrap()).await
}

async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.json().await.unwrap())
}

async fn access_token(idp: &Emulator, scope: &str) -> String {
    let code = code(idp, scope).await;
    let (_, reply) = exchange(idp, &[("code", &code)]).await;
    reply["access_token"].as_str().unwrap().to_owned()
}

async fn api(idp: &Emulator, path: &str, token: &str) -> (u16, Value) {
    let request = http().get(format!("{}/api/v3{path}", idp.issuer()));
    let request = request.header("user-agent", "test").bearer_auth(token);
    read(request.send().await.unwrap()).await
}

const SCOPE: &str = "read:user user:email";

#[tokio::test]
async fn a_complete_sign_in_succeeds() {
    let idp = start().await;

    let callback = idp.authorize(authorization_url(&idp, SCOPE), SUBJECT).await;
    let callback = callback.unwrap();
    let code = parameter(&callback, "code").unwrap();
    let (status, reply) = exchange(&idp, &[("code", &code)]).await;
    let token = reply["access_token"].as_str().unwrap();
    let (_, user) = api(&idp, "/user", token).await;
    let (_, emails) = api(&idp, "/user/emails", token).await;

    let issuer = format!("{}/login/oauth", idp.issuer());
    assert_eq!(parameter(&callback, "iss").unwrap(), issuer);
    assert_eq!(parameter(&callback, "state").unwrap(), "state 1");
    assert_eq!(status, 200);
    assert_eq!(reply["token_type"], "bearer");
    assert_eq!(reply["scope"], "read:user,user:email");
    assert!(reply.get("id_token").is_none());
    assert!(user["id"].is_u64());
    assert_eq!(user["name"], "Jane Doe");
    assert_eq!(user["email"], Value::Null);
    let expected = json!([{
        "email": "jane@gmail.com", "primary": true, "verified": true, "visibility": "private",
    }]);
    assert_eq!(emails, expected);
    assert_eq!(idp.request_count(Endpoint::GithubUser), 1);
    assert_eq!(
        idp.requests().github_headers[0].first("user-agent"),
        Some("test")
    );
}

#[tokio::test]
async fn errors_have_status_200() {
    let idp = start().await;
    let fresh = code(&idp, SCOPE).await;
    for (changes, expected) in [
        ([("code", "unknown")], "bad_verification_code"),
        ([("client_secret", "other")], "incorrect_client_credentials"),
    ] {
        let (status, reply) = exchange(&idp, &changes).await;
        assert_eq!((status, &reply["error"]), (200, &expected.into()));
    }
    let elsewhere = [
        ("code", &*fresh),
        ("redirect_uri", "http://localhost/other"),
    ];
    let (_, reply) = exchange(&idp, &elsewhere).await;
    assert_eq!(reply["error"], "redirect_uri_mismatch");
    let (_, reply) = exchange(&idp, &[("code", &fresh)]).await;
    assert_eq!(reply["error"], "bad_verification_code", "it was consumed");

    idp.fault_once(Fault::token_error("unverified_user_email"));
    let (status, reply) = exchange(&idp, &[]).await;
    assert_eq!(
        (status, &reply["error"]),
        (200, &"unverified_user_email".into())
    );

    let (status, _) = exchange(&idp, &[("client_id", "nobody")]).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn another_code_verifier_is_refused() {
    let idp = start().await;
    let code = code(&idp, SCOPE).await;

    let (_, reply) = exchange(&idp, &[("code", &code), ("code_verifier", "other")]).await;

    assert_eq!(reply["error"], "bad_verification_code");
    assert_eq!(idp.requests().token_requests[0].pkce_matched, Some(false));
}

#[tokio::test]
async fn a_client_that_does_not_accept_json_gets_a_form() {
    let idp = start().await;
    let code = code(&idp, SCOPE).await;

    let reply = token_request(&idp, &[("code", &code)])
        .send()
        .await
        .unwrap();

    let text = reply.text().await.unwrap();
    let mut fields = form_urlencoded::parse(text.as_bytes());
    assert!(fields.any(|(name, value)| name == "token_type" && value == "bearer"));
}

#[tokio::test]
async fn addresses_need_their_scope_and_everything_needs_a_token() {
    let idp = start().await;
    let token = access_token(&idp, "read:user").await;
    assert_eq!(api(&idp, "/user", &token).await.0, 200);
    assert_eq!(api(&idp, "/user/emails", &token).await.0, 404);

    idp.fault_once(Fault::token_reply("scope", "read:user"));
    let granted_less = access_token(&idp, SCOPE).await;
    assert_eq!(api(&idp, "/user/emails", &granted_less).await.0, 404);

    for path in ["/user", "/user/emails"] {
        let (status, body) = api(&idp, path, "other").await;
        assert_eq!((status, &body["message"]), (401, &"Bad credentials".into()));
    }
    assert_eq!(api(&idp, "/", "other").await.0, 200);
}

#[tokio::test]
async fn the_api_wants_a_user_agent() {
    let idp = start().await;

    let anonymous = http().get(format!("{}/api/v3/", idp.issuer()));

    assert_eq!(anonymous.send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn the_api_lies_when_it_is_told_to() {
    let idp = start().await;
    let token = access_token(&idp, SCOPE).await;

    idp.fault_once(Fault::github_user("id", "1"));
    idp.fault_once(Fault::without_github_user("login"));
    let (_, user) = api(&idp, "/user", &token).await;
    assert_eq!((&user["id"], user.get("login")), (&"1".into(), None));

    idp.fault_once(Fault::answer(Endpoint::GithubEmails, Answer::json("[]")));
    assert_eq!(api(&idp, "/user/emails", &token).await.1, json!([]));

    idp.put_person(
        Person::new(SUBJECT)
            .email("jane@gmail.com")
            .email_verified(false),
    );
    let (_, emails) = api(&idp, "/user/emails", &token).await;
    assert_eq!(emails[0]["verified"], false);
}

#[tokio::test]
async fn the_chooser_leads_back_too() {
    let idp = start().await;
    let url = authorization_url(&idp, SCOPE);

    let page = http()
        .get(url.clone())
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("request", url.query().unwrap())
        .append_pair("subject", SUBJECT)
        .finish();
    let chosen = http()
        .post(format!("{}/login/oauth/authorize", idp.issuer()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    let chosen = chosen.send().await.unwrap();

    assert_eq!(page.matches("action=\"/login/oauth/authorize\"").count(), 3);
    let location = Url::parse(chosen.headers()["location"].to_str().unwrap()).unwrap();
    let issuer = format!("{}/login/oauth", idp.issuer());
    assert_eq!(parameter(&location, "iss").unwrap(), issuer);
    assert!(parameter(&location, "code").is_some());
}
