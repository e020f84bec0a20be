//! How often the outside may do what costs something or could be guessed.

mod guesses;

use std::time::Duration;

use belgie_auth::{
    AuthError, AuthorizationRedirect, BeginSignIn, Completed, PostedProof, Proof, SignedIn,
};
use belgie_domain::{ClientInfo, Delivery, FailureCode, OneTimeCode};
use belgie_ports::{Attempts as _, Failures as _};
use chrono::{DateTime, TimeDelta};
use url::Url;

use crate::site::{Site, callback, state_of};

/// Permits of a network for the start of sign-ins, and for what costs about the same.
const BURST: u32 = 300;
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const HOME: &str = "192.0.2.1";

fn client(address: &str) -> ClientInfo {
    ClientInfo::default().with_ip_address(address.parse().unwrap())
}

/// An address in a network of its own.
fn elsewhere(number: u32) -> String {
    let [_, a, b, c] = number.to_be_bytes();
    format!("198.{a}.{b}.{c}")
}

/// Returns after how long another try may succeed.
fn refused<T: std::fmt::Debug>(answer: Result<T, AuthError>) -> TimeDelta {
    match answer {
        Err(AuthError::RateLimited { retry_after }) => retry_after,
        other => panic!("{other:?}"),
    }
}

async fn begin(site: &Site, address: &str) -> Result<AuthorizationRedirect, AuthError> {
    let request = BeginSignIn::new("fake").with_client(client(address));
    site.auth.sign_in().begin(request).await
}

async fn exhaust_starts(site: &Site, address: &str) {
    for _ in 0..BURST {
        begin(site, address).await.unwrap();
    }
}

#[tokio::test]
async fn rat_01_a_network_starts_hundreds_of_sign_ins_at_once_and_then_two_a_second() {
    let site = Site::new();
    exhaust_starts(&site, HOME).await;

    let wait = refused(begin(&site, HOME).await);

    assert_eq!(wait, TimeDelta::milliseconds(500));
    let stored = site.store.count_attempts(1).await.unwrap().total;
    assert_eq!(stored, u64::from(BURST));
    assert!(begin(&site, "192.0.2.2").await.is_ok());
    site.clock.advance(wait);
    assert!(begin(&site, HOME).await.is_ok());
    refused(begin(&site, HOME).await);
    site.clock.advance(TimeDelta::seconds(150));
    exhaust_starts(&site, HOME).await;
}

#[tokio::test]
async fn rat_01_links_and_reauthentications_are_starts_too() {
    let site = Site::new();
    let jane: SignedIn = site.sign_in().await.unwrap();
    let sessions = site.auth.sessions();
    let current = sessions.authenticate(&jane.token, Proof::Cookie).await;
    let current = current.unwrap();
    let fresh = sessions.fresh(&current).unwrap();
    exhaust_starts(&site, HOME).await;
    let request = || BeginSignIn::new("fake").with_client(client(HOME));

    let sign_in = site.auth.sign_in();
    refused(sign_in.begin_reauthentication(&current, request()).await);
    let accounts = site.auth.accounts();
    refused(accounts.begin_link(fresh, request()).await);
}

#[tokio::test]
async fn rat_04_addresses_of_one_prefix_share_a_limit_and_mapped_ones_are_ipv4() {
    let site = Site::new();
    for number in 0..BURST / 2 {
        let address = format!("2001:db8:1:2::{number:x}");
        begin(&site, &address).await.unwrap();
        let address = format!("2001:db8:1:2:{number:x}::1");
        begin(&site, &address).await.unwrap();
        begin(&site, HOME).await.unwrap();
        begin(&site, "::ffff:192.0.2.1").await.unwrap();
    }

    for address in ["2001:db8:1:2:ffff::9", HOME, "::ffff:c000:201"] {
        refused(begin(&site, address).await);
    }
    assert!(begin(&site, "2001:db8:1:3::1").await.is_ok());
}

#[tokio::test]
async fn rat_12_a_restart_does_not_reset_a_limit() {
    let before = Site::new();
    exhaust_starts(&before, HOME).await;

    let after = Site::kept_in(before.store.clone());

    refused(begin(&after, HOME).await);
}

#[tokio::test]
async fn rat_12_buckets_that_are_full_again_are_deleted_and_others_stay() {
    let site = Site::new();
    begin(&site, "192.0.2.2").await.unwrap();
    exhaust_starts(&site, HOME).await;
    site.clock.advance(TimeDelta::milliseconds(499));
    let housekeeping = site.auth.housekeeping();

    let early = housekeeping.sweep(Duration::ZERO).await.unwrap();
    site.clock.advance(TimeDelta::milliseconds(1));
    let swept = housekeeping.sweep(Duration::ZERO).await.unwrap();

    assert_eq!((early.rate_limits, swept.rate_limits), (0, 1));
    begin(&site, HOME).await.unwrap();
    refused(begin(&site, HOME).await);
}

