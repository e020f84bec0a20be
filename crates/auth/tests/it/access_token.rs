//! Access tokens: JWTs that are checked against the session and the user on every request.

mod rotation;

use belgie_adapter_crypto::{Es256, SecretCipher};
use belgie_adapter_memory::MemoryStore;
use belgie_auth::{
    Auth, AuthBuilder, AuthError, Authenticated, BeginSignIn, BuildError, IssuedAccessToken,
    Policy, Proof, SignedIn,
};
use belgie_domain::{
    AccessToken, AccessTokenPolicy, ClientInfo, Delivery, ProviderIdentity, RedirectRule, Role,
};
use belgie_testkit::{SeededEntropy, TestClock, identity};
use chrono::TimeDelta;
use url::Url;

use crate::site::Site;

const SECRET: &str = "6f1d7a90c3b84e52a7d0f9183b6c2e4d5a7f8091b2c3d4e6";

/// Adds what access tokens need.
fn with_access_tokens(builder: AuthBuilder) -> AuthBuilder {
    let cipher = SecretCipher::new(&SECRET.into(), SeededEntropy::default());
    builder.cipher(cipher).access_tokens(Es256)
}

fn site() -> Site {
    Site::built(with_access_tokens)
}

fn policy(base_url: &str) -> Policy {
    Policy::new(RedirectRule::new(Url::parse(base_url).unwrap(), []))
}

/// Another node on the same store.
fn node(store: &MemoryStore, clock: &TestClock, policy: Policy) -> Auth {
    let builder = Auth::builder().store(store.clone()).clock(clock.clone());
    with_access_tokens(builder).build(policy).unwrap()
}

fn other_node(site: &Site) -> Auth {
    node(&site.store, &site.clock, policy("https://site.example"))
}

async fn issue(auth: &Auth, signed_in: &SignedIn) -> IssuedAccessToken {
    let (session, user) = (&signed_in.session, &signed_in.user);
    auth.access_tokens().issue(session, user).await.unwrap()
}

async fn accept(auth: &Auth, token: &AccessToken) -> Result<Authenticated, AuthError> {
    auth.sessions().authenticate_access_token(token).await
}

async fn assert_refused(auth: &Auth, token: &AccessToken) {
    let refused = accept(auth, token).await;
    let expected = matches!(refused, Err(AuthError::NotAuthenticated));
    assert!(expected, "{refused:?}");
}

#[tokio::test]
async fn jwt_02_a_token_proves_its_session() {
    let site = site();
    let signed_in = site.sign_in().await.unwrap();

    let issued = issue(&site.auth, &signed_in).await;

    for _ in 0..2 {
        let who = accept(&site.auth, &issued.token).await.unwrap();
        assert_eq!(who.session, signed_in.session);
        assert_eq!(who.user, signed_in.user);
        assert_eq!(who.by, Proof::AccessToken);
    }
}

#[tokio::test]
async fn jwt_02_a_token_for_another_audience_or_of_another_issuer_is_refused() {
    let site = site();
    let signed_in = site.sign_in().await.unwrap();
    let token = issue(&site.auth, &signed_in).await.token;
    let at = |url, audience: Option<&str>| {
        let tokens = AccessTokenPolicy::default().audience(audience.map(str::to_owned));
        node(&site.store, &site.clock, policy(url).access_tokens(tokens))
    };

    let same = "https://site.example";
    assert!(accept(&at(same, None), &token).await.is_ok());
    assert!(accept(&at(same, Some(same)), &token).await.is_ok());
    assert_refused(&at(same, Some("https://api.example")), &token).await;
    assert_refused(&at("https://site.example/account", Some(same)), &token).await;
    assert_refused(&at("https://other.example", Some(same)), &token).await;
}

#[tokio::test]
async fn jwt_03_a_token_expires_after_its_lifetime() {
    let site = Site::assembled(
        MemoryStore::default(),
        |policy| policy.access_tokens = AccessTokenPolicy::default().max_age(TimeDelta::hours(1)),
        with_access_tokens,
    );
    let signed_in = site.sign_in().await.unwrap();

    let issued = issue(&site.auth, &signed_in).await;

    assert_eq!(issued.expires_in, 3600);
    site.clock
        .advance(issued.expires_at - site.auth.now() - TimeDelta::milliseconds(1));
    assert!(accept(&site.auth, &issued.token).await.is_ok());
    site.clock.advance(TimeDelta::milliseconds(1));
    assert_refused(&site.auth, &issued.token).await;
    assert_refused(&other_node(&site), &issued.token).await;
}

