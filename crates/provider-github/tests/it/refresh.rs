//! Refreshing the tokens of GitHub Apps, and revoking tokens.

use belgie_domain::{Issuer, Subject};
use belgie_idp_emulator::{Answer, Endpoint, Fault};
use belgie_ports::{
    Clock as _, IdentityProvider as _, ProviderError, ProviderTokens, RefreshGrant,
};
use chrono::TimeDelta;

use crate::party::{JANE, Party, SECRET};

async fn refresh(party: &Party, reply: &str) -> Result<ProviderTokens, ProviderError> {
    let answer = Answer::json(reply);
    party.idp.fault_once(Fault::answer(Endpoint::Token, answer));
    let issuer: Issuer = party.idp.issuer().parse().unwrap();
    let subject: Subject = JANE.parse().unwrap();
    let grant = RefreshGrant::new("ghr_1", &issuer, &subject);
    party.provider.refresh(grant).await
}

#[tokio::test]
async fn a_refresh_token_yields_new_tokens() {
    let party = Party::new().await;
    let reply = r#"{"access_token":"ghu_2","expires_in":28800,"refresh_token":"ghr_2",
        "refresh_token_expires_in":15897600,"scope":"","token_type":"bearer"}"#;

    let refreshed = refresh(&party, reply).await.unwrap();

    assert_eq!(refreshed.access_token(), "ghu_2");
    assert_eq!(refreshed.refresh_token(), Some("ghr_2"));
    let expires_at = party.clock.now() + TimeDelta::hours(8);
    assert_eq!(refreshed.expires_at(), Some(expires_at));
    let requests = party.idp.requests();
    let form = &requests.token_requests.back().unwrap().form;
    let sent: Vec<_> = form.iter().collect();
    assert_eq!(
        sent,
        [
            ("grant_type", "refresh_token"),
            ("refresh_token", "ghr_1"),
            ("client_id", "client"),
            ("client_secret", SECRET),
        ]
    );
}

#[tokio::test]
async fn a_refused_refresh_token_is_distinguished_from_other_errors() {
    let party = Party::new().await;
    let error = |code: &str| format!(r#"{{"error":"{code}","error_description":"no ghr_1"}}"#);

    let refused = refresh(&party, &error("bad_refresh_token")).await;
    let Err(ProviderError::RefreshRejected(Some(reported))) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(reported.code(), "bad_refresh_token");
    assert!(!reported.to_string().contains("ghr_1"), "{reported}");

    let failed = refresh(&party, &error("incorrect_client_credentials")).await;
    assert!(
        matches!(failed, Err(ProviderError::Unavailable(_))),
        "{failed:?}"
    );
}

#[tokio::test]
async fn lnk_14_a_token_is_revoked_by_the_api() {
    let party = Party::new().await;
    let tokens = party.sign_in().await.unwrap().tokens.unwrap();

    party.provider.revoke(&tokens).await.unwrap();

    assert_eq!(party.idp.request_count(Endpoint::Revocation), 1);
    let broken = Fault::answer(Endpoint::Revocation, Answer::Status(503));
    party.idp.fault(broken);
    let failed = party.provider.revoke(&tokens).await;
    assert!(
        matches!(failed, Err(ProviderError::Unavailable(_))),
        "{failed:?}"
    );
}
