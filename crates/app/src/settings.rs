//! The settings: one table, read once at start from the environment and `.env`.

mod access_token;
mod address;
mod advice;
mod brand;
mod cookie;
mod database;
mod duration;
mod effective;
mod env_file;
mod error;
mod exposure;
mod file;
mod help;
mod mail;
mod operation;
mod password;
mod per_provider;
mod provider;
mod reader;
mod secret;
mod session;
mod site;
mod table;
mod unknown;
mod vars;

use std::path::PathBuf;

use belgie_domain::{
    AccessTokenPolicy, JoinPolicy, LinkByEmail, PasswordPolicy, Registration, SessionPolicy,
};
use chrono::TimeDelta;
use secrecy::{ExposeSecret as _, SecretString};

pub(crate) use address::bind_address;
pub use cookie::Cookie;
pub use database::{Database, DatabaseUrl};
pub use effective::{Effective, effective};
pub use error::{SettingError, SettingErrors};
pub use help::{markdown, text};
pub use mail::Mail;
pub use operation::{LogFormat, Operation};
pub use provider::{Github, Google, Microsoft, Oidc, ProviderSettings, RedirectUri, redirect_uris};
pub use site::Site;
pub use table::{Kind, PREFIX, SETTINGS, Setting};
pub use unknown::warnings;
pub use vars::{Source, Vars};

use reader::Reader;
pub(crate) use secret::weakness;

/// The validated settings of the server and its commands.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// The encryption key; required by `serve`.
    pub secret: Option<SecretString>,
    /// Older keys, which can still decrypt.
    pub secret_previous: Vec<SecretString>,
    /// The site's addresses, name and trusted origins and proxies.
    pub site: Site,
    /// The database.
    pub database: Database,
    /// The lifetimes of sessions.
    pub sessions: SessionPolicy,
    /// The lifetime and audience of access tokens.
    pub access_tokens: AccessTokenPolicy,
    /// How long events keep IP address and user agent.
    pub event_retention: TimeDelta,
    /// Whether there are rate limits.
    pub rate_limits: bool,
    /// The attributes of the session cookie.
    pub cookie: Cookie,
    /// The rules for new users and for joining.
    pub joining: JoinPolicy,
    /// The rule for new passwords; `None` when passwords are turned off.
    pub passwords: Option<PasswordPolicy>,
    /// Where mails are handed over; `None` when none are sent.
    pub mail: Option<Mail>,
    /// The configured providers.
    pub providers: Vec<ProviderSettings>,
    /// Settings of the process.
    pub operation: Operation,
    /// `SSL_CERT_FILE`: additional root certificates for outgoing TLS.
    pub more_roots: Option<PathBuf>,
}

impl Settings {
    /// Parses and validates all settings.
    ///
    /// # Errors
    /// All errors, one per line.
    pub fn read(vars: &Vars) -> Result<Self, SettingErrors> {
        let (settings, errors) = Self::inspect(vars);
        errors.none_or(settings)
    }

    /// Returns the settings, with defaults in place of invalid ones, and all errors.
    pub fn inspect(vars: &Vars) -> (Self, SettingErrors) {
        let mut reader = Reader::new(vars);
        let site = Site::read(&mut reader);
        let mail = mail::read(&mut reader);
        let settings = Self {
            secret: read_secret(&mut reader),
            secret_previous: read_previous(&mut reader),
            database: Database::read(&mut reader),
            sessions: session::read(&mut reader),
            access_tokens: access_token::read(&mut reader),
            event_retention: read_event_retention(&mut reader),
            rate_limits: reader.one_of(&table::RATE_LIMIT, &[true, false]),
            cookie: Cookie::read(&mut reader, &site),
            joining: read_joining(&mut reader),
            passwords: password::read(&mut reader, mail.is_some()),
            mail,
            providers: ProviderSettings::read_all(&mut reader),
            operation: Operation::read(&mut reader),
            more_roots: reader.more_roots(),
            site,
        };
        (settings, reader.finish())
    }

    /// Returns the secret, which a server requires.
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

fn read_event_retention(reader: &mut Reader<'_>) -> TimeDelta {
    let days = reader.number(&table::EVENT_RETENTION_DAYS);
    TimeDelta::days(days.and_then(|days| days.try_into().ok()).unwrap_or(90))
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
    let mut policy = JoinPolicy::default()
        .registration(reader.one_of(&table::REGISTRATION, &registrations))
        .link_by_email(reader.one_of(&table::LINK_BY_EMAIL, &links));
    policy.allow_no_email = reader.flag(&table::ALLOW_NO_EMAIL);
    policy.verification_required = reader.one_of(&table::EMAIL_VERIFICATION, &[false, true]);
    policy
}

#[cfg(test)]
mod tests;
