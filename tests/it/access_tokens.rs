//! Access tokens of the real program (JWT-01 … JWT-07): what they say, and what they open while keys are rotated.

mod rotation;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{Method, Response};
use serde_json::Value;
use url::Url;

use crate::support::browser::{Browser, client, code, header, parameter};
use crate::support::program::Node;
use crate::support::site::{CLIENT_ID, CLIENT_SECRET, Site, on_both_databases};
use crate::support::stored::{dump, execute, is_sqlite};

/// Two nodes that answer to one name, and a browser that is signed in.
async fn two_nodes(site: &mut Site) -> ([Node; 2], Browser) {
    let first = site.node().await;
    site.set("BASE_URL", first.base_url());
    let (second, browser) = (site.node().await, Browser::new());
    browser.sign_in(&first, &site.idp, "jane").await;
    ([first, second], browser)
}

/// Asks a node by the name of the first one.
async fn ask(
    nodes: &[Node; 2],
    node: usize,
    (method, path): (Method, &str),
    bearer: &str,
) -> Response {
    let host = nodes[0].base_url().trim_start_matches("http://");
    let request = client().request(method, nodes[node].url(path));
    let request = request.header("host", host).bearer_auth(bearer);
    request.send().await.unwrap()
}

async fn me(nodes: &[Node; 2], node: usize, bearer: &str) -> u16 {
    let answer = ask(nodes, node, (Method::GET, "/api/me"), bearer).await;
    answer.status().as_u16()
}

