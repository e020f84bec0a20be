//! The command line.

mod arguments;
mod check;
mod cleanup;
mod completions;
mod dev;
mod healthcheck;
mod keys;
mod migrate;
mod output;
mod provider;
mod report;
mod serve;
mod session;
mod settings;
mod start;
mod user;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::telemetry;
use arguments::{Arguments, Command};
use start::Start;

/// Parses the arguments, runs the command, and returns the exit status.
///
/// Errors are printed to standard error, one per line, with status 1; invalid usage ends with status 2.
pub fn main() -> ExitCode {
    telemetry::log_panics();
    let arguments = Arguments::parse();
    if arguments.dev && matches!(arguments.command, Command::Serve(_)) {
        let message = "`serve` runs from settings alone: use `dev`";
        Arguments::command()
            .error(clap::error::ErrorKind::ArgumentConflict, message)
            .exit();
    }
    // An error means that an embedding program has installed its own.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let ended = std::panic::catch_unwind(|| actix_web::rt::System::new().block_on(run(arguments)));
    match ended {
        Ok(Ok(status)) => status,
        Ok(Err(error)) => {
            output::print_error(&format!("{error:#}"));
            ExitCode::FAILURE
        }
        Err(_panic) => ExitCode::FAILURE,
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let start = || Start::new(arguments.dev, arguments.env_file.as_deref());
    match arguments.command {
        Command::Dev(options) => return dev::run(start()?, options).await,
        Command::Serve(options) => return serve::run(start()?, options).await,
        Command::Check(format) => return check::run(start(), format.json).await,
        Command::Settings(format) => return settings::run(&start()?, format.json),
        Command::Migrate => migrate::run(start()?).await?,
        Command::User(command) => user::run(start()?, command).await?,
        Command::Session(command) => session::run(start()?, command).await?,
        Command::Cleanup => cleanup::run(start()?).await?,
        Command::Provider(command) => return provider::run(start()?, command).await,
        Command::Keys(command) => return keys::run(start()?, command).await,
        Command::Healthcheck => healthcheck::run(start()?).await?,
        Command::Completions { shell } => completions::run(shell)?,
        Command::Man => completions::manual()?,
    }
    Ok(ExitCode::SUCCESS)
}
