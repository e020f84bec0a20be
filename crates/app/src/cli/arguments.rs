//! What can be typed after `belgie`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::settings;

/// Self-hosted authentication: people sign in with Google or any OpenID Connect provider, and are known by a session.
#[derive(Debug, Parser)]
#[command(name = "belgie", version, arg_required_else_help = true)]
#[command(after_help = "Begin with the command `dev`; `serve --help` explains all settings.")]
pub(super) struct Arguments {
    /// Use what `belgie dev` uses: the database and secret in `.belgie/`.
    #[arg(long, global = true)]
    pub(super) dev: bool,

    /// Read settings from this file instead of `.env`; the environment wins all the same.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) env_file: Option<PathBuf>,

    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Runs everything on this machine without any settings: the server, SQLite, and a provider standing in for Google.
    #[command(
        long_about = "Runs everything on this machine without any settings: the server, a SQLite database and a generated \
                      secret in `.belgie/`, and a local identity provider standing in for Google with a few sample people. \
                      Prints the address to open. With BELGIE_GOOGLE_CLIENT_ID and BELGIE_GOOGLE_CLIENT_SECRET set, the real Google is used.",
        after_long_help = settings::text()
    )]
    Dev(Dev),
    /// Runs the server: brings the database to the newest schema, then listens.
    #[command(after_long_help = settings::text())]
    Serve(Listen),
    /// Says what is wrong with the settings, the database and the providers; exit status 0 only when all is well.
    #[command(after_long_help = settings::text())]
    Check(Json),
    /// Brings the database to the newest schema and stops.
    Migrate,
    /// Prints the settings as they are in the end and where each comes from, without secrets.
    Settings(Json),
    /// Lists and changes users.
    #[command(subcommand)]
    User(UserCommand),
    /// Lists and ends sessions.
    #[command(subcommand)]
    Session(SessionCommand),
    /// Deletes expired sessions and sign-in attempts; the server also does so by itself.
    Cleanup,
    /// Lists the providers and asks whether they answer.
    #[command(subcommand)]
    Provider(ProviderCommand),
    /// Asks the server that runs with these settings whether it is ready: exit status 0 when it is.
    Healthcheck,
    /// Prints a script that completes commands and options in a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Prints the manual page.
    Man,
}

#[derive(Debug, Args)]
pub(super) struct Listen {
    /// The address and port to listen on, in the place of `BELGIE_BIND`.
    #[arg(long, value_name = "ADDRESS", value_parser = settings::bind_address)]
    pub(super) bind: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Dev {
    #[command(flatten)]
    pub(super) listen: Listen,

    /// The port of the local provider on 127.0.0.1; 8001 unless given, or any free one where that is taken.
    #[arg(long, value_name = "PORT")]
    pub(super) provider_port: Option<u16>,
}

#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Json {
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Lists users, oldest first.
    List(Json),
    /// Shows one user.
    Show {
        #[command(flatten)]
        user: UserArgument,
        #[command(flatten)]
        json: Json,
    },
    /// Makes a user, whose address counts as proved unless said otherwise. They sign in with any provider that vouches for
    /// it. A user who has that address and has not proved it loses it, and all sessions.
    Create(CreateUser),
    /// Gives a user a role; it shows at their next request.
    ///
    /// An address must be proved: somebody else may have signed up with it. An id names anybody.
    SetRole {
        #[command(flatten)]
        user: UserArgument,
        /// `user` or `admin`.
        role: belgie_domain::Role,
        /// Also by an address that is not proved, which may be somebody else's.
        #[arg(long)]
        unproved: bool,
    },
    /// Ends a user's sessions and lets them begin no other.
    Disable(UserArgument),
    /// Lets a disabled user sign in again.
    Enable(UserArgument),
    /// Deletes a user with all accounts and sessions. On a terminal it asks first.
    Delete {
        #[command(flatten)]
        user: UserArgument,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct UserArgument {
    /// The user's e-mail address or id.
    #[arg(value_name = "USER")]
    pub(super) user: String,
}

#[derive(Debug, Args)]
pub(super) struct CreateUser {
    /// The e-mail address.
    pub(super) email: belgie_domain::EmailAddress,
    /// The full name.
    #[arg(long)]
    pub(super) name: Option<String>,
    /// `user` or `admin`.
    #[arg(long, default_value_t)]
    pub(super) role: belgie_domain::Role,
    /// The address is not proved; none is taken from another user.
    #[arg(long)]
    pub(super) unverified: bool,
    #[command(flatten)]
    pub(super) json: Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum SessionCommand {
    /// Lists a user's sessions, newest first.
    List {
        #[command(flatten)]
        user: UserArgument,
        #[command(flatten)]
        json: Json,
    },
    /// Ends one session, or all of a user.
    Revoke(RevokeSessions),
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct RevokeSessions {
    /// The session's id.
    pub(super) id: Option<belgie_domain::SessionId>,
    /// The e-mail address or id of the user whose sessions all end.
    #[arg(long)]
    pub(super) user: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum ProviderCommand {
    /// Lists the providers that the settings turn on, and whether each answers.
    List(Json),
    /// Asks one provider for its discovery document and keys.
    Test {
        /// The provider's id, such as `google`.
        id: String,
        #[command(flatten)]
        json: Json,
    },
}