#[tokio::test]
async fn limits_that_are_off_count_nothing() {
    let site = Site::with(|policy| policy.rate_limits = false);

    for _ in 0..=BURST {
        begin(&site, HOME).await.unwrap();
    }

    site.clock.advance(TimeDelta::days(1));
    let swept = site.auth.housekeeping().sweep(Duration::ZERO).await;
    assert_eq!(swept.unwrap().rate_limits, 0);
}

#[tokio::test]
async fn clients_without_an_address_have_no_network_whose_limit_they_could_exhaust() {
    let site = Site::new();

    for _ in 0..=BURST {
        site.begin().await;
    }
}

/// As when an attacker starts sign-ins from many machines and sends made-up codes from one.
#[tokio::test]
async fn rat_01_callbacks_of_sign_ins_that_other_networks_started_are_limited() {
    let site = Site::new();
    let mut last = None;
    for number in 0..=BURST {
        let begun = begin(&site, &elsewhere(number)).await.unwrap();
        last = Some(complete(&site, &begun, HOME).await);
    }

    refused(last.unwrap());
    assert_eq!(site.provider.exchanges(), BURST as usize);
    let begun = begin(&site, HOME).await.unwrap();
    complete(&site, &begun, HOME).await.unwrap();
}

async fn complete(
    site: &Site,
    begun: &AuthorizationRedirect,
    from: &str,
) -> Result<Completed, AuthError> {
    let state = state_of(begun);
    let states = [&*state];
    let callback = callback(&states, Some(begun.binding.clone())).with_client(client(from));
    let completed = site.auth.sign_in().complete(callback).await;
    completed.map_err(|failure| failure.error)
}

#[tokio::test]
async fn rat_01_posted_codes_are_limited_before_the_provider_is_asked() {
    let site = Site::new();
    let post = async |code, from| {
        let proof = PostedProof::Code {
            code,
            code_verifier: VERIFIER,
            redirect_uri: "https://app.example/callback",
            nonce: Some("n-1"),
        };
        let sign_in = site.auth.sign_in();
        sign_in.with_posted("fake", proof, &client(from)).await
    };
    for _ in 0..BURST {
        let answer = post("", HOME).await.unwrap_err();
        assert_eq!(answer.code(), FailureCode::CodeRejected);
    }

    refused(post("code", HOME).await);

    assert_eq!(site.provider.exchanges(), 0);
    let failures = site.store.failures_since(DateTime::UNIX_EPOCH).await;
    let codes: Vec<_> = failures.unwrap().into_iter().collect();
    assert!(matches!(&*codes, [(key, 300)] if key.code == FailureCode::CodeRejected));
    assert!(post("code", "192.0.2.2").await.is_ok());
}

#[tokio::test]
async fn rat_01_codes_that_cannot_be_exchanged_are_limited_and_good_ones_never() {
    let site = Site::new();
    let redeem = async |code: &str| {
        let sign_in = site.auth.sign_in();
        sign_in.redeem(code, VERIFIER, &client(HOME)).await
    };
    let unknown = OneTimeCode::from_random([9; 32]);
    for _ in 0..BURST {
        let answer = redeem(unknown.secret()).await.unwrap_err();
        assert_eq!(answer.code(), FailureCode::InvalidRequest);
    }

    let wait = refused(redeem(unknown.secret()).await);

    assert_eq!(wait, TimeDelta::seconds(1));
    for _ in 0..3 {
        let code = issued_code(&site).await;
        assert!(redeem(&code).await.is_ok());
    }
    // What was never a code costs nothing, so it is not counted.
    let answer = redeem("made up").await.unwrap_err();
    assert_eq!(answer.code(), FailureCode::InvalidRequest);
}

/// A one-time code for [`VERIFIER`].
async fn issued_code(site: &Site) -> String {
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let challenge = challenge.parse().unwrap();
    let request = BeginSignIn::new("fake")
        .with_redirect_url("https://app.example/in")
        .with_delivery(Delivery::Code { challenge });
    site.pass_time();
    let begun = site.auth.sign_in().begin(request).await.unwrap();
    match complete(site, &begun, "192.0.2.3").await.unwrap() {
        Completed::CodeIssued { location } => {
            let location = Url::parse(&location).unwrap();
            let code = location.query_pairs().find(|(name, _)| name == "code");
            code.unwrap().1.into_owned()
        }
        other => panic!("{other:?}"),
    }
}
