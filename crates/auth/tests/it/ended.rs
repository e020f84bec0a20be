//! What ends a user ends everything that opens it.

use belgie_adapter_crypto::{Es256, SecretCipher};
use belgie_auth::{Admin, AuthError, BeginSignIn, Completed};
use belgie_domain::{ClientInfo, CodeVerifier, Delivery, UserId};
use belgie_testkit::SeededEntropy;
use url::Url;

use crate::site::{Site, callback, state_of};

const SECRET: &str = "6f1d7a90c3b84e52a7d0f9183b6c2e4d5a7f8091b2c3d4e6";

/// Signs in by `mode=code`, and returns the code.
async fn code(site: &Site, verifier: &CodeVerifier) -> String {
    let challenge = verifier.s256_challenge().parse().unwrap();
    let request = BeginSignIn::new("fake").with_delivery(Delivery::Code { challenge });
    let begun = site.auth.sign_in().begin(request).await.unwrap();
    let state = state_of(&begun);
    let states = [&*state];
    let callback = callback(&states, Some(begun.binding.clone()));
    let completed = site.auth.sign_in().complete(callback).await.unwrap();
    let Completed::CodeIssued { location } = completed else {
        panic!("{completed:?}");
    };
    let location = Url::parse("https://site.example").unwrap().join(&location);
    let location = location.unwrap();
    let code = location.query_pairs().find(|(name, _)| name == "code");
    code.unwrap().1.into_owned()
}

async fn everything_ends_when(end: impl AsyncFn(Admin<'_>, UserId) -> Result<(), AuthError>) {
    let site = Site::built(|builder| {
        let cipher = SecretCipher::new(&SECRET.into(), SeededEntropy::default());
        builder.cipher(cipher).access_tokens(Es256)
    });
    let sessions = [site.sign_in().await.unwrap(), site.sign_in().await.unwrap()];
    let user = &sessions[0].user;
    let tokens = site.auth.access_tokens();
    let issued = tokens.issue(&sessions[0].session, user).await.unwrap();
    let manager = site.auth.sessions();
    assert!(
        manager
            .authenticate_access_token(&issued.token)
            .await
            .is_ok()
    );
    let verifier = CodeVerifier::from_random([5; 32]);
    let code = code(&site, &verifier).await;

    end(site.auth.operator(), user.id).await.unwrap();

    for signed_in in &sessions {
        assert!(site.auth.user_of(&signed_in.token).await.unwrap().is_none());
    }
    let by_access_token = manager.authenticate_access_token(&issued.token).await;
    assert!(
        matches!(by_access_token, Err(AuthError::NotAuthenticated)),
        "{by_access_token:?}"
    );
    let (sign_in, client) = (site.auth.sign_in(), ClientInfo::default());
    let by_code = sign_in.redeem(&code, verifier.secret(), &client).await;
    assert!(
        matches!(by_code, Err(AuthError::InvalidRequest(_))),
        "{by_code:?}"
    );
}

#[tokio::test]
async fn ses_12_disabling_a_user_ends_sessions_tokens_and_codes() {
    everything_ends_when(async |admin, user| admin.disable(user).await.map(drop)).await;
}

#[tokio::test]
async fn ses_12_deleting_a_user_ends_sessions_tokens_and_codes() {
    everything_ends_when(async |admin, user| admin.delete(user).await).await;
}

#[tokio::test]
async fn ses_12_revoking_a_users_sessions_ends_tokens_and_codes() {
    everything_ends_when(async |admin, user| admin.revoke_sessions_of(user).await.map(drop)).await;
}
