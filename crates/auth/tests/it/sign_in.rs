use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use belgie_auth::{AuthError, AuthorizationRedirect, BeginSignIn, ProviderAnswer};
use belgie_domain::{BrowserBinding, Delivery, FailureCode, Purpose, State};
use belgie_ports::{
    Accounts as _, Attempts as _, Entropy, InvalidIdentity, ProviderError, with_causes,
};
use belgie_testkit::{SeededEntropy, changed};
use chrono::TimeDelta;

use crate::site::{Site, callback, state_of};

#[tokio::test]
async fn a_sign_in_makes_a_user_with_a_session() {
    let site = Site::new();

    let signed_in = site.sign_in().await.unwrap();

    assert_eq!(signed_in.location, "/dashboard");
    assert_eq!(
        signed_in.user.email.as_ref().unwrap().as_str(),
        "jane@example.com"
    );
    assert_eq!(signed_in.user.name.as_deref(), Some("Jane Doe"));
    assert_eq!(
        site.auth.user_of(&signed_in.token).await.unwrap(),
        Some(signed_in.user.clone())
    );
    assert_eq!(
        site.store
            .accounts_of(signed_in.user.id)
            .await
            .unwrap()
            .len(),
        1
    );
}

/// Entropy that remembers what it gave.
#[derive(Clone, Debug, Default)]
struct Recorded {
    source: Arc<SeededEntropy>,
    drawn: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Entropy for Recorded {
    fn fill(&self, buffer: &mut [u8]) {
        self.source.fill(buffer);
        self.drawn.lock().unwrap().push(buffer.to_vec());
    }
}

#[tokio::test]
async fn flow_01_each_state_is_32_bytes_drawn_for_it_alone() {
    let entropy = Recorded::default();
    let site = Site::built(|builder| builder.entropy(entropy.clone()));

    for _ in 0..100 {
        entropy.drawn.lock().unwrap().clear();
        let begun = site.begin().await;

        let drawn = std::mem::take(&mut *entropy.drawn.lock().unwrap());
        let tokens: Vec<State> = { drawn.into_iter() }
            .filter_map(|bytes| Some(State::from_random(bytes.try_into().ok()?)))
            .collect();
        let state = State::parse(&state_of(&begun)).unwrap();
        let of_state = tokens.iter().filter(|token| **token == state);
        assert_eq!(of_state.count(), 1, "of {} draws", tokens.len());
    }
}

#[tokio::test]
async fn flow_02_a_callback_from_another_browser_is_refused_before_the_code_is_exchanged() {
    for binding in [None, Some(BrowserBinding::from_random([9; 32]))] {
        let site = Site::new();
        let state = state_of(&site.begin().await);

        let failure = site
            .come_back(callback(&[&state], binding))
            .await
            .unwrap_err();

        assert!(matches!(failure.error, AuthError::InvalidState));
        assert_eq!((site.provider.exchanges(), site.users().await), (0, 0));
    }
}

#[tokio::test]
async fn flow_02_a_state_without_its_binding_does_not_use_up_the_attempt() {
    let site = Site::new();
    let begun = site.begin().await;
    let state = state_of(&begun);
    for binding in [None, Some(BrowserBinding::from_random([9; 32]))] {
        let stolen = site.come_back(callback(&[&state], binding)).await;
        assert!(stolen.is_err());
    }

    assert!(site.complete(&begun).await.is_ok());
}

#[tokio::test]
async fn flow_10_a_response_with_several_states_signs_in_by_none_and_ends_them_all() {
    let site = Site::new();
    let first = site.begin().await;
    let request = BeginSignIn::new("fake").with_binding(first.binding.clone());
    let second = site.auth.sign_in().begin(request).await.unwrap();
    let states = [state_of(&first), state_of(&second)];
    let states = states.each_ref().map(|state| &**state);
    let ambiguous = changed(callback(&states, Some(first.binding.clone())), |callback| {
        callback.answer = ProviderAnswer::Malformed;
    });

    let failure = site.come_back(ambiguous).await.unwrap_err();

    assert!(matches!(failure.error, AuthError::InvalidRequest(_)));
    for begun in [first, second] {
        let again = site.complete(&begun).await.unwrap_err();
        assert!(matches!(again.error, AuthError::InvalidState));
    }
    assert_eq!(site.provider.exchanges(), 0);
}

#[tokio::test]
async fn a_malformed_response_is_an_invalid_request_whatever_its_issuer() {
    let site = Site::new();
    let begun = site.begin().await;
    let state = state_of(&begun);
    let states = [&*state];
    let malformed = changed(callback(&states, Some(begun.binding.clone())), |callback| {
        callback.answer = ProviderAnswer::Malformed;
        callback.issuer = Some("https://evil.example");
    });

    let failure = site.come_back(malformed).await.unwrap_err();

    assert_eq!(failure.error.code(), FailureCode::InvalidRequest);
}

#[tokio::test]
async fn a_failure_carries_what_a_retry_needs() {
    let site = Site::new();
    let request = BeginSignIn::new("fake").with_redirect_url("/notes?page=2");
    let begun = site.auth.sign_in().begin(request).await.unwrap();
    site.provider.fail_once(ProviderError::CodeRejected(None));

    let retry = site.complete(&begun).await.unwrap_err().retry.unwrap();

    assert_eq!(retry.provider.as_str(), "fake");
    assert_eq!(retry.return_to, "/notes?page=2");
}

#[tokio::test]
async fn an_attempt_for_a_purpose_of_a_newer_version_is_not_completed() {
    for (purpose, delivery) in [
        ("a purpose of tomorrow", "cookie"),
        ("sign_in", "a delivery of tomorrow"),
    ] {
        let site = Site::new();
        let begun = site.begin().await;
        let state = State::parse(&state_of(&begun)).unwrap().hash();
        let consumed = site.store.consume_attempt(state, begun.binding.hash());
        let newer = changed(consumed.await.unwrap().unwrap(), |attempt| {
            attempt.purpose = Purpose::from_stored(purpose, None, None);
            attempt.delivery = Delivery::from(delivery);
        });
        site.store.insert_attempt(&newer, 1).await.unwrap();

        let failure = site.complete(&begun).await.unwrap_err();

        assert!(matches!(failure.error, AuthError::InvalidState));
        assert_eq!((site.provider.exchanges(), site.users().await), (0, 0));
    }
}

#[tokio::test]
async fn redirect_and_state_together_have_at_most_2048_bytes() {
    let site = Site::new();
    let state = "s".repeat(512);
    for (length, fits) in [(2048 - 512, true), (2048 - 511, false)] {
        let redirect = format!("/{}", "a".repeat(length - 1));
        let request = BeginSignIn::new("fake")
            .with_redirect_url(&*redirect)
            .with_client_state(&*state);
        let begun = site.auth.sign_in().begin(request).await;
        assert_eq!(begun.is_ok(), fits, "{length}");
        if let Err(error) = begun {
            assert_eq!(error.code(), FailureCode::InvalidRequest);
        }
    }
}

#[tokio::test]
async fn a_redirect_is_measured_as_it_is_kept_also_without_a_state() {
    let site = Site::new();
    for (letters, fits) in [(341, true), (342, false)] {
        // Each of them is kept as six bytes.
        let redirect = format!("/{}", "é".repeat(letters));
        let request = BeginSignIn::new("fake").with_redirect_url(&*redirect);
        let begun = site.auth.sign_in().begin(request).await;
        assert_eq!(begun.is_ok(), fits, "{letters}");
        if let Err(error) = begun {
            assert_eq!(error.code(), FailureCode::InvalidRequest);
        }
    }
}

#[tokio::test]
async fn flow_03_an_attempt_is_completed_once_however_many_try() {
    let site = Site::new();
    let begun = site.begin().await;

    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (auth, begun) = (site.auth.clone(), begun.clone());
        tries.spawn(async move {
            let state = state_of(&begun);
            auth.sign_in()
                .complete(callback(&[&state], Some(begun.binding.clone())))
                .await
                .is_ok()
        });
    }

