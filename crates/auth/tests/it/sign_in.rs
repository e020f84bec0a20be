use std::collections::HashSet;

use belgie_auth::{AuthError, BeginSignIn, Callback, ProviderAnswer};
use belgie_domain::{BrowserBinding, ErrorCode};
use belgie_ports::{InvalidIdentity, ProviderError, Reads as _};
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

#[tokio::test]
async fn flow_01_states_never_repeat() {
    let site = Site::new();
    let mut states = HashSet::new();

    for _ in 0..1_000 {
        assert!(states.insert(state_of(&site.begin().await)));
    }
}

#[tokio::test]
async fn flow_02_a_callback_from_another_browser_is_refused_before_the_code_is_exchanged() {
    for binding in [None, Some(BrowserBinding::from_random([9; 32]))] {
        let site = Site::new();
        let state = state_of(&site.begin().await);

        let failure = site
            .auth
            .sign_in()
            .complete(callback(&state, binding))
            .await
            .unwrap_err();

        assert!(matches!(failure.error, AuthError::InvalidState));
        assert_eq!((site.provider.exchanges(), site.users().await), (0, 0));
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
                .complete(callback(&state, Some(begun.binding.clone())))
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
        ("access_denied", ErrorCode::AccessDenied),
        ("<script>", ErrorCode::ProviderError),
    ] {
        let site = Site::new();
        let begun = site.begin().await;
        let state = state_of(&begun);
        let refused = Callback {
            answer: ProviderAnswer::Error(error),
            ..callback(&state, Some(begun.binding.clone()))
        };

        let failure = site.auth.sign_in().complete(refused).await.unwrap_err();

        assert_eq!(failure.error.code(), code);
        assert!(site.complete(&begun).await.is_err());
        assert_eq!(site.provider.exchanges(), 0);
    }
}

#[tokio::test]
async fn flow_13_many_open_attempts_finish_in_any_order_and_are_bounded() {
    let site = Site::new();
    let mut binding = None;
    let mut open = Vec::new();
    for _ in 0..200 {
        let request = BeginSignIn {
            provider: "fake",
            binding: binding.take(),
            ..BeginSignIn::default()
        };
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

    let crossed = Callback {
        provider: "other",
        ..callback(&state, Some(begun.binding.clone()))
    };
    let failure = site.auth.sign_in().complete(crossed).await.unwrap_err();

    assert!(matches!(failure.error, AuthError::InvalidState));
    assert_eq!((site.provider.exchanges(), site.other.exchanges()), (0, 0));
}

#[tokio::test]
async fn mix_02_a_response_from_another_issuer_is_refused_before_the_code_is_exchanged() {
    let site = Site::new();
    let begun = site.begin().await;
    let state = state_of(&begun);

    let foreign = Callback {
        issuer: Some("https://evil.example"),
        ..callback(&state, Some(begun.binding.clone()))
    };
    let failure = site.auth.sign_in().complete(foreign).await.unwrap_err();

    assert_eq!(failure.error.code(), ErrorCode::IssuerMismatch);
    assert_eq!(site.provider.exchanges(), 0);
}

#[tokio::test]
async fn mix_04_the_same_subject_at_two_issuers_is_two_people() {
    let site = Site::new();
    let jane = belgie_testkit::identity();
    let namesake = belgie_domain::ProviderIdentity {
        issuer: "https://other.example".parse().unwrap(),
        email: Some("other@example.com".to_owned()),
        ..jane.clone()
    };

    let one = site.sign_in_as(jane).await.unwrap();
    let two = site.sign_in_at_other(namesake).await.unwrap();

    assert_ne!(one.user.id, two.user.id);
}

#[tokio::test]
async fn mix_06_a_provider_with_a_new_issuer_re_homes_nobody() {
    let site = Site::new();
    site.sign_in().await.unwrap();
    let moved = belgie_domain::ProviderIdentity {
        issuer: "https://moved.example".parse().unwrap(),
        ..belgie_testkit::identity()
    };

    let refused = site.sign_in_as(moved).await.unwrap_err();

    assert_eq!(refused.code(), ErrorCode::AccountExists);
}

#[tokio::test]
async fn red_03_the_redirect_is_checked_at_the_start_and_kept() {
    let site = Site::new();
    let to = |redirect_url| BeginSignIn {
        provider: "fake",
        redirect_url,
        ..BeginSignIn::default()
    };

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
    let request = || BeginSignIn {
        provider: "fake",
        redirect_url: Some("https://app.example/in"),
        client_state: Some("a b&c"),
        ..BeginSignIn::default()
    };

    let begun = site.auth.sign_in().begin(request()).await.unwrap();
    assert_eq!(
        site.complete(&begun).await.unwrap().location,
        "https://app.example/in?state=a+b%26c"
    );

    let begun = site.auth.sign_in().begin(request()).await.unwrap();
    site.provider.fail_once(ProviderError::CodeRejected);
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
        let request = BeginSignIn {
            provider: "fake",
            client_state: Some(state),
            ..BeginSignIn::default()
        };
        assert_eq!(site.auth.sign_in().begin(request).await.is_ok(), taken);
    }
}

#[tokio::test]
async fn a_failure_leaves_neither_user_nor_account_nor_a_usable_attempt() {
    type Failure = fn() -> ProviderError;
    let failures: [(Failure, ErrorCode); 4] = [
        (|| ProviderError::CodeRejected, ErrorCode::CodeRejected),
        (|| ProviderError::TimedOut, ErrorCode::ProviderUnavailable),
        (
            || ProviderError::Unavailable("refused".into()),
            ErrorCode::ProviderUnavailable,
        ),
        (
            || ProviderError::InvalidIdentity(InvalidIdentity::new("nonce")),
            ErrorCode::InvalidIdToken,
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
    let request = BeginSignIn {
        provider: "githbu",
        ..BeginSignIn::default()
    };

    let error = site.auth.sign_in().begin(request).await.unwrap_err();

    assert_eq!(error.to_string(), "no provider named \"githbu\"");
}

#[tokio::test(start_paused = true)]
async fn net_01_a_silent_provider_is_given_up_within_ten_seconds() {
    let site = Site::new();
    let begun = site.begin().await;
    site.provider.fall_silent();
    let asked = tokio::time::Instant::now();

    let failure = site.complete(&begun).await.unwrap_err();

    assert!(matches!(
        failure.error,
        AuthError::Provider(ProviderError::TimedOut)
    ));
    assert!(asked.elapsed() < std::time::Duration::from_secs(10));
}
