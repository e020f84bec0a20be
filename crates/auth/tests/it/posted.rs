//! Codes and ID tokens that clients obtained themselves.

use belgie_auth::{AuthError, PostedProof, SignedIn};
use belgie_domain::{ClientInfo, EventKind, Refusal};
use belgie_ports::{Failures as _, ProviderError, Sessions as _};
use belgie_testkit::{changed, identity};
use chrono::DateTime;

use crate::site::Site;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const ID_TOKEN: PostedProof<'_> = PostedProof::IdToken {
    id_token: "header.n-1.signature",
    nonce: "n-1",
};

fn code<'a>(code: &'a str, redirect_uri: &'a str, nonce: Option<&'a str>) -> PostedProof<'a> {
    PostedProof::Code {
        code,
        code_verifier: VERIFIER,
        redirect_uri,
        nonce,
    }
}

fn good_code() -> PostedProof<'static> {
    code("code", "https://app.example/callback", Some("n-1"))
}

async fn post(site: &Site, proof: PostedProof<'_>) -> Result<SignedIn, AuthError> {
    let client = ClientInfo::default().with_user_agent("node");
    let sign_in = site.auth.sign_in();
    sign_in.with_posted("fake", proof, &client).await
}

#[tokio::test]
async fn a_posted_code_starts_a_session() {
    let site = Site::new();

    let signed_in = post(&site, good_code()).await.unwrap();

    assert_eq!(signed_in.session.user_agent.as_deref(), Some("node"));
    assert!(site.auth.user_of(&signed_in.token).await.unwrap().is_some());
    let kinds = [EventKind::UserCreated, EventKind::SignIn];
    assert_eq!(site.event_kinds_of(signed_in.user.id).await, kinds);
    assert_eq!(site.provider.exchanges(), 1);
}

#[tokio::test]
async fn a_posted_code_is_sent_only_with_what_the_request_contained() {
    let site = Site::new();
    let own = "https://app.example/callback";
    for (proof, expected) in [
        (code("code", own, None), "invalid_request"),
        (code("code", own, Some("")), "invalid_request"),
        (code("code", "", Some("n")), "redirect_not_allowed"),
        (code("code", "/callback", Some("n")), "redirect_not_allowed"),
        (
            code("code", "https://evil.example/", Some("n")),
            "redirect_not_allowed",
        ),
        (
            code("code", "https://app.example.evil/", Some("n")),
            "redirect_not_allowed",
        ),
        (
            code("code", "com.example.app:/callback", Some("n")),
            "redirect_not_allowed",
        ),
        (code("", own, Some("n")), "code_rejected"),
        (
            PostedProof::Code {
                code: "code",
                code_verifier: "short",
                redirect_uri: own,
                nonce: Some("n"),
            },
            "invalid_request",
        ),
    ] {
        let refused = post(&site, proof).await.unwrap_err();
        assert_eq!(refused.code().as_str(), expected, "{proof:?} {refused}");
    }
    assert_eq!((site.provider.exchanges(), site.users().await), (0, 0));
}

#[tokio::test]
async fn a_posted_code_that_the_provider_refuses_is_counted() {
    let site = Site::new();

    let refused = post(&site, code("unknown", "https://app.example/", Some("n"))).await;

    let error = refused.unwrap_err();
    assert!(matches!(
        error,
        AuthError::Provider(ProviderError::CodeRejected(_))
    ));
    let counted = site.store.failures_since(DateTime::UNIX_EPOCH).await;
    let [(key, 1)] = &counted.unwrap()[..] else {
        panic!("one failure is counted")
    };
    assert_eq!(key.code.as_str(), "code_rejected");
}

#[tokio::test]
async fn flow_03_a_posted_id_token_is_accepted_once() {
    let site = Site::new();

    let signed_in = post(&site, ID_TOKEN).await.unwrap();
    let again = post(&site, ID_TOKEN).await.unwrap_err();
    // The same token with another signature that might verify too.
    let resigned = PostedProof::IdToken {
        id_token: "header.n-1.other",
        nonce: "n-1",
    };
    let resigned = post(&site, resigned).await.unwrap_err();

    for refused in [again, resigned] {
        assert_eq!(refused.code().as_str(), "invalid_id_token", "{refused}");
    }
    let sessions = site.store.sessions_of(signed_in.user.id).await;
    assert_eq!(sessions.unwrap().len(), 1);
}

#[tokio::test]
async fn flow_03_of_many_uses_of_an_id_token_at_once_one_signs_in() {
    let site = Site::new();
    let uses = (0..20).map(|_| {
        let auth = site.auth.clone();
        tokio::spawn(async move {
            let client = ClientInfo::default();
            let sign_in = auth.sign_in();
            sign_in.with_posted("fake", ID_TOKEN, &client).await.is_ok()
        })
    });

    let mut opened = 0;
    for one in uses.collect::<Vec<_>>() {
        opened += u32::from(one.await.unwrap());
    }

    assert_eq!(opened, 1);
}

#[tokio::test]
async fn flow_06_a_posted_id_token_with_another_nonce_is_refused_and_not_used_up() {
    let site = Site::new();
    for (id_token, nonce, expected) in [
        ("header.n-1.signature", "n-2", "invalid_id_token"),
        ("header.n-1.signature", "", "invalid_request"),
        ("header.n-1.signature", "a b", "invalid_request"),
        ("header.n-1", "n-1", "invalid_id_token"),
        ("", "n-1", "invalid_id_token"),
    ] {
        let refused = post(&site, PostedProof::IdToken { id_token, nonce }).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.code().as_str(), expected, "{id_token} {nonce}");
    }

    assert!(post(&site, ID_TOKEN).await.is_ok());
}

#[tokio::test]
async fn jwt_05_an_id_token_is_no_session_token() {
    assert!(belgie_domain::SessionToken::parse("header.n-1.signature").is_err());
}

#[tokio::test]
async fn lnk_02_a_posted_identity_joins_no_stranger() {
    let site = Site::new();
    site.sign_in().await.unwrap();
    let stranger = changed(identity(), |identity| {
        identity.subject = "2".parse().unwrap();
    });
    site.provider.set_identity(stranger);

    for proof in [good_code(), ID_TOKEN] {
        let refused = post(&site, proof).await.unwrap_err();
        assert!(
            matches!(refused, AuthError::Refused(Refusal::AccountExists)),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn mix_05_a_provider_that_is_not_configured_accepts_nothing() {
    let site = Site::new();
    let client = ClientInfo::default();
    for proof in [good_code(), ID_TOKEN] {
        let posted = site
            .auth
            .sign_in()
            .with_posted("removed", proof, &client)
            .await;
        assert!(matches!(posted, Err(AuthError::ProviderNotFound(_))));
    }
}
