//! The environment of `belgie dev`: a folder with a database and a secret, and defaults for all settings.

mod mailer;

use std::fmt::Write as _;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

use anyhow::{Context as _, bail};

use crate::invocation::program;
use crate::settings::{self, PREFIX, Vars};
pub(crate) use mailer::{PageMailer, mail_page};

/// The folder in which `belgie dev` keeps its files.
#[derive(Clone, Debug)]
pub struct DevFolder {
    path: PathBuf,
}

const SECRET: &str = "secret";
const SECRET_BYTES: usize = 32;
const ISSUER: &str = "issuer";

/// The client id at the local provider.
pub(crate) const CLIENT_ID: &str = "belgie-dev";
/// Publicly known: anyone can sign in to the local provider as anyone.
pub(crate) const CLIENT_SECRET: &str = "belgie-dev";

impl Default for DevFolder {
    /// `.belgie` in the working directory.
    fn default() -> Self {
        Self::at(".belgie")
    }
}

impl DevFolder {
    /// Uses this folder, which need not exist.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Creates the folder and the secret if they do not exist, private to this user and ignored by git.
    ///
    /// # Errors
    /// Names what cannot be created.
    pub fn prepare(&self) -> anyhow::Result<()> {
        let made = DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.path);
        made.with_context(|| format!("cannot create the folder {}", self.path.display()))?;
        self.make(".gitignore", "*")?;
        if self.path.join(SECRET).exists() {
            return Ok(());
        }
        self.make(SECRET, &random_hex()?)
    }

    /// Stores the issuer of the local provider for commands with `--dev`.
    ///
    /// # Errors
    /// Names the file that cannot be written.
    pub fn remember_issuer(&self, issuer: &str) -> anyhow::Result<()> {
        self.write(ISSUER, issuer, fs::rename)
    }

    /// Adds the defaults of `belgie dev`; settings from outside take precedence.
    ///
    /// # Errors
    /// Names the existing file that cannot be read or contains a weak secret.
    pub fn add_defaults(&self, vars: &mut Vars) -> anyhow::Result<()> {
        let database = self.path.join("belgie.db");
        vars.set_default("DATABASE_URL", format!("sqlite://{}", database.display()));
        if let Some(secret) = self.read(SECRET)? {
            self.check(&secret, vars)?;
            vars.set_default("SECRET", secret);
        }
        if let Some(issuer) = self.read(ISSUER)? {
            local_provider(vars, &issuer);
        }
        set_site(vars);
        Ok(())
    }

    /// Names the file with a weak secret, unless another secret was set.
    fn check(&self, secret: &str, vars: &Vars) -> anyhow::Result<()> {
        let mut variables = ["SECRET", "SECRET_FILE"]
            .map(|name| format!("{PREFIX}{name}"))
            .into_iter();
        if variables.any(|variable| vars.given(&variable).is_some()) {
            return Ok(());
        }
        if let Some(weakness) = settings::weakness(secret) {
            let path = self.path.join(SECRET);
            bail!(
                "{} {weakness}; remove it, and `{} dev` creates a new one",
                path.display(),
                program()
            );
        }
        Ok(())
    }

    /// Creates a file unless it exists; if several processes do so at once, one wins.
    fn make(&self, name: &str, text: &str) -> anyhow::Result<()> {
        self.write(name, text, |from, to| {
            let linked = fs::hard_link(&from, to);
            fs::remove_file(&from)?;
            match linked {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
                other => other,
            }
        })
    }

    /// Writes a file under another name and renames it, so that no one reads a partial file.
    fn write(
        &self,
        name: &str,
        text: &str,
        publish: impl FnOnce(PathBuf, PathBuf) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        let path = self.path.join(name);
        let draft = self.path.join(format!("{name}.{}", std::process::id()));
        let mut options = OpenOptions::new();
        let file = options
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&draft);
        file.and_then(|mut file| writeln!(file, "{text}"))
            .and_then(|()| publish(draft, path.clone()))
            .with_context(|| format!("cannot create the file {}", path.display()))
    }

    fn read(&self, name: &str) -> anyhow::Result<Option<String>> {
        let path = self.path.join(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text.trim().to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }
}

/// Configures the local provider in place of Google.
pub(crate) fn local_provider(vars: &mut Vars, issuer: &str) {
    if uses_google(vars) {
        return;
    }
    vars.set_default("GOOGLE_ISSUER_URL", issuer);
    vars.set_default("GOOGLE_CLIENT_ID", CLIENT_ID);
    vars.set_default("GOOGLE_CLIENT_SECRET", CLIENT_SECRET);
}

/// Returns whether Google, or another issuer in its place, is configured.
pub(crate) fn uses_google(vars: &Vars) -> bool {
    let settings = [
        "CLIENT_ID",
        "CLIENT_SECRET",
        "CLIENT_SECRET_FILE",
        "ISSUER_URL",
    ];
    let mut variables = settings.iter().map(|name| format!("{PREFIX}GOOGLE_{name}"));
    variables.any(|variable| vars.given(&variable).is_some())
}

/// Sets the site's address to the port it listens on. Some browsers drop `Secure` cookies on http, even on localhost.
fn set_site(vars: &mut Vars) {
    vars.set_default("PASSWORD_REGISTRATION", "true");
    let bind = vars.given("BELGIE_BIND").unwrap_or_default();
    let port = bind
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse::<u16>().ok());
    if let Some(port) = port {
        vars.set_default("BASE_URL", format!("http://localhost:{port}"));
    }
    let base_url = vars.get("BELGIE_BASE_URL").unwrap_or_default();
    if !base_url.starts_with("https://") {
        vars.set_default("COOKIE_SECURE", "false");
    }
}

fn random_hex() -> anyhow::Result<String> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes).context("the operating system provides no random bytes")?;
    let mut text = String::with_capacity(2 * SECRET_BYTES);
    for byte in bytes {
        write!(text, "{byte:02x}")?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
