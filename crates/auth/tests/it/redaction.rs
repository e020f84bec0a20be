//! Nothing that takes part in a sign-in prints a secret.

use belgie_auth::{AuthorizationRedirect, BeginSignIn, Callback, ProviderAnswer};
use belgie_domain::{
    Attempt, AuthorizationCode, BrowserBinding, ClientInfo, CodeVerifier, Delivery, NewSession,
    Nonce, Purpose, Session, SessionPolicy, SessionToken, State, UserId,
};
use belgie_ports::{AuthorizationRequest, CodeGrant};
use chrono::DateTime;

const BYTES: [u8; 32] = [9; 32];

#[test]
fn cfg_03_what_takes_part_in_a_sign_in_does_not_print_its_secrets() {
    let (state, nonce) = (State::from_random(BYTES), Nonce::from_random(BYTES));
    let code_verifier = CodeVerifier::from_random(BYTES);
    let token = SessionToken::from_random(BYTES);
    let binding = || BrowserBinding::from_random(BYTES);
    let url = format!(
        "https://provider.example/?state={0}&nonce={0}",
        state.secret()
    );
    let begun = AuthorizationRedirect {
        authorization_url: url.parse().unwrap(),
        binding: binding(),
    };
    let callback = Callback {
        provider: "acme",
        states: &[state.secret()],
        answer: ProviderAnswer::Code("canary-code"),
        issuer: None,
        binding: Some(binding()),
        replaces: Some(token.clone()),
        client: ClientInfo::default(),
    };
    let wanted = BeginSignIn {
        binding: Some(binding()),
        replaces: Some(token.clone()),
        ..BeginSignIn::default()
    };
    let redirect_uri = "https://app.example/callback".parse().unwrap();
    let request = AuthorizationRequest::new(&state, &nonce, &code_verifier, &redirect_uri);
    let code = AuthorizationCode::parse("canary-code").unwrap();
    let grant = CodeGrant::new(&code, &code_verifier, &nonce, &redirect_uri);

    for display in [
        format!("{begun:?} {begun:#?}"),
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

fn attempt() -> Attempt {
    let at = DateTime::UNIX_EPOCH;
    Attempt {
        state_hash: State::from_random(BYTES).hash(),
        binding_hash: BrowserBinding::from_random(BYTES).hash(),
        provider: "acme".parse().unwrap(),
        nonce: Nonce::from_random(BYTES),
        code_verifier: CodeVerifier::from_random(BYTES),
        return_to: "/".to_owned(),
        client_state: None,
        purpose: Purpose::SignIn {
            replaces: Some(SessionToken::from_random(BYTES).hash()),
        },
        delivery: Delivery::Cookie,
        network: None,
        created_at: at,
        expires_at: at,
    }
}

fn session(token: &SessionToken) -> Session {
    let at = DateTime::UNIX_EPOCH;
    let new = NewSession {
        id: belgie_domain::SessionId::new(at, [1; 10]),
        token,
        user_id: UserId::new(at, [1; 10]),
        provider: None,
        client: &ClientInfo::default(),
        now: at,
    };
    Session::begin(new, &SessionPolicy::default())
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
