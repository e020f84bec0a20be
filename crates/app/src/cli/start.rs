use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use belgie_auth::Auth;
use belgie_ports::IdentityProvider;

use super::output;
use crate::dev::DevFolder;
use crate::settings::{self, SettingErrors, Settings, Vars};
use crate::telemetry::{self, Verbosity};
use crate::wiring::{self, Opening};

/// What every command begins with: the variables, not yet read as settings.
pub(super) struct Start {
    pub(super) vars: Vars,
}

impl Start {
    /// Collects the environment and `.env`, and with `--dev` the defaults of `belgie dev`.
    pub(super) fn new(dev: bool) -> anyhow::Result<Self> {
        let vars = Vars::from_environment(std::env::vars_os())?;
        let mut vars = vars.with_file(Path::new(".env"))?;
        if dev {
            DevFolder::default().add_defaults(&mut vars)?;
        }
        Ok(Self { vars })
    }

    /// Reads the settings, begins to log, and warns of names that are no settings.
    pub(super) fn settings(&self, verbosity: Verbosity) -> anyhow::Result<Settings> {
        let warnings = settings::warnings(&self.vars);
        let settings = Settings::read(&self.vars).inspect_err(|_: &SettingErrors| {
            // The typing error may be why a setting is missing.
            for warning in &warnings {
                output::complain(&format!("warning: {warning}"));
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
        let store = wiring::open(&settings.database, Opening::Existing).await?;
        wiring::auth(settings, store, providers).context("the settings do not go together")
    }
}
