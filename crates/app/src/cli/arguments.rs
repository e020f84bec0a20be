//! The command line's arguments.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::settings;

/// Self-hosted authentication: sign-in with Google, Microsoft, GitHub or any OpenID Connect provider.
#[derive(Debug, Parser)]
#[command(name = "belgie", version, arg_required_else_help = true)]
#[command(after_help = "Start with `belgie dev`. `belgie serve --help` explains all settings.")]
pub(super) struct Arguments {
    /// Use the database and secret of `belgie dev`, in `.belgie/`.
    #[arg(long, global = true)]
    pub(super) dev: bool,

    /// Read settings from this file instead of `.env`; the environment takes precedence.
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
    /// Runs the server: migrates the database, then listens.
    #[command(after_long_help = settings::text())]
    Serve(Listen),
    /// Checks the settings, the database and the providers; exits with 0 only if everything is in order.
    #[command(after_long_help = settings::text())]
    Check(Json),
    /// Migrates the database to the newest schema.
    Migrate,
    /// Prints the effective settings and their sources, without secrets.
    Settings(Json),
    /// Lists and changes users.
    #[command(subcommand)]
    User(UserCommand),
    /// Lists and ends sessions.
    #[command(subcommand)]
    Session(SessionCommand),
    /// Deletes expired sessions, sign-in attempts and one-time codes, old failure counts and retired signing keys; the
    /// server does this regularly.
    Cleanup,
    /// Lists providers and checks whether they respond.
    #[command(subcommand)]
    Provider(ProviderCommand),
    /// Manages the keys that sign access tokens, and re-encrypts stored secrets.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Checks whether the server with these settings is ready; exits with 0 if so.
    Healthcheck,
    /// Prints a completion script for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Prints the manual page.
    Man,
}

#[derive(Debug, Args)]
pub(super) struct Listen {
    /// The address and port to listen on, instead of `BELGIE_BIND`.
    #[arg(long, value_name = "ADDRESS", value_parser = settings::bind_address)]
    pub(super) bind: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Dev {
    #[command(flatten)]
    pub(super) listen: Listen,

    /// The port of the local provider on 127.0.0.1; by default 8001, or any free port if that is in use.
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
    /// Creates a user, whose address counts as proved unless stated otherwise. The person signs in with any provider
    /// trusted for it. If another user holds the address without having proved it, that user loses it and all sessions.
    Create(CreateUser),
    /// Sets a user's role, effective with the next request.
    ///
    /// The user must be given by a proved address, since someone else may have signed up with an unproved one, or by
    /// id.
    SetRole {
        #[command(flatten)]
        user: UserArgument,
        /// `user` or `admin`.
        role: belgie_domain::Role,
        /// Also accept an address that is not proved, which may be someone else's.
        #[arg(long)]
        unproved: bool,
    },
    /// Disables a user and ends all sessions.
    Disable(UserArgument),
    /// Enables a disabled user.
    Enable(UserArgument),
    /// Deletes a user with all accounts and sessions. On a terminal it asks for confirmation.
    Delete {
        #[command(flatten)]
        user: UserArgument,
        /// Do not ask for confirmation.
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
    /// Create the address as not proved; it is not taken from another user.
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
    /// Ends one session, or all sessions of a user.
    Revoke(RevokeSessions),
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct RevokeSessions {
    /// The session's id.
    pub(super) id: Option<belgie_domain::SessionId>,
    /// The e-mail address or id of the user whose sessions end.
    #[arg(long)]
    pub(super) user: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Lists the keys that sign access tokens, oldest first, and the state of each.
    List(Json),
    /// Creates a new key: it is published now and signs in 10 minutes, when every service knows it. No request fails.
    Rotate {
        /// Sign with the new key now, and refuse all tokens of the earlier keys. For use when a key has leaked.
        #[arg(long)]
        now: bool,
        #[command(flatten)]
        json: Json,
    },
    /// Re-encrypts providers' tokens and signing keys with `BELGIE_SECRET`, also while the server runs. Afterwards
    /// `BELGIE_SECRET_PREVIOUS` can be removed. Exits with 1 if anything could not be decrypted.
    Reencrypt(Json),
}

#[derive(Debug, Subcommand)]
pub(super) enum ProviderCommand {
    /// Lists the configured providers, and whether each responds.
    List(Json),
    /// Examines one provider: for OpenID Connect its discovery document, keys and endpoints; otherwise whether it
    /// responds.
    Test {
        /// The provider's id, such as `google`.
        id: String,
        #[command(flatten)]
        json: Json,
    },
}