#[tokio::test]
async fn jwt_03_a_token_keeps_no_session_alive_and_does_not_outlive_it() {
    let site = site();
    let signed_in = site.sign_in().await.unwrap();
    let end = signed_in.session.expires_at;
    site.clock
        .advance(end - site.auth.now() - TimeDelta::minutes(3));

    let issued = issue(&site.auth, &signed_in).await;
    let who = accept(&site.auth, &issued.token).await.unwrap();

    assert_eq!(who.session.expires_at, end);
    assert!(issued.expires_at <= end && issued.expires_in <= 180);
    site.clock.advance(TimeDelta::minutes(3));
    let late = accept(&site.auth, &issued.token).await;
    assert!(late.is_err());
    let tokens = site.auth.access_tokens();
    let late = tokens.issue(&signed_in.session, &signed_in.user).await;
    assert!(matches!(late, Err(AuthError::SessionExpired)), "{late:?}");
}

#[tokio::test]
async fn jwt_05_a_token_of_a_provider_or_of_ours_for_something_else_is_no_access_token() {
    let site = site();
    let signed_in = site.sign_in().await.unwrap();
    // The examples of RFC 7515, appendix A.1 (HS256) and A.3 (ES256), and an unsigned one of RFC 7519 §6.1.
    for text in [
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0\
         dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv\
         bS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfK\
         TUJqPP3-Kg6NU1Q",
        "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS\
         9pc19yb290Ijp0cnVlfQ.AA",
    ] {
        assert_refused(&site.auth, &AccessToken::parse(text).unwrap()).await;
    }
    let elsewhere = self::site();
    elsewhere.sign_in().await.unwrap();
    let foreign = issue(&elsewhere.auth, &signed_in).await.token;
    assert_refused(&site.auth, &foreign).await;
}

#[tokio::test]
async fn jwt_06_the_token_of_an_ended_session_is_refused_at_once() {
    let site = site();
    let signed_in = site.sign_in().await.unwrap();
    let token = issue(&site.auth, &signed_in).await.token;
    let nodes = [site.auth.clone(), other_node(&site)];
    for node in &nodes {
        assert!(accept(node, &token).await.is_ok());
    }

    let sessions = site.auth.sessions();
    let client = ClientInfo::default();
    sessions.sign_out(&signed_in.token, &client).await.unwrap();

    for node in &nodes {
        assert_refused(node, &token).await;
    }
}

#[tokio::test]
async fn jwt_06_the_token_of_a_disabled_or_deleted_user_is_refused_at_once() {
    let site = site();
    let signed_in = site.sign_in().await.unwrap();
    let token = issue(&site.auth, &signed_in).await.token;
    assert!(accept(&site.auth, &token).await.is_ok());
    let admin = site.auth.operator();

    admin.disable(signed_in.user.id).await.unwrap();
    assert_refused(&site.auth, &token).await;
    admin.enable(signed_in.user.id).await.unwrap();
    assert_refused(&site.auth, &token).await;

    let again = site.sign_in().await.unwrap();
    let token = issue(&site.auth, &again).await.token;
    assert!(accept(&site.auth, &token).await.is_ok());
    admin.delete(again.user.id).await.unwrap();
    assert_refused(&site.auth, &token).await;
}

#[tokio::test]
async fn jwt_06_a_session_that_belongs_to_somebody_else_is_not_proved() {
    let site = site();
    let jane = site.sign_in().await.unwrap();
    let other = site.sign_in_as(other_identity()).await.unwrap();
    let tokens = site.auth.access_tokens();

    let mixed = tokens.issue(&jane.session, &other.user).await.unwrap();

    assert_refused(&site.auth, &mixed.token).await;
}

fn other_identity() -> ProviderIdentity {
    let (issuer, subject) = (identity().issuer, "2".parse().unwrap());
    ProviderIdentity::new(issuer, subject).with_trusted_email("other@example.com")
}

