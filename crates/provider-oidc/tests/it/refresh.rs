//! Refreshing (RFC 6749 §6, OpenID Connect Core §12) and revoking tokens (RFC 7009).

use belgie_domain::{Issuer, Subject};
use belgie_idp_emulator::{Answer, Endpoint, Fault, Signature};
use belgie_ports::{
    Clock as _, IdentityProvider as _, ProviderError, ProviderTokens, RefreshGrant,
};
use belgie_provider_oidc::TokenAuthMethod;
use chrono::TimeDelta;

use crate::party::{JANE, Party};

/// A provider that issues refresh tokens, and the tokens of a sign-in.
async fn signed_in() -> (Party, ProviderTokens) {
    let party = Party::with(|config| {
        let config = config.authorization_parameter("access_type", "offline");
        config.unwrap()
    });
    let party = party.await;
    let begun = party.begin().await.unwrap();
    let exchanged = party.exchange(&begun, &begun.nonce).await.unwrap();
    (party, exchanged.tokens.unwrap())
}

async fn refresh_as(
    party: &Party,
    refresh_token: &str,
    subject: &str,
) -> Result<ProviderTokens, ProviderError> {
    let issuer: Issuer = party.idp.issuer().parse().unwrap();
    let subject: Subject = subject.parse().unwrap();
    let grant = RefreshGrant::new(refresh_token, &issuer, &subject);
    party.provider.refresh(grant).await
}

async fn refresh(party: &Party, tokens: &ProviderTokens) -> Result<ProviderTokens, ProviderError> {
    refresh_as(party, tokens.refresh_token().unwrap(), JANE).await
}

#[tokio::test]
async fn a_refresh_token_yields_a_new_access_token() {
    let (party, tokens) = signed_in().await;
    party.clock.advance(TimeDelta::hours(2));

    let refreshed = refresh(&party, &tokens).await.unwrap();

    assert_ne!(refreshed.access_token(), tokens.access_token());
    let in_an_hour = party.clock.now() + TimeDelta::hours(1);
    assert_eq!(refreshed.expires_at(), Some(in_an_hour));
    assert_eq!(refreshed.scope(), tokens.scope());
    assert_eq!(refreshed.refresh_token(), None);
    assert!(refreshed.id_token().is_some());
    let requests = party.idp.requests();
    let request = requests.token_requests.back().unwrap();
    assert_eq!(request.form.first("grant_type"), Some("refresh_token"));
    assert_eq!(request.form.first("scope"), None);
    assert_eq!(request.basic.as_ref().unwrap().id, "client");
}

#[tokio::test]
async fn a_rotated_refresh_token_is_returned() {
    let (party, tokens) = signed_in().await;
    party.idp.rotate_refresh_tokens();

    let refreshed = refresh(&party, &tokens).await.unwrap();

    assert_ne!(refreshed.refresh_token(), tokens.refresh_token());
    assert!(refresh(&party, &refreshed).await.is_ok());
    let replayed = refresh(&party, &tokens).await;
    let rejected = matches!(replayed, Err(ProviderError::RefreshRejected(Some(_))));
    assert!(rejected, "{replayed:?}");
}

#[tokio::test]
async fn a_withdrawn_consent_is_a_rejected_refresh() {
    let (party, tokens) = signed_in().await;
    party.idp.revoke_grants_of(JANE);

    let refused = refresh(&party, &tokens).await;

    let Err(ProviderError::RefreshRejected(Some(reported))) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(reported.code(), "invalid_grant");
}

#[tokio::test]
async fn any_other_error_leaves_the_refresh_token_valid() {
    let (party, tokens) = signed_in().await;
    for fault in [
        Fault::token_error("temporarily_unavailable"),
        Fault::token_error("invalid_client"),
        Fault::answer(Endpoint::Token, Answer::Status(503)),
        Fault::answer(Endpoint::Token, Answer::html()),
        Fault::answer(Endpoint::Token, Answer::HangUp),
        Fault::token_reply("token_type", "mac"),
        Fault::token_reply("access_token", ""),
        Fault::without_token_reply("access_token"),
    ] {
        party.idp.fault_once(fault.clone());
        let failed = refresh(&party, &tokens).await;
        let unavailable = matches!(failed, Err(ProviderError::Unavailable(_)));
        assert!(unavailable, "{failed:?} under {fault:?}");
        party.idp.clear_faults();
    }

    assert!(refresh(&party, &tokens).await.is_ok());
}

