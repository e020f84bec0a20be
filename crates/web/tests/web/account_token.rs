use belgie_domain::{KeyId, SealedSecret};
use belgie_ports::{CipherError, ProviderError, ProviderTokens, TokenCipher};
use chrono::TimeDelta;
use http::Method;
use serde_json::json;

use crate::answer::Answer;
use crate::browser::{Browser, SESSION};
use crate::request::TestRequest;
use crate::site::{SPA, Site};

/// Encrypts nothing: what is encrypted is tested elsewhere.
struct PlainCipher;

impl TokenCipher for PlainCipher {
    fn seal(&self, plaintext: &[u8], _context: &str) -> SealedSecret {
        SealedSecret::new(KeyId::from_bytes([0; 8]), plaintext.to_vec())
    }

    fn open(&self, sealed: &SealedSecret, _context: &str) -> Result<Vec<u8>, CipherError> {
        Ok(sealed.ciphertext.clone())
    }

    fn is_current(&self, _sealed: &SealedSecret) -> bool {
        true
    }
}

/// A site whose provider issues tokens that expire in an hour.
fn site() -> Site {
    let site = Site::built(|builder| builder.cipher(PlainCipher));
    let expires_at = site.auth.now() + TimeDelta::hours(1);
    let tokens = ProviderTokens::new("ya29.access").with_scope("openid drive");
    let tokens = tokens.with_refresh_token("1//refresh");
    site.provider.issue(tokens.with_expires_at(expires_at));
    site
}

async fn path(browser: &mut Browser<'_>) -> String {
    let accounts = browser.fetch(Method::GET, "/auth/accounts").await.json();
    let id = accounts["accounts"][0]["id"].as_str().unwrap();
    format!("/auth/accounts/{id}/token")
}

/// Asks as the application's server does.
async fn ask(site: &Site, browser: &Browser<'_>, path: &str) -> Answer {
    let bearer = format!("Bearer {}", browser.cookies[SESSION]);
    let request = TestRequest::post().uri(path);
    site.send(request.insert_header(("authorization", bearer)))
        .await
}

async fn ses_09_the_session_token_yields_the_providers_token() {
    let site = site();
    let mut browser = Browser::signed_in(&site).await;
    let path = path(&mut browser).await;

    let answer = ask(&site, &browser, &path).await;

    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("set-cookie"), None);
    assert_eq!(
        answer.json(),
        json!({
            "access_token": "ya29.access",
            "expires_at": "2026-01-01T01:00:00.000Z",
            "scope": "openid drive",
        })
    );
}

async fn aud_07_a_cookie_yields_no_token() {
    let site = site();
    let mut browser = Browser::signed_in(&site).await;
    let path = path(&mut browser).await;
    let request = browser.request(Method::POST, &path);
    let request = request.insert_header(("sec-fetch-site", "same-origin"));

    let answer = site.send(request).await;

    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (403, "bearer_required".to_owned())
    );
    assert!(!answer.body.contains("ya29"), "{}", answer.body);
    let signed_out = site.send(TestRequest::post().uri(&path)).await;
    assert_eq!(signed_out.code(), "not_authenticated");
}

async fn aud_07_no_other_origin_may_read_the_answer() {
    let site = site();
    let mut browser = Browser::signed_in(&site).await;
    let path = path(&mut browser).await;
    let bearer = format!("Bearer {}", browser.cookies[SESSION]);
    let request = TestRequest::post().uri(&path);
    let request = request.insert_header(("authorization", bearer));

    let answer = site.send(request.insert_header(("origin", SPA))).await;

    assert_eq!(answer.header("access-control-allow-origin"), None);
}

async fn a_refresh_that_is_refused_says_what_to_do() {
    let site = site();
    let mut browser = Browser::signed_in(&site).await;
    let path = path(&mut browser).await;
    site.clock.advance(TimeDelta::hours(2));
    for (error, status, code) in [
        (ProviderError::TimedOut, 504, "provider_unavailable"),
        (
            ProviderError::Unavailable("1//refresh".into()),
            502,
            "provider_unavailable",
        ),
        (ProviderError::Busy, 503, "unavailable"),
        (
            ProviderError::RefreshRejected(None),
            409,
            "consent_required",
        ),
    ] {
        site.provider.refresh_with(Err(error));
        let answer = ask(&site, &browser, &path).await;
        assert_eq!((answer.status.as_u16(), &*answer.code()), (status, code));
        assert!(!answer.body.contains("refresh"), "{}", answer.body);
    }

    let detail = ask(&site, &browser, &path).await.json()["detail"].clone();
    let detail = detail.as_str().unwrap();
    assert!(detail.contains("/auth/provider/acme/signin"), "{detail}");
}

async fn a_site_without_a_cipher_says_so() {
    let site = Site::without_secret();
    let mut browser = Browser::signed_in(&site).await;
    let path = path(&mut browser).await;

    let answer = ask(&site, &browser, &path).await;

    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (404, "not_found".to_owned())
    );
    let detail = answer.json()["detail"].clone();
    assert_eq!(detail, "This server does not store providers' tokens.");
}

crate::everywhere! {
    ses_09_the_session_token_yields_the_providers_token,
    aud_07_a_cookie_yields_no_token,
    aud_07_no_other_origin_may_read_the_answer,
    a_refresh_that_is_refused_says_what_to_do,
    a_site_without_a_cipher_says_so,
}
