//! Acme keeps the contract of a provider, as the suite sees it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::sync::Arc;

use belgie::http::HttpClient;
use belgie_idp_emulator::{Emulator, Person};
use belgie_testkit::conformance::provider::TestProvider;
use custom_provider::Acme;
use url::Url;

const REDIRECT_URI: &str = "http://localhost:8080/auth/provider/acme/callback";

async fn acme() -> TestProvider {
    let server = Emulator::builder()
        .client("client-id", "client-secret", [REDIRECT_URI])
        .person(Person::new("jane").email("jane@example.com"))
        .start();
    let server = Arc::new(server.await.unwrap());
    let acme = Acme {
        id: "acme".parse().unwrap(),
        issuer: server.issuer().parse().unwrap(),
        url: server.issuer().parse().unwrap(),
        client_id: "client-id".to_owned(),
        client_secret: "client-secret".into(),
        http: HttpClient::new([]).unwrap(),
    };
    let redirect_uri: Url = REDIRECT_URI.parse().unwrap();
    let tested = TestProvider::new(acme, redirect_uri, move |request| {
        let server = Arc::clone(&server);
        Box::pin(async move { server.authorize(&request, "jane").await.unwrap() })
    });
    tested.without_nonce()
}

belgie_testkit::provider_conformance!(acme);
