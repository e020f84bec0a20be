//! The keys that sign access tokens.

mod list;
mod rotate;

use std::process::ExitCode;

use belgie_auth::Rotation;
use belgie_domain::{SigningKey, SigningKeyState};
use serde::Serialize;

use super::arguments::KeysCommand;
use super::output;
use super::start::Start;

pub(super) async fn run(start: Start, command: KeysCommand) -> anyhow::Result<ExitCode> {
    match command {
        KeysCommand::List(format) => list::run(start, format.json).await?,
        KeysCommand::Rotate { now, json } => {
            let rotation = if now {
                Rotation::Immediate
            } else {
                Rotation::Planned
            };
            rotate::run(start, rotation, json.json).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A key as JSON.
#[derive(Serialize)]
struct KeyView {
    kid: String,
    alg: String,
    state: &'static str,
    created_at: String,
    signs_from: String,
}

impl KeyView {
    fn new(key: &SigningKey, state: SigningKeyState) -> Self {
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
