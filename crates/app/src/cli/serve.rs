use std::process::ExitCode;

use belgie_auth::{Auth, UserQuery};
use belgie_web::UnknownHosts;

use super::start::Start;
use crate::server::{Address, Server, Signals};
use crate::settings::Settings;
use crate::telemetry::Verbosity;
use crate::wiring::{self, Opening};

pub(super) async fn run(start: Start) -> anyhow::Result<ExitCode> {
    let mut signals = Signals::take_over()?;
    let settings = start.settings(Verbosity::Server)?;
    settings.required_secret()?;
    let exposed = settings.exposed_files(&start.vars);
    for advice in settings.advice().into_iter().chain(exposed) {
        tracing::warn!(target: "belgie::settings", "{advice}");
    }
    // Before the database is migrated: a server that cannot listen must not lock an older one out.
    let address = Address::take(settings.site.bind)?;
    let auth = tokio::select! {
        auth = begin(&settings) => auth?,
        () = signals.next() => return Ok(ExitCode::SUCCESS),
    };
    tell_of_first_admin(&auth, "").await?;
    let web = wiring::web_config(&settings, UnknownHosts::Refuse);
    let server = Server::new(auth, settings.site.web, web)?;
    server
        .run(address, settings.operation, signals, || {})
        .await
}

/// Opens everything that a server needs: a migrated database and the providers.
pub(super) async fn begin(settings: &Settings) -> anyhow::Result<Auth> {
    let store = wiring::open(&settings.database, Opening::Create).await?;
    let providers = wiring::providers(settings)?;
    let auth = wiring::auth(settings, store, providers)?;
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

/// Nobody is an admin until an operator says so, and there is no default password: says how, while there are no users.
pub(super) async fn tell_of_first_admin(auth: &Auth, flag: &str) -> anyhow::Result<()> {
    let users = auth.operator().list(UserQuery::first(1)).await?;
    if users.is_empty() {
        tracing::info!(
            target: "belgie::server",
            "there are no users yet; first admin: sign in, then `belgie user set-role you@example.com admin{flag}`, or by the id from `belgie user list{flag}` where the address is not proved"
        );
    }
    Ok(())
}
