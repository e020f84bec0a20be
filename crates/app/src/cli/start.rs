use std::env;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use belgie_auth::Auth;
use belgie_ports::IdentityProvider;

use super::output;
use crate::dev::DevFolder;
use crate::invocation::{Invocation, program};
use crate::settings::{self, DatabaseUrl, SettingErrors, Settings, Vars};
use crate::telemetry::{self, Verbosity};
use crate::wiring::{self, Opening};

/// What every command begins with: the variables, not yet read as settings.
pub(super) struct Start {
    pub(super) vars: Vars,
    invocation: Invocation,
    dev: bool,
    /// Whether a file in the working directory says what the settings are.
    reads_folder: bool,
}

/// The file of settings in the working directory.
const ENV_FILE: &str = ".env";

impl Start {
    /// Collects the environment and `.env`, or the file that takes its place, and with `--dev` the defaults of `belgie dev`.
    pub(super) fn new(dev: bool, env_file: Option<&Path>) -> anyhow::Result<Self> {
        let vars = Vars::from_environment(env::vars_os())?;
        let mut invocation = Invocation::default();
        let mut vars = match env_file {
            Some(path) => {
                let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
                invocation = invocation.with_env_file(absolute);
                vars.with_file(path)?
            }
            None => vars.with_optional_file(Path::new(ENV_FILE))?,
        };
        if dev {
            DevFolder::default().add_defaults(&mut vars)?;
        }
        let reads_folder = env_file.is_none() && Path::new(ENV_FILE).exists();
        Ok(Self {
            vars,
            invocation,
            dev,
            reads_folder,
        })
    }

    /// Returns how commands are run that use the settings of this server, from whatever folder.
    pub(super) fn invocation(&self, settings: &Settings) -> Invocation {
        let has_database_here =
            matches!(&settings.database.url, DatabaseUrl::Sqlite(path) if path.is_relative());
        match env::current_dir() {
            Ok(folder) if self.reads_folder || has_database_here => {
                self.invocation.clone().in_folder(folder)
            }
            _ => self.invocation.clone(),
        }
    }

    /// Reads the settings, begins to log, and warns of names that are no settings.
    pub(super) fn settings(&self, verbosity: Verbosity) -> anyhow::Result<Settings> {
        let warnings = settings::warnings(&self.vars);
        let settings = Settings::read(&self.vars).inspect_err(|_: &SettingErrors| {
            // The typing error may be why a setting is missing.
            for warning in &warnings {
                output::print_error(&format!("warning: {warning}"));
            }
        })?;
        let rust_log = self.vars.get("RUST_LOG");
        telemetry::init(settings.operation.log_format, verbosity, rust_log)?;
        for warning in warnings {
            tracing::warn!(target: "belgie::settings", "{warning}");
        }
        Ok(settings)
    }

    /// Opens what a command needs that works on the database alone.
    pub(super) async fn open(&self) -> anyhow::Result<Auth> {
        let settings = self.settings(Verbosity::Command)?;
        self.open_with(&settings, Vec::new()).await
    }

    /// Opens the existing database, with these providers.
    pub(super) async fn open_with(
        &self,
        settings: &Settings,
        providers: Vec<Arc<dyn IdentityProvider>>,
    ) -> anyhow::Result<Auth> {
        let store = wiring::open(&settings.database, Opening::Existing).await;
        let store = store.map_err(|error| self.advise(error))?;
        wiring::auth(settings, store, providers).context("the settings do not go together")
    }

    /// Says of a database that is missing what makes it.
    fn advise(&self, error: anyhow::Error) -> anyhow::Error {
        if !wiring::is_missing(&error) {
            return error;
        }
        let program = program();
        if self.dev {
            return anyhow!(
                "{error:#}: with --dev, run this in the folder where `{program} dev` was run"
            );
        }
        anyhow!("{error:#} yet: `{program} migrate` and `{program} serve` make it")
    }
}