    assert_eq!(
        tries
            .join_all()
            .await
            .into_iter()
            .filter(|done| *done)
            .count(),
        1
    );
    assert_eq!(site.provider.exchanges(), 1);
}

#[tokio::test]
async fn flow_04_an_attempt_lives_ten_minutes() {
    let site = Site::new();
    let (early, sharp, late) = (site.begin().await, site.begin().await, site.begin().await);

    site.clock
        .advance(TimeDelta::minutes(10) - TimeDelta::milliseconds(3));
    assert!(site.complete(&early).await.is_ok());
    for (wait, begun) in [
        (TimeDelta::milliseconds(2), sharp),
        (TimeDelta::seconds(1), late),
    ] {
        site.clock.advance(wait);
        for _ in 0..2 {
            let failure = site.complete(&begun).await.unwrap_err();
            assert!(matches!(failure.error, AuthError::InvalidState));
        }
    }
    assert_eq!(site.provider.exchanges(), 1);
}

#[tokio::test]
async fn flow_09_an_error_from_the_provider_ends_the_attempt() {
    for (error, code) in [
        ("access_denied", FailureCode::AccessDenied),
        ("consent_required", FailureCode::AccessDenied),
        ("interaction_required", FailureCode::AccessDenied),
        ("user_cancelled_login", FailureCode::AccessDenied),
        ("user_cancelled_authorize", FailureCode::AccessDenied),
        ("login_required", FailureCode::ProviderError),
        ("invalid_scope", FailureCode::ProviderError),
        ("ACCESS_DENIED", FailureCode::ProviderError),
        ("access_denied ", FailureCode::ProviderError),
        ("<script>", FailureCode::ProviderError),
        ("", FailureCode::ProviderError),
    ] {
        let site = Site::new();
        let begun = site.begin().await;
        let state = state_of(&begun);
        let states = [&*state];
        let refused = changed(callback(&states, Some(begun.binding.clone())), |callback| {
            callback.answer = ProviderAnswer::Error {
                code: error,
                description: None,
            };
        });

        let failure = site.come_back(refused).await.unwrap_err();

        assert_eq!(failure.error.code(), code);
        assert!(site.complete(&begun).await.is_err());
        assert_eq!(site.provider.exchanges(), 0);
    }
}

