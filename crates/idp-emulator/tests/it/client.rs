//! A client without care: it asks, and shows what came.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use belgie_idp_emulator::{Emulator, EmulatorBuilder, Person};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use url::Url;

pub(crate) const CLIENT_ID: &str = "client id";
pub(crate) const CLIENT_SECRET: &str = "s%c+ret";
pub(crate) const REDIRECT_URI: &str = "http://localhost:8000/callback";
pub(crate) const SUBJECT: &str = "subject-1";
/// The verifier and challenge of RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) fn builder() -> EmulatorBuilder {
    Emulator::builder()
        .client(CLIENT_ID, CLIENT_SECRET, [REDIRECT_URI])
        .client("another", "secret", [REDIRECT_URI])
        .person(
            Person::new(SUBJECT)
                .email("jane@gmail.com")
                .name("Jane Doe")
                .picture("https://example.com/jane.png")
                .hosted_domain("corp.example"),
        )
}

pub(crate) async fn start() -> Emulator {
    builder().start().await.expect("the emulator starts")
}

/// Returns an HTTP client that follows no redirect.
pub(crate) fn http() -> Client {
    // Another test may have installed it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("the client is valid")
}

pub(crate) async fn get(idp: &Emulator, path: &str) -> Response {
    http()
        .get(format!("{}{path}", idp.issuer()))
        .send()
        .await
        .expect("the emulator answers")
}

pub(crate) async fn get_json(idp: &Emulator, path: &str) -> Value {
    get(idp, path).await.json().await.expect("it is JSON")
}

/// Returns an authorization request; `changes` override its parameters, or leave them out when
/// they are empty.
pub(crate) fn authorization_url(idp: &Emulator, changes: &[(&str, &str)]) -> Url {
    let mut parameters = vec![
        ("response_type", "code"),
        ("client_id", CLIENT_ID),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "openid email profile"),
        ("state", "state 1"),
        ("nonce", "nonce-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        parameters.retain(|(key, _)| key != name);
        if !value.is_empty() {
            parameters.push((name, value));
        }
    }
    Url::parse_with_params(&format!("{}/authorize", idp.issuer()), parameters)
        .expect("the issuer is a URL")
}

pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// Signs the person in and returns the code.
pub(crate) async fn code(idp: &Emulator, changes: &[(&str, &str)]) -> String {
    let url = authorization_url(idp, changes);
    let callback = idp.authorize(url, SUBJECT).await.expect("it is granted");
    parameter(&callback, "code").expect("the callback has a code")
}

/// Returns a token request for a code, its form changed as in [`authorization_url`].
pub(crate) fn token_request(
    idp: &Emulator,
    code: &str,
    changes: &[(&str, &str)],
) -> RequestBuilder {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
    ];
    for (name, value) in changes {
        form.retain(|(key, _)| key != name);
        if !value.is_empty() {
            form.push((name, value));
        }
    }
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    http()
        .post(format!("{}/token", idp.issuer()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
}

pub(crate) async fn exchange(idp: &Emulator, code: &str) -> Response {
    token_request(idp, code, &[])
        .send()
        .await
        .expect("the emulator answers")
}

/// Signs in and returns the token endpoint's reply.
pub(crate) async fn sign_in(idp: &Emulator) -> Value {
    let code = code(idp, &[]).await;
    exchange(idp, &code).await.json().await.expect("it is JSON")
}

/// Signs in and returns the ID token.
pub(crate) async fn id_token(idp: &Emulator) -> String {
    sign_in(idp).await["id_token"]
        .as_str()
        .expect("there is an ID token")
        .to_owned()
}

/// Returns a part of a token: 0 is the header, 1 the payload.
pub(crate) fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).expect("there is that part");
    let bytes = URL_SAFE_NO_PAD.decode(part).expect("it is base64url");
    serde_json::from_slice(&bytes).expect("it is JSON")
}