#[tokio::test]
async fn net_06_a_refresh_is_sent_once() {
    let (party, tokens) = signed_in().await;
    let before = party.idp.request_count(Endpoint::Token);
    let busy = Fault::answer(Endpoint::Token, Answer::Status(503));
    party.idp.fault_once(busy);

    assert!(refresh(&party, &tokens).await.is_err());

    assert_eq!(party.idp.request_count(Endpoint::Token), before + 1);
}

#[tokio::test]
async fn net_02_the_redirect_of_a_refresh_or_a_revocation_is_not_followed() {
    let (party, tokens) = signed_in().await;
    for endpoint in [Endpoint::Token, Endpoint::Revocation] {
        let to = party.idp.trap_url();
        party.idp.fault(Fault::answer(
            endpoint,
            Answer::RedirectBy { status: 307, to },
        ));
    }

    assert!(refresh(&party, &tokens).await.is_err());
    assert!(party.provider.revoke(&tokens).await.is_err());

    assert_eq!(party.idp.request_count(Endpoint::Trap), 0);
}

#[tokio::test]
async fn a_refresh_needs_no_id_token() {
    let (party, tokens) = signed_in().await;
    party.idp.fault(Fault::without_token_reply("id_token"));

    let refreshed = refresh(&party, &tokens).await.unwrap();

    assert_eq!(refreshed.id_token(), None);
}

#[tokio::test]
async fn idt_01_the_id_token_of_a_refresh_is_checked_as_any_other() {
    let (party, tokens) = signed_in().await;
    for fault in [
        Fault::signature(Signature::BitFlipped),
        Fault::signature(Signature::None),
        Fault::claim("iss", "https://evil.example"),
        Fault::claim("aud", "another"),
        Fault::claim_at("exp", -600),
        Fault::claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"),
        Fault::claim("sub", "subject-2"),
        Fault::without_claim("sub"),
    ] {
        party.idp.fault_once(fault.clone());
        let refused = refresh(&party, &tokens).await;
        let invalid = matches!(refused, Err(ProviderError::InvalidIdentity(_)));
        assert!(invalid, "{refused:?} under {fault:?}");
        party.idp.clear_faults();
    }
}

#[tokio::test]
async fn idt_03_the_id_token_of_a_refresh_belongs_to_the_account() {
    let (party, tokens) = signed_in().await;

    let refused = refresh_as(&party, tokens.refresh_token().unwrap(), "Subject-1").await;

    let invalid = matches!(refused, Err(ProviderError::InvalidIdentity(_)));
    assert!(invalid, "{refused:?}");
}

#[tokio::test]
async fn lnk_14_a_revoked_refresh_token_yields_nothing_any_more() {
    for method in [
        TokenAuthMethod::ClientSecretBasic,
        TokenAuthMethod::ClientSecretPost,
    ] {
        let party = Party::with(|config| {
            let config = config.authorization_parameter("access_type", "offline");
            config.unwrap().token_auth_method(method).unwrap()
        });
        let party = party.await;
        let begun = party.begin().await.unwrap();
        let exchanged = party.exchange(&begun, &begun.nonce).await.unwrap();
        let tokens = exchanged.tokens.unwrap();

        party.provider.revoke(&tokens).await.unwrap();

        assert_eq!(party.idp.request_count(Endpoint::Revocation), 1);
        let refused = refresh(&party, &tokens).await;
        let rejected = matches!(refused, Err(ProviderError::RefreshRejected(_)));
        assert!(rejected, "{refused:?} by {method:?}");
    }
}

#[tokio::test]
async fn lnk_14_a_refused_revocation_is_an_error() {
    let (party, tokens) = signed_in().await;
    party
        .idp
        .fault(Fault::answer(Endpoint::Revocation, Answer::Status(503)));

    let failed = party.provider.revoke(&tokens).await;

    let unavailable = matches!(failed, Err(ProviderError::Unavailable(_)));
    assert!(unavailable, "{failed:?}");
}

#[tokio::test]
async fn net_04_a_forbidden_revocation_endpoint_is_not_used_and_sign_ins_go_on() {
    for endpoint in [
        "https://169.254.169.254/revoke",
        "ftp://127.0.0.1/revoke",
        "no URL",
    ] {
        let party = Party::new().await;
        party
            .idp
            .fault(Fault::discovery("revocation_endpoint", endpoint));
        party.sign_in().await.unwrap();

        let refused = party.provider.revoke(&ProviderTokens::new("token")).await;

        let unsupported = matches!(refused, Err(ProviderError::Unsupported));
        assert!(unsupported, "{refused:?} at {endpoint}");
    }
}
