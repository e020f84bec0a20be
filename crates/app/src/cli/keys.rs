//! The keys that sign access tokens.

mod list;
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
    }
    Ok(ExitCode::SUCCESS)
}