/// Comes back with an error of the provider, and returns the failure with its causes, as the log shows it.
async fn reported(site: &Site, begun: &AuthorizationRedirect, code: &str, text: &str) -> String {
    let state = state_of(begun);
    let states = [&*state];
    let refused = changed(callback(&states, Some(begun.binding.clone())), |callback| {
        callback.answer = ProviderAnswer::Error {
            code,
            description: Some(text),
        };
    });
    let failure = site.come_back(refused).await.unwrap_err();
    with_causes(&failure.error)
}

#[tokio::test]
async fn the_error_of_the_provider_reaches_the_log() {
    let site = Site::new();
    for (code, expected) in [
        (
            "invalid_scope",
            "the provider answered with the error invalid_scope: no such scope",
        ),
        (
            "consent_required",
            "the user declined the sign-in at the provider: consent_required: no such scope",
        ),
    ] {
        let begun = site.begin().await;

        let shown = reported(&site, &begun, code, "no such scope").await;

        assert_eq!(shown, expected);
    }
}

#[tokio::test]
async fn cfg_02_a_provider_that_quotes_the_request_in_its_error_is_not_quoted() {
    let site = Site::new();
    let begun = site.begin().await;
    let sent: HashMap<_, _> = begun.authorization_url.query_pairs().collect();
    let (state, nonce) = (&sent["state"], &sent["nonce"]);
    let text = format!("the state {state} and the nonce {nonce} do not fit");

    let shown = reported(&site, &begun, state, &text).await;

    let expected =
        "the provider answered with the error ...: the state ... and the nonce ... do not fit";
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn flow_13_many_open_attempts_finish_in_any_order_and_are_bounded() {
    let site = Site::new();
    let mut binding = None;
    let mut open = Vec::new();
    for _ in 0..200 {
        let request = BeginSignIn::new("fake").with_binding(binding.take());
        let begun = site.auth.sign_in().begin(request).await.unwrap();
        binding = Some(begun.binding.clone());
        open.push(begun);
        site.clock.advance(TimeDelta::microseconds(1));
    }

    let newest = open.split_off(200 - 32);
    for begun in newest.iter().rev() {
        assert!(site.complete(begun).await.is_ok());
    }
    for begun in &open {
        assert!(site.complete(begun).await.is_err());
    }
    assert_eq!(site.provider.exchanges(), 32);
}

#[tokio::test]
async fn mix_01_a_state_is_good_at_its_own_provider_alone() {
    let site = Site::new();
    let begun = site.begin().await;
    let state = state_of(&begun);

    let states = [&*state];

    let crossed = changed(callback(&states, Some(begun.binding.clone())), |callback| {
        callback.provider = "other";
    });
    let failure = site.come_back(crossed).await.unwrap_err();

    assert!(matches!(failure.error, AuthError::InvalidState));
    assert_eq!((site.provider.exchanges(), site.other.exchanges()), (0, 0));
}

#[tokio::test]
async fn mix_02_a_response_from_another_issuer_is_refused_before_the_code_is_exchanged() {
    let site = Site::new();
    let begun = site.begin().await;
    let state = state_of(&begun);

    let states = [&*state];

    let foreign =
        callback(&states, Some(begun.binding.clone())).with_issuer("https://evil.example");
    let failure = site.come_back(foreign).await.unwrap_err();

    assert_eq!(failure.error.code(), FailureCode::IssuerMismatch);
    assert_eq!(site.provider.exchanges(), 0);
}

#[tokio::test]
async fn mix_04_the_same_subject_at_two_issuers_is_two_people() {
    let site = Site::new();
    let jane = belgie_testkit::identity();
    let namesake = changed(jane.clone(), |identity| {
        identity.issuer = "https://other.example".parse().unwrap();
        identity.email = Some("other@example.com".to_owned());
    });

    let one = site.sign_in_as(jane).await.unwrap();
    let two = site.sign_in_at_other(namesake).await.unwrap();

    assert_ne!(one.user.id, two.user.id);
}

#[tokio::test]
async fn mix_06_a_new_issuer_moves_no_account() {
    let site = Site::new();
    site.sign_in().await.unwrap();
    let moved = changed(belgie_testkit::identity(), |identity| {
        identity.issuer = "https://moved.example".parse().unwrap();
    });

    let refused = site.sign_in_as(moved).await.unwrap_err();

    assert_eq!(refused.code(), FailureCode::AccountExists);
}

#[tokio::test]
async fn red_03_the_redirect_is_checked_at_the_start_and_kept() {
    let site = Site::new();
    let to = |redirect_url| BeginSignIn::new("fake").with_redirect_url(redirect_url);

    let refused = site
        .auth
        .sign_in()
        .begin(to(Some("https://evil.example/")))
        .await
        .unwrap_err();
    assert!(matches!(refused, AuthError::RedirectNotAllowed));

    let begun = site
        .auth
        .sign_in()
        .begin(to(Some("https://app.example/in?a=b")))
        .await
        .unwrap();
    assert_eq!(
        site.complete(&begun).await.unwrap().location,
        "https://app.example/in?a=b"
    );
}

#[tokio::test]
async fn the_front_ends_state_comes_back_in_success_and_in_failure() {
    let site = Site::new();
    let request = || {
        BeginSignIn::new("fake")
            .with_redirect_url("https://app.example/in")
            .with_client_state("a b&c")
    };

    let begun = site.auth.sign_in().begin(request()).await.unwrap();
    assert_eq!(
        site.complete(&begun).await.unwrap().location,
        "https://app.example/in?state=a+b%26c"
    );

    let begun = site.auth.sign_in().begin(request()).await.unwrap();
    site.provider.fail_once(ProviderError::CodeRejected(None));
    let failure = site.complete(&begun).await.unwrap_err();
    assert_eq!(
        failure.location.as_deref(),
        Some("https://app.example/in?error=code_rejected&state=a+b%26c")
    );
}

#[tokio::test]
async fn a_front_ends_state_has_at_most_512_characters() {
    let site = Site::new();
    let long = "é".repeat(513);

    for (state, taken) in [(&long["é".len()..], true), (&long, false)] {
        let request = BeginSignIn::new("fake").with_client_state(state);
        assert_eq!(site.auth.sign_in().begin(request).await.is_ok(), taken);
    }
}

#[tokio::test]
async fn a_front_ends_state_has_no_control_characters() {
    let site = Site::new();

    for (state, taken) in [
        ("a b/ç?🦀", true),
        ("\0", false),
        ("a\nb", false),
        ("a\u{7f}", false),
        ("\u{9b}a", false),
    ] {
        let request = BeginSignIn::new("fake").with_client_state(state);
        let begun = site.auth.sign_in().begin(request).await;
        assert_eq!(begun.is_ok(), taken, "{state:?}");
        let refused = matches!(begun, Err(AuthError::InvalidRequest(_)));
        assert_eq!(refused, !taken, "{state:?}");
    }
}

#[tokio::test]
async fn what_an_account_keeps_of_the_provider_is_bounded_text() {
    let site = Site::new();
    let user = site.sign_in().await.unwrap().user.id;

    for (email, scope, kept_email, kept_scope) in [
        (
            "Jane@Example.com",
            "openid email",
            Some("Jane@Example.com"),
            Some("openid email"),
        ),
        (
            "jane\0@example.com",
            "openid\0 email",
            None,
            Some("openid email"),
        ),
        (&"x".repeat(20_000), &"x".repeat(20_000), None, None),
    ] {
        site.provider
            .set_identity(changed(belgie_testkit::identity(), |identity| {
                identity.email = Some(email.to_owned());
                identity.scope = Some(scope.to_owned());
            }));
        site.sign_in().await.unwrap();

        let accounts = site.store.accounts_of(user).await.unwrap();
        assert_eq!(accounts[0].email.as_deref(), kept_email);
        assert_eq!(accounts[0].scope.as_deref(), kept_scope);
    }
}

#[tokio::test]
async fn a_failure_leaves_neither_user_nor_account_nor_a_usable_attempt() {
    type Failure = fn() -> ProviderError;
    let failures: [(Failure, FailureCode); 4] = [
        (
            || ProviderError::CodeRejected(None),
            FailureCode::CodeRejected,
        ),
        (|| ProviderError::TimedOut, FailureCode::ProviderUnavailable),
        (
            || ProviderError::Unavailable("refused".into()),
            FailureCode::ProviderUnavailable,
        ),
        (
            || ProviderError::InvalidIdentity(InvalidIdentity::new("nonce")),
            FailureCode::InvalidIdToken,
        ),
    ];
    for (fail, code) in failures {
        let site = Site::new();
        let begun = site.begin().await;
        site.provider.fail_once(fail());

        let failure = site.complete(&begun).await.unwrap_err();

        assert_eq!(failure.error.code(), code);
        assert_eq!(failure.location, None);
        assert!(matches!(
            site.complete(&begun).await.unwrap_err().error,
            AuthError::InvalidState
        ));
        assert_eq!(site.users().await, 0);
    }
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_not_found() {
    let site = Site::new();
    let request = BeginSignIn::new("githbu");

    let error = site.auth.sign_in().begin(request).await.unwrap_err();

    assert_eq!(error.to_string(), "no provider named \"githbu\"");
}

#[tokio::test(start_paused = true)]
async fn net_01_a_silent_provider_is_given_up_within_ten_seconds() {
    let site = Site::new();
    let begun = site.begin().await;
    site.provider.stop_answering();
    let asked = tokio::time::Instant::now();

    let failure = site.complete(&begun).await.unwrap_err();

    assert_timed_out(&failure.error);
    assert!(asked.elapsed() < std::time::Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn net_01_no_sign_in_begins_for_ten_seconds_at_a_silent_provider() {
    let site = Site::new();
    site.provider.stop_answering();
    let request = BeginSignIn::new("fake");
    let asked = tokio::time::Instant::now();

    let error = site.auth.sign_in().begin(request).await.unwrap_err();

    assert_timed_out(&error);
    assert_eq!(error.code(), FailureCode::ProviderUnavailable);
    assert!(asked.elapsed() < std::time::Duration::from_secs(10));
    assert_eq!(site.store.count_attempts(0).await.unwrap().total, 0);
}

fn assert_timed_out(error: &AuthError) {
    let provider = matches!(error, AuthError::Provider(ProviderError::TimedOut));
    assert!(provider, "{error:?}");
}