/// Gets an access token by the session's own.
async fn token(nodes: &[Node; 2], node: usize, session: &str) -> String {
    let answer = ask(nodes, node, (Method::POST, "/auth/token"), session).await;
    assert_eq!(answer.status(), 200, "{}", nodes[node].log());
    let answer: Value = answer.json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

/// Reads a part of a token.
fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The ids of the published keys, oldest first.
async fn published(nodes: &[Node; 2], node: usize) -> Vec<String> {
    let path = (Method::GET, "/.well-known/jwks.json");
    let keys: Value = ask(nodes, node, path, "").await.json().await.unwrap();
    let keys = keys["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

on_both_databases! {
    jwt_02_a_token_says_what_was_promised_and_opens_the_api_at_both_nodes,
    jwt_05_no_other_token_is_an_access_token,
    jwt_06_an_ended_session_and_a_disabled_user_are_refused_at_once_at_both_nodes,
    ses_13_a_role_acts_at_the_next_request_whatever_the_token_says,
}

async fn jwt_02_a_token_says_what_was_promised_and_opens_the_api_at_both_nodes(site: Site) {
    let mut site = site;
    let (nodes, browser) = two_nodes(&mut site).await;
    let session = browser.cookie(&nodes[0], "belgie_session").unwrap();
    let user = browser.me(&nodes[0]).await.unwrap();

    // The very first key is made here, by the node that the token is then taken to last.
    let token = token(&nodes, 1, &session).await;
    for node in [0, 1, 0] {
        assert_eq!(me(&nodes, node, &token).await, 200);
    }

    let (head, claims) = (part(&token, 0), part(&token, 1));
    let issuer = nodes[0].base_url();
    for (name, value) in [
        ("iss", issuer),
        ("aud", issuer),
        ("sub", user["id"].as_str().unwrap()),
        ("email", "jane@gmail.com"),
        ("name", "jane Doe"),
        ("role", "user"),
    ] {
        assert_eq!(claims[name], value);
    }
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        600
    );
    assert_eq!(
        (&head["typ"], &head["alg"]),
        (&"at+jwt".into(), &"ES256".into())
    );
    let kid = head["kid"].as_str().unwrap();
    assert_eq!(published(&nodes, 0).await, [kid]);
    // Neither a token nor the private half of the key is in the database.
    let dump = dump(&site);
    let signature = token.rsplit('.').next().unwrap();
    assert!(!dump.contains(signature) && !dump.to_lowercase().contains("2a8648ce3d"));
    for node in &nodes {
        assert!(!node.log().contains(signature));
    }
}

async fn jwt_05_no_other_token_is_an_access_token(site: Site) {
    let mut site = site;
    let (nodes, browser) = two_nodes(&mut site).await;
    let session = browser.cookie(&nodes[0], "belgie_session").unwrap();
    let token = token(&nodes, 0, &session).await;
    let id_token = id_token(&site).await;

    for other in [
        id_token.as_str(),
        &format!(
            "{}.{}",
            token.rsplit_once('.').unwrap().0,
            id_token.rsplit('.').next().unwrap()
        ),
        &token.replacen('.', "..", 1),
        &token.to_uppercase(),
    ] {
        let refused = ask(&nodes, 0, (Method::GET, "/api/me"), other).await;
        assert_eq!(header(&refused, "www-authenticate"), "Bearer");
        assert_eq!(code(refused).await, "not_authenticated", "{other}");
    }
    // Nor is it a session's token: it gets no other, and no provider's token.
    let refused = ask(&nodes, 0, (Method::POST, "/auth/token"), &token).await;
    assert_eq!(code(refused).await, "forbidden");
}

/// Gets an ID token from the provider, as another client of it does.
async fn id_token(site: &Site) -> String {
    let discovery = format!("{}/.well-known/openid-configuration", site.idp.issuer());
    let discovery = client().get(discovery).send().await.unwrap();
    let discovery: Value = discovery.json().await.unwrap();
    let endpoint = |name: &str| discovery[name].as_str().unwrap().to_owned();
    let redirect_uri = "http://127.0.0.1:9/callback";
    let query = [
        ("response_type", "code"),
        ("client_id", CLIENT_ID),
        ("redirect_uri", redirect_uri),
        ("scope", "openid email"),
        ("state", "state"),
        ("nonce", "nonce"),
        // RFC 7636, appendix B
        (
            "code_challenge",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ),
        ("code_challenge_method", "S256"),
    ];
    let url = Url::parse_with_params(&endpoint("authorization_endpoint"), query).unwrap();
    let callback = site.idp.authorize(url, "jane").await.unwrap();
    let code = parameter(&callback, "code").unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", redirect_uri),
        (
            "code_verifier",
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        ),
    ];
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let request = client().post(endpoint("token_endpoint"));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let request = request
        .basic_auth(CLIENT_ID, Some(CLIENT_SECRET))
        .body(body);
    let tokens: Value = request.send().await.unwrap().json().await.unwrap();
    tokens["id_token"].as_str().unwrap().to_owned()
}

async fn jwt_06_an_ended_session_and_a_disabled_user_are_refused_at_once_at_both_nodes(site: Site) {
    let mut site = site;
    let (nodes, browser) = two_nodes(&mut site).await;
    for round in 0..5 {
        let session = browser.cookie(&nodes[0], "belgie_session").unwrap();
        let token = token(&nodes, round % 2, &session).await;
        for node in [0, 1] {
            assert_eq!(me(&nodes, node, &token).await, 200);
        }

        browser.sign_out(&nodes[0]).await;

        for node in [1, 0] {
            assert_eq!(me(&nodes, node, &token).await, 401, "round {round}");
        }
        browser.sign_in(&nodes[0], &site.idp, "jane").await;
    }
    let session = browser.cookie(&nodes[0], "belgie_session").unwrap();
    let token = token(&nodes, 0, &session).await;
    assert_eq!(me(&nodes, 1, &token).await, 200);
    site.run_beside(&["user", "disable", "jane@gmail.com"])
        .await;
    for node in [0, 1] {
        assert_eq!(me(&nodes, node, &token).await, 401);
    }
}

async fn ses_13_a_role_acts_at_the_next_request_whatever_the_token_says(site: Site) {
    let mut site = site;
    let (nodes, browser) = two_nodes(&mut site).await;
    let session = browser.cookie(&nodes[0], "belgie_session").unwrap();
    let token = token(&nodes, 0, &session).await;

    for role in ["admin", "user"] {
        let arguments = ["user", "set-role", "jane@gmail.com", role];
        site.run_beside(&arguments).await;
        for node in [0, 1] {
            let answer = ask(&nodes, node, (Method::GET, "/api/me"), &token).await;
            let user: Value = answer.json().await.unwrap();
            assert_eq!(user["role"], role);
        }
    }
    assert_eq!(part(&token, 1)["role"], "user");
}
