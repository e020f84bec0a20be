use belgie_domain::{SigningKey, SigningKeyState};
use serde::Serialize;

use crate::cli::output;

/// A key as JSON.
#[derive(Serialize)]
pub(super) struct KeyView {
    pub(super) kid: String,
    pub(super) alg: String,
    pub(super) state: &'static str,
    pub(super) created_at: String,
    pub(super) signs_from: String,
}

impl KeyView {
    pub(super) fn new(key: &SigningKey, state: SigningKeyState) -> Self {
        Self {
            kid: key.id.to_string(),
            alg: key.algorithm.to_string(),
            state: word(state),
            created_at: output::time(key.created_at),
            signs_from: output::time(key.signs_from),
        }
    }
}

fn word(state: SigningKeyState) -> &'static str {
    match state {
        SigningKeyState::Published => "published",
        SigningKeyState::Signing => "signing",
        SigningKeyState::Verifying => "verifying",
        SigningKeyState::Retired => "retired",
        _ => "unknown",
    }
}
