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
use crate::wiring;

/// The variables that every command starts with, not yet parsed as settings.
pub(super) struct Start {
    pub(super) vars: Vars,
    invocation: Invocation,
    dev: bool,
    /// Whether settings come from a file in the working directory.
    reads_folder: bool,
}

/// The settings file in the working directory.
const ENV_FILE: &str = ".env";

impl Start {
    /// Collects the environment and `.env`, or the file given instead, and with `--dev` the defaults of `belgie dev`.
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
            invocation = invocation.dev();
        }
        let reads_folder = env_file.is_none() && Path::new(ENV_FILE).exists();
        Ok(Self {
            vars,
            invocation,
            dev,
            reads_folder,
        })
    }

    /// Returns whether the command is about the server of `belgie dev`.
    pub(super) fn is_dev(&self) -> bool {
        self.dev
    }

    /// Returns how to run commands with the settings of this server, from any folder.
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

    /// Returns how to run a command here with the same settings.
    pub(super) fn here(&self) -> &Invocation {
        &self.invocation
    }

    /// Parses the settings, starts logging, and warns of unknown names.
    pub(super) fn settings(&self, verbosity: Verbosity) -> anyhow::Result<Settings> {
        let warnings = settings::warnings(&self.vars);
        let settings = Settings::read(&self.vars).inspect_err(|_: &SettingErrors| {
            // A misspelt name may be why a setting is missing.
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

    /// Opens what a command needs that only works on the database.
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
        let store = wiring::open_existing(&settings.database, self.here()).await;
        let store = store.map_err(|error| self.advise(error))?;
        let mailer = wiring::mailer(settings)?;
        wiring::auth(settings, store, providers, mailer).context("the settings are inconsistent")
    }

    /// Adds to the error of a missing database how to create it.
    fn advise(&self, error: anyhow::Error) -> anyhow::Error {
        if !wiring::is_missing(&error) {
            return error;
        }
        if self.dev {
            let program = program();
            return anyhow!(
                "{error:#}: with --dev, run this in the folder where `{program} dev` was run"
            );
        }
        let [migrate, serve] = ["migrate", "serve"].map(|command| self.invocation.command(command));
        anyhow!("{error:#} yet: `{migrate}` and `{serve}` create it")
    }
}
