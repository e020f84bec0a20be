//! Sign-ins that end with a one-time code, and its exchange.

use belgie_auth::{AuthError, AuthorizationRedirect, BeginSignIn, Completed, SignedIn};
use belgie_domain::{
    ClientInfo, CodeVerifier, Delivery, EventKind, FailureCode, IssuedCode, SessionToken,
};
use belgie_ports::{Clock as _, Contention, Sessions as _, StoreExt as _};
use belgie_testkit::changed;
use chrono::TimeDelta;
use url::Url;

use crate::site::{Site, callback, state_of};

fn verifier() -> CodeVerifier {
    CodeVerifier::from_random([5; 32])
}

fn delivery() -> Delivery {
    let challenge = verifier().s256_challenge().parse().unwrap();
    Delivery::Code { challenge }
}

async fn begin(site: &Site, replaces: Option<SessionToken>) -> AuthorizationRedirect {
    let request = BeginSignIn::new("fake")
        .with_redirect_url("https://app.example/in?a=b#top")
        .with_client_state("a b&c")
        .with_delivery(delivery())
        .replacing(replaces);
    site.auth.sign_in().begin(request).await.unwrap()
}

/// Completes a sign-in from this browser and returns where the browser is sent.
async fn complete(site: &Site, begun: &AuthorizationRedirect) -> String {
    let state = state_of(begun);
    let states = [&*state];
    let callback = callback(&states, Some(begun.binding.clone())).with_client(browser());
    match site.auth.sign_in().complete(callback).await.unwrap() {
        Completed::CodeIssued { location } => location,
        other => panic!("{other:?}"),
    }
}

async fn code(site: &Site) -> String {
    let begun = begin(site, None).await;
    code_in(&complete(site, &begun).await)
}

fn code_in(location: &str) -> String {
    let url = Url::parse(location).unwrap();
    let code = url.query_pairs().find(|(name, _)| name == "code");
    code.unwrap().1.into_owned()
}

async fn redeem(site: &Site, code: &str) -> Result<SignedIn, AuthError> {
    let server = ClientInfo::default().with_user_agent("node");
    let verifier = verifier();
    let (sign_in, verifier) = (site.auth.sign_in(), verifier.secret());
    sign_in.redeem(code, verifier, &server).await
}

fn browser() -> ClientInfo {
    let address = "192.0.2.7".parse().unwrap();
    ClientInfo::default()
        .with_ip_address(address)
        .with_user_agent("Mozilla/5.0")
}

#[tokio::test]
async fn a_code_is_exchanged_for_the_session_of_the_browser() {
    let site = Site::new();
    let begun = begin(&site, None).await;

    let location = complete(&site, &begun).await;

    let code = code_in(&location);
    let expected = format!("https://app.example/in?a=b&code={code}&state=a+b%26c#top");
    assert_eq!(location, expected);
    let user = only_user(&site).await;
    assert!(site.store.sessions_of(user).await.unwrap().is_empty());
    assert_eq!(site.event_kinds_of(user).await, [EventKind::UserCreated]);

    let completed_at = site.clock.now();
    site.clock.advance(TimeDelta::seconds(59));
    let signed_in = redeem(&site, &code).await.unwrap();

    assert_eq!(signed_in.user.id, user);
    assert_eq!(signed_in.session.ip_address, browser().ip_address);
    assert_eq!(signed_in.session.user_agent, browser().user_agent);
    assert_eq!(signed_in.session.authenticated_at, completed_at);
    assert_eq!(signed_in.session.created_at, site.clock.now());
    assert_eq!(signed_in.session.provider.unwrap().as_str(), "fake");
    let kinds = [EventKind::UserCreated, EventKind::SignIn];
    assert_eq!(site.event_kinds_of(user).await, kinds);
    let held = site.auth.user_of(&signed_in.token).await.unwrap();
    assert_eq!(held.unwrap().id, user);
}

#[tokio::test]
async fn flow_03_a_code_is_exchanged_once() {
    let site = Site::new();
    let code = code(&site).await;

    let exchanges = (0..20).map(|_| {
        let (auth, code) = (site.auth.clone(), code.clone());
        tokio::spawn(async move {
            let verifier = verifier();
            let client = ClientInfo::default();
            let sign_in = auth.sign_in();
            sign_in
                .redeem(&code, verifier.secret(), &client)
                .await
                .is_ok()
        })
    });
    let mut opened = 0;
    for exchange in exchanges.collect::<Vec<_>>() {
        opened += u32::from(exchange.await.unwrap());
    }

    assert_eq!(opened, 1);
    let user = only_user(&site).await;
    assert_eq!(site.store.sessions_of(user).await.unwrap().len(), 1);
    assert_unusable(redeem(&site, &code).await);
}

