use std::process::ExitCode;
use std::sync::Arc;

use belgie_auth::{Auth, UserQuery};
use belgie_ports::Mailer;
use belgie_web::UnknownHosts;

use super::arguments::Listen;
use super::start::Start;
use crate::invocation::Invocation;
use crate::server::{Address, Server, Signals};
use crate::settings::{Settings, Vars};
use crate::telemetry::Verbosity;
use crate::wiring;

pub(super) async fn run(mut start: Start, options: Listen) -> anyhow::Result<ExitCode> {
    let mut signals = Signals::take_over()?;
    options.apply(&mut start.vars);
    let settings = start.settings(Verbosity::Server)?;
    settings.required_secret()?;
    let exposed = settings.exposed_files(&start.vars);
    let advice = settings.advice().into_iter().chain(settings.mail_advice());
    for advice in advice.chain(exposed) {
        tracing::warn!(target: "belgie::settings", "{advice}");
    }
    // Before the database is migrated: a server that cannot listen must not lock out an older one.
    let address = Address::take(settings.site.bind)?;
    let mailer = wiring::mailer(&settings)?;
    let auth = tokio::select! {
        auth = begin(&settings, mailer) => auth?,
        () = signals.next() => return Ok(ExitCode::SUCCESS),
    };
    let invocation = start.invocation(&settings);
    log_first_admin_hint(&auth, &invocation).await?;
    let mut web = wiring::web_config(&settings, UnknownHosts::Refuse);
    web.admin_command = Some(invocation.command(SET_ADMIN));
    let server = Server::new(auth, settings.site.web, web)?;
    server
        .run(address, settings.operation, signals, || {})
        .await
}

/// Creates the use cases, with a migrated database, the providers and this mailer.
pub(super) async fn begin(
    settings: &Settings,
    mailer: Option<Arc<dyn Mailer>>,
) -> anyhow::Result<Auth> {
    let store = wiring::open_or_create(&settings.database).await?;
    let providers = wiring::providers(settings)?;
    let auth = wiring::auth(settings, store, providers, mailer)?;
    let providers: Vec<String> = auth
        .providers()
        .into_iter()
        .map(|one| one.id.to_string())
        .collect();
    tracing::info!(
        target: "belgie::server",
        base_url = settings.site.base(),
        database = %settings.database.url,
        providers = providers.join(","),
        "starting belgie {}",
        env!("CARGO_PKG_VERSION")
    );
    Ok(auth)
}

impl Listen {
    /// Applies `--bind`, which takes precedence over all settings.
    pub(super) fn apply(self, vars: &mut Vars) {
        if let Some(bind) = self.bind {
            vars.replace("BIND", bind);
        }
    }
}

/// The arguments that make `{user}` an admin.
pub(super) const SET_ADMIN: &str = "user set-role {user} admin";

/// Logs how to create the first admin while there are no users. There is no default password.
pub(super) async fn log_first_admin_hint(
    auth: &Auth,
    invocation: &Invocation,
) -> anyhow::Result<()> {
    let users = auth.operator().list(UserQuery::first(1)).await?;
    if users.is_empty() {
        let set_admin = SET_ADMIN.replace("{user}", "you@example.com");
        tracing::info!(
            target: "belgie::server",
            "there are no users yet; to become the first admin, sign in, then run `{}`, with the id that `{}` shows if the address is not proved",
            invocation.command(&set_admin),
            invocation.command("user list")
        );
    }
    Ok(())
}
