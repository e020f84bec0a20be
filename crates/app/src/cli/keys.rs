//! The keys that sign access tokens, and the one that encrypts stored secrets.

mod list;
mod reencrypt;
mod rotate;
mod view;

use std::process::ExitCode;

use belgie_auth::Rotation;

use super::arguments::KeysCommand;
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
        KeysCommand::Reencrypt(format) => return reencrypt::run(start, format.json).await,
    }
    Ok(ExitCode::SUCCESS)
}