#[tokio::test]
async fn jwt_07_a_token_is_not_exchanged_for_another() {
    let site = site();
    let signed_in = site.sign_in().await.unwrap();
    let tokens = site.auth.access_tokens();
    for by in [Proof::Cookie, Proof::SessionToken] {
        let sessions = site.auth.sessions();
        let who = sessions.authenticate(&signed_in.token, by).await.unwrap();
        let issued = tokens.issue_to(&who).await.unwrap();

        let who = accept(&site.auth, &issued.token).await.unwrap();
        let again = tokens.issue_to(&who).await;
        assert!(matches!(again, Err(AuthError::Forbidden)), "{again:?}");
    }
}

#[tokio::test]
async fn ses_13_a_role_is_the_one_in_the_store_whatever_the_token_says() {
    let site = site();
    let signed_in = site.sign_in().await.unwrap();
    let token = issue(&site.auth, &signed_in).await.token;
    let client = ClientInfo::default();
    let operator = site.auth.operator();

    for (role, is_admin) in [(Role::ADMIN, true), (Role::USER, false)] {
        operator
            .set_role(signed_in.user.id, role.clone())
            .await
            .unwrap();
        let who = accept(&site.auth, &token).await.unwrap();
        assert_eq!(who.user.role, role);
        assert_eq!(site.auth.admin(&who, &client).is_ok(), is_admin);
    }
}

#[tokio::test]
async fn access_tokens_need_a_signer_and_a_cipher() {
    for site in [
        Site::new(),
        Site::built(|builder| builder.access_tokens(Es256)),
    ] {
        let signed_in = site.sign_in().await.unwrap();
        let tokens = site.auth.access_tokens();

        let issued = tokens.issue(&signed_in.session, &signed_in.user).await;

        assert!(matches!(issued, Err(AuthError::NotFound(_))), "{issued:?}");
        assert!(matches!(tokens.jwks().await, Err(AuthError::NotFound(_))));
        assert_refused(&site.auth, &AccessToken::parse("e30.e30.c2ln").unwrap()).await;
        let request = BeginSignIn::new("fake").with_delivery(Delivery::Fragment);
        let begun = site.auth.sign_in().begin(request).await;
        assert!(
            matches!(begun, Err(AuthError::InvalidRequest(_))),
            "{begun:?}"
        );
    }
}

#[test]
fn jwt_03_a_lifetime_out_of_bounds_is_refused() {
    let mut policy = policy("https://site.example");
    policy.access_tokens.max_age = TimeDelta::seconds(59);

    let error = Auth::builder().store(MemoryStore::default()).build(policy);

    assert!(
        matches!(error, Err(BuildError::AccessTokens(_))),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_long_response_asks_again_whether_its_session_lives() {
    let site = site();
    let signed_in = site.sign_in().await.unwrap();
    let issued = issue(&site.auth, &signed_in).await;
    let by_token = accept(&site.auth, &issued.token).await.unwrap();
    let sessions = site.auth.sessions();
    let by_cookie = sessions.authenticate(&signed_in.token, Proof::Cookie);
    let by_cookie = by_cookie.await.unwrap();
    assert_eq!(by_token.expires_at, issued.expires_at);
    assert_eq!(by_cookie.expires_at, signed_in.session.expires_at);

    let operator = site.auth.operator();
    let id = signed_in.user.id;
    operator.set_role(id, Role::ADMIN).await.unwrap();
    let again = sessions.authenticate_again(&by_token).await.unwrap();
    assert_eq!(
        (&again.user.role, again.by),
        (&Role::ADMIN, Proof::AccessToken)
    );
    assert_eq!(again.expires_at, issued.expires_at);

    site.clock.advance(issued.expires_at - site.auth.now());
    let expired = sessions.authenticate_again(&by_token).await;
    assert!(
        matches!(expired, Err(AuthError::SessionExpired)),
        "{expired:?}"
    );
    assert!(sessions.authenticate_again(&by_cookie).await.is_ok());

    operator.disable(id).await.unwrap();
    let disabled = sessions.authenticate_again(&by_cookie).await;
    assert!(
        matches!(disabled, Err(AuthError::NotAuthenticated)),
        "{disabled:?}"
    );
}
