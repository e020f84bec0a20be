//! Nothing that takes part in a sign-in prints a secret.

use belgie_auth::{BeginSignIn, Callback, ProviderAnswer};
use belgie_domain::{
    Attempt, AuthorizationCode, BrowserBinding, CodeVerifier, NewAttempt, Nonce, Purpose, Session,
    SessionId, SessionPolicy, SessionToken, State, UserId,
};
use belgie_ports::{AuthorizationRequest, CodeGrant};
use chrono::DateTime;

use crate::site::Site;

const BYTES: [u8; 32] = [9; 32];

#[test]
fn cfg_03_what_takes_part_in_a_sign_in_does_not_print_its_secrets() {
    let (state, nonce) = (State::from_random(BYTES), Nonce::from_random(BYTES));
    let code_verifier = CodeVerifier::from_random(BYTES);
    let token = SessionToken::from_random(BYTES);
    let binding = || BrowserBinding::from_random(BYTES);
    let states = [state.secret()];
    let callback = Callback::new("acme", &states, ProviderAnswer::Code("canary-code"))
        .with_binding(binding())
        .replacing(token.clone());
    let wanted = BeginSignIn::new("acme")
        .with_binding(binding())
        .replacing(token.clone());
    let redirect_uri = "https://app.example/callback".parse().unwrap();
    let request = AuthorizationRequest::new(&state, &nonce, &code_verifier, &redirect_uri);
    let code = AuthorizationCode::parse("canary-code").unwrap();
    let grant = CodeGrant::new(&code, &code_verifier, &nonce, &redirect_uri);

    for display in [
        format!("{callback:?} {callback:#?}"),
        format!("{wanted:?} {wanted:#?}"),
        format!("{request:?} {request:#?}"),
        format!("{grant:?} {grant:#?}"),
        format!(
            "{state:?} {nonce:?} {code_verifier:?} {token:?} {:?}",
            binding()
        ),
        format!("{:?} {:?}", attempt(), session(&token)),
    ] {
        assert_reveals_nothing(&display);
    }
}

#[tokio::test]
async fn cfg_03_a_started_sign_in_does_not_print_its_secrets() {
    let begun = Site::new().begin().await;

    let display = format!("{begun:?} {begun:#?}");

    assert!(display.contains("provider.example"), "{display}");
    assert!(!display.contains(begun.binding.secret()), "{display}");
    for (name, value) in begun.authorization_url.query_pairs() {
        assert!(!display.contains(&*value), "{name}: {display}");
    }
}

fn attempt() -> Attempt {
    let mut attempt = Attempt::new(NewAttempt {
        state_hash: State::from_random(BYTES).hash(),
        binding_hash: BrowserBinding::from_random(BYTES).hash(),
        provider: "acme".parse().unwrap(),
        nonce: Nonce::from_random(BYTES),
        code_verifier: CodeVerifier::from_random(BYTES),
        return_to: "/".to_owned(),
        created_at: DateTime::UNIX_EPOCH,
    });
    let replaces = Some(SessionToken::from_random(BYTES).hash());
    attempt.purpose = Purpose::SignIn { replaces };
    attempt
}

fn session(token: &SessionToken) -> Session {
    let at = DateTime::UNIX_EPOCH;
    let (id, user_id) = (SessionId::new(at, [1; 10]), UserId::new(at, [1; 10]));
    Session::begin(id, token, user_id, &SessionPolicy::default(), at)
}

/// All secrets are of the same bytes, so that one look finds each of them, and their hashes as lists of bytes too.
fn assert_reveals_nothing(display: &str) {
    let token = SessionToken::from_random(BYTES);
    let secret = token.secret().trim_start_matches("s_");
    assert!(!display.contains(secret), "{display}");
    assert!(!display.contains("canary"), "{display}");
    assert!(
        !display.contains("9, 9") && !display.contains("0909"),
        "{display}"
    );
    for byte in 0..=255_u8 {
        assert!(
            !display.contains(&format!(" {byte}, ")),
            "bytes of a hash: {display}"
        );
    }
}