#[tokio::test]
async fn flow_03_a_code_is_exchanged_within_60_seconds() {
    for (seconds, accepted) in [(59, true), (60, false), (3_600, false)] {
        let site = Site::new();
        let code = code(&site).await;
        site.clock.advance(TimeDelta::seconds(seconds));

        let redeemed = redeem(&site, &code).await;

        assert_eq!(redeemed.is_ok(), accepted, "{seconds}");
        if !accepted {
            assert_unusable(redeemed);
        }
    }
}

#[tokio::test]
async fn flow_05_a_code_with_a_wrong_verifier_is_used_up() {
    let site = Site::new();
    let right = verifier();
    let challenge = right.s256_challenge();
    let other = CodeVerifier::from_random([6; 32]);
    for wrong in ["", "x", other.secret(), &challenge, &right.secret()[1..]] {
        let code = code(&site).await;
        let (sign_in, client) = (site.auth.sign_in(), ClientInfo::default());

        assert_unusable(sign_in.redeem(&code, wrong, &client).await);

        assert_unusable(redeem(&site, &code).await);
    }
    let user = only_user(&site).await;
    assert!(site.store.sessions_of(user).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_code_that_was_never_issued_is_refused() {
    let site = Site::new();
    let signed_in = site.sign_in().await.unwrap();
    let unknown = belgie_domain::OneTimeCode::from_random([9; 32]);
    for code in ["", "code", unknown.secret(), signed_in.token.secret()] {
        assert_unusable(redeem(&site, code).await);
    }
}

#[tokio::test]
async fn lnk_15_a_user_who_was_disabled_meanwhile_gets_no_session() {
    let site = Site::new();
    let code = code(&site).await;
    let user = only_user(&site).await;
    let disabled = site.auth.operator().disable(user).await;
    disabled.unwrap();

    // Disabling a user ends sessions, and the codes that would start one.
    assert_unusable(redeem(&site, &code).await);
    assert!(site.store.sessions_of(user).await.unwrap().is_empty());
}

#[tokio::test]
async fn ses_03_the_exchange_ends_the_session_that_the_browser_held() {
    let site = Site::new();
    let before = site.sign_in().await.unwrap();
    let begun = begin(&site, Some(before.token.clone())).await;
    let code = code_in(&complete(&site, &begun).await);
    assert!(site.auth.user_of(&before.token).await.unwrap().is_some());

    let after = redeem(&site, &code).await.unwrap();

    assert!(site.auth.user_of(&before.token).await.unwrap().is_none());
    assert!(site.auth.user_of(&after.token).await.unwrap().is_some());
}

#[tokio::test]
async fn mix_05_a_code_of_a_provider_that_was_removed_is_refused() {
    let site = Site::new();
    let challenge = verifier().s256_challenge().parse().unwrap();
    let user = site.sign_in().await.unwrap().user;
    let code = belgie_domain::OneTimeCode::from_random([9; 32]);
    let provider = "removed".parse().unwrap();
    let issued = IssuedCode::new(code.hash(), challenge, user.id, provider, site.clock.now());
    let written: Result<(), belgie_ports::StoreError> = site
        .store
        .transaction(Contention::none(), issued.clone(), |issued, tx| {
            Box::pin(tx.insert_code(issued))
        })
        .await;
    written.unwrap();

    assert_unusable(redeem(&site, code.secret()).await);
}

#[tokio::test]
async fn a_failed_sign_in_issues_no_code() {
    let site = Site::new();
    let refused = changed(belgie_testkit::identity(), |identity| identity.email = None);
    site.provider.set_identity(refused);
    let begun = begin(&site, None).await;
    let state = state_of(&begun);
    let states = [&*state];
    let callback = callback(&states, Some(begun.binding.clone()));

    let failure = site.auth.sign_in().complete(callback).await.unwrap_err();

    assert_eq!(
        failure.location.as_deref(),
        Some("https://app.example/in?a=b&error=email_required&state=a+b%26c#top")
    );
    assert_eq!(site.users().await, 0);
}

fn assert_unusable(redeemed: Result<SignedIn, AuthError>) {
    let error = redeemed.unwrap_err();
    assert!(matches!(error, AuthError::InvalidRequest(_)), "{error:?}");
    assert_eq!(error.code(), FailureCode::InvalidRequest);
}

async fn only_user(site: &Site) -> belgie_domain::UserId {
    use belgie_ports::Users as _;
    let users = site.store.users(belgie_auth::UserQuery::first(2)).await;
    let [user] = &users.unwrap()[..] else {
        panic!("there is one user")
    };
    user.id
}
