//! What `belgie dev` brings: a folder with a database and a secret, and defaults that need no settings.

use std::fmt::Write as _;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

use anyhow::{Context as _, bail};

use crate::invocation::program;
use crate::settings::{self, PREFIX, Vars};

/// The folder in which `belgie dev` keeps what it makes.
#[derive(Clone, Debug)]
pub struct DevFolder {
    path: PathBuf,
}

const SECRET: &str = "secret";
const SECRET_BYTES: usize = 32;
const ISSUER: &str = "issuer";

/// What Belgie is called at the local provider.
pub(crate) const CLIENT_ID: &str = "belgie-dev";
/// Known to everybody: the local provider lets anybody in as anybody anyway.
pub(crate) const CLIENT_SECRET: &str = "belgie-dev";

impl Default for DevFolder {
    /// `.belgie` in the working directory.
    fn default() -> Self {
        Self::at(".belgie")
    }
}

impl DevFolder {
    /// Takes a folder, which need not exist.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Makes the folder and the secret where they do not exist, for nobody else to read and for no repository to keep.
    ///
    /// # Errors
    /// Names what cannot be made.
    pub fn prepare(&self) -> anyhow::Result<()> {
        let made = DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.path);
        made.with_context(|| format!("cannot make the folder {}", self.path.display()))?;
        self.make(".gitignore", "*")?;
        if self.path.join(SECRET).exists() {
            return Ok(());
        }
        self.make(SECRET, &random_hex()?)
    }

    /// Keeps the issuer of the local provider for the commands that are run with `--dev` meanwhile.
    ///
    /// # Errors
    /// Names the file that cannot be written.
    pub fn remember_issuer(&self, issuer: &str) -> anyhow::Result<()> {
        self.write(ISSUER, issuer, fs::rename)
    }

    /// Adds the defaults of `belgie dev` to what is read from outside, which wins over them.
    ///
    /// # Errors
    /// Names the file that exists and cannot be read, or that holds a weak secret.
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

    /// Says which file holds a weak secret, unless somebody gave another secret than this one.
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
                "{} {weakness}; remove it, and `{} dev` makes a new one",
                path.display(),
                program()
            );
        }
        Ok(())
    }

    /// Makes a file unless it exists: of several processes that do so at once, one wins.
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

    /// Writes a file whole under another name and then gives it its own, so that nobody reads half of it.
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
            .with_context(|| format!("cannot make the file {}", path.display()))
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

/// Lets the local provider stand where Google stands.
pub(crate) fn local_provider(vars: &mut Vars, issuer: &str) {
    if uses_google(vars) {
        return;
    }
    vars.set_default("GOOGLE_ISSUER_URL", issuer);
    vars.set_default("GOOGLE_CLIENT_ID", CLIENT_ID);
    vars.set_default("GOOGLE_CLIENT_SECRET", CLIENT_SECRET);
}

/// Whether somebody has set Google up, or another issuer in its place.
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

/// Lets the site be at the port that it listens on. Some browsers drop `Secure` cookies on http, also on localhost.
fn set_site(vars: &mut Vars) {
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
    getrandom::fill(&mut bytes).context("the operating system gives no random bytes")?;
    let mut text = String::with_capacity(2 * SECRET_BYTES);
    for byte in bytes {
        write!(text, "{byte:02x}")?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
