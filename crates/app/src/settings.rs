//! The settings: one table, read once at start from the environment and `.env`.

mod address;
mod advice;
mod cookie;
mod database;
mod duration;
mod effective;
mod env_file;
mod error;
mod exposure;
mod help;
mod operation;
mod provider;
mod reader;
mod secret;
mod session;
mod site;
mod table;
mod unknown;
mod vars;

use std::path::PathBuf;

use belgie_domain::{JoinPolicy, LinkByEmail, Registration, SessionPolicy};
use secrecy::{ExposeSecret as _, SecretString};

pub(crate) use address::bind_address;
pub use cookie::Cookie;
pub use database::{Database, DatabaseUrl};
pub use effective::{Effective, effective};
pub use error::{SettingError, SettingErrors};
pub use help::{markdown, text};
pub use operation::{LogFormat, Operation};
pub use provider::{Google, Oidc, ProviderSettings, RedirectUri, redirect_uris};
pub use site::Site;
pub use table::{Kind, PREFIX, SETTINGS, Setting};
pub use unknown::warnings;
pub use vars::{Source, Vars};

use reader::Reader;
pub(crate) use secret::weakness;

/// Everything that the server and its commands are told from outside, checked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// The key of everything that is encrypted; `serve` needs it.
    pub secret: Option<SecretString>,
    /// Older keys that still decrypt.
    pub secret_previous: Vec<SecretString>,
    /// Where the site is and whom it trusts.
    pub site: Site,
    /// Where the data is.
    pub database: Database,
    /// How long sessions live.
    pub sessions: SessionPolicy,
    /// What the session cookie is like.
    pub cookie: Cookie,
    /// Who becomes a user.
    pub joining: JoinPolicy,
    /// The providers that one can sign in with.
    pub providers: Vec<ProviderSettings>,
    /// How the process runs.
    pub operation: Operation,
    /// `SSL_CERT_FILE`: certificates that outgoing TLS trusts besides the usual ones.
    pub more_roots: Option<PathBuf>,
}

impl Settings {
    /// Reads and checks all settings.
    ///
    /// # Errors
    /// Everything that is wrong, a line for each.
    pub fn read(vars: &Vars) -> Result<Self, SettingErrors> {
        let (settings, errors) = Self::inspect(vars);
        errors.none_or(settings)
    }

    /// Returns the settings, with defaults in the place of those that are wrong, and everything that is wrong.
    pub fn inspect(vars: &Vars) -> (Self, SettingErrors) {
        let mut reader = Reader::new(vars);
        let site = Site::read(&mut reader);
        let settings = Self {
            secret: read_secret(&mut reader),
            secret_previous: read_previous(&mut reader),
            database: Database::read(&mut reader),
            sessions: session::read(&mut reader),
            cookie: Cookie::read(&mut reader, &site),
            joining: read_joining(&mut reader),
            providers: ProviderSettings::read_all(&mut reader),
            operation: Operation::read(&mut reader),
            more_roots: reader.more_roots(),
            site,
        };
        (settings, reader.finish())
    }

    /// Returns the secret that a server cannot run without.
    ///
    /// # Errors
    /// Names `SECRET` when it is not set.
    pub fn required_secret(&self) -> Result<&SecretString, SettingErrors> {
        self.secret.as_ref().ok_or_else(|| {
            let problem = "is not set: it needs at least 32 random characters, for example from `openssl rand -hex 32`";
            SettingError::new(&table::SECRET, problem).into()
        })
    }
}

fn read_secret(reader: &mut Reader<'_>) -> Option<SecretString> {
    let secret = reader.secret(&table::SECRET)?;
    if let Some(weakness) = secret::weakness(secret.expose_secret()) {
        reader.refuse(&table::SECRET, weakness);
    }
    Some(secret)
}

fn read_previous(reader: &mut Reader<'_>) -> Vec<SecretString> {
    let Some(all) = reader.secret(&table::SECRET_PREVIOUS) else {
        return Vec::new();
    };
    let each = all.expose_secret().split(',').map(str::trim);
    let secrets: Vec<&str> = each.filter(|secret| !secret.is_empty()).collect();
    for (index, secret) in secrets.iter().enumerate() {
        if let Some(weakness) = secret::weakness(secret) {
            let problem = format!("(entry {}) {weakness}", index + 1);
            reader.refuse(&table::SECRET_PREVIOUS, problem);
        }
    }
    secrets.into_iter().map(SecretString::from).collect()
}

fn read_joining(reader: &mut Reader<'_>) -> JoinPolicy {
    let registrations = [Registration::Open, Registration::Closed];
    let links = [LinkByEmail::Verified, LinkByEmail::Never];
    JoinPolicy {
        registration: reader.one_of(&table::REGISTRATION, &registrations),
        link_by_email: reader.one_of(&table::LINK_BY_EMAIL, &links),
        allow_no_email: reader.flag(&table::ALLOW_NO_EMAIL),
        verification_required: reader.one_of(&table::EMAIL_VERIFICATION, &[false, true]),
    }
}

#[cfg(test)]
mod tests;
