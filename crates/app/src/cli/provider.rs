use std::process::ExitCode;
use std::sync::Arc;

use anyhow::bail;
use belgie_auth::default_redirect_uri;
use belgie_ports::{IdentityProvider, ProviderError};
use serde::Serialize;

use super::arguments::ProviderCommand;
use super::output;
use super::report::{self, Check, Status};
use super::start::Start;
use crate::settings::{ProviderSettings, Settings};
use crate::telemetry::Verbosity;
use crate::wiring;

/// A provider as JSON.
#[derive(Serialize)]
pub(super) struct ProviderView {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) answers: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
}

pub(super) async fn run(start: Start, command: ProviderCommand) -> anyhow::Result<ExitCode> {
    let settings = start.settings(Verbosity::Command)?;
    match command {
        ProviderCommand::List(format) => list(&settings, format.json).await,
        ProviderCommand::Test { id, json } => test(&start, &settings, &id, json.json).await,
    }
}

async fn list(settings: &Settings, json: bool) -> anyhow::Result<ExitCode> {
    let views = probe(wiring::providers(settings)?, &settings.providers).await;
    let mut list = output::List::begin(json, "id                                answers  name")?;
    for view in &views {
        list.item(view, || row(view))?;
    }
    list.end("no providers: see BELGIE_GOOGLE_CLIENT_ID and BELGIE_OIDC_PROVIDERS")?;
    Ok(ExitCode::SUCCESS)
}

/// Examines each part of one provider.
async fn test(
    start: &Start,
    settings: &Settings,
    id: &str,
    json: bool,
) -> anyhow::Result<ExitCode> {
    let providers = wiring::providers(settings)?;
    let found = providers
        .iter()
        .find(|provider| provider.id().as_str() == id);
    let Some(provider) = found else {
        bail!(
            "no provider named \"{id}\" is set up: see `{}`",
            start.here().command("provider list")
        );
    };
    let usual = || default_redirect_uri(&settings.site.base_url, provider.id());
    let redirect_uri = provider.redirect_uri().cloned().unwrap_or_else(usual);
    let parts = provider.examine(&redirect_uri).await;
    let checks = parts.into_iter().map(|part| match part.finding {
        Ok(finding) => Check::new(&part.part, Status::Ok, finding),
        Err(error) => {
            let reason = reason(error, id, &settings.providers);
            Check::new(&part.part, Status::Error, reason)
        }
    });
    report::show(checks.collect(), json)
}

/// Fetches the metadata and keys of all providers concurrently.
pub(super) async fn probe(
    providers: Vec<Arc<dyn IdentityProvider>>,
    settings: &[ProviderSettings],
) -> Vec<ProviderView> {
    let asked = providers.into_iter().map(|provider| {
        let probed = Arc::clone(&provider);
        let probing = actix_web::rt::spawn(async move { probed.probe().await });
        (provider, probing)
    });
    let asked: Vec<_> = asked.collect();
    let mut views = Vec::new();
    for (provider, probing) in asked {
        let answer = probing.await;
        let answer = answer.unwrap_or_else(|error| Err(ProviderError::Unavailable(error.into())));
        let error = answer.err();
        views.push(ProviderView {
            id: provider.id().to_string(),
            name: provider.display_name().to_owned(),
            answers: error.is_none(),
            error: error.map(|error| reason(error, provider.id().as_str(), settings)),
        });
    }
    views
}

/// Returns the error with its causes, and with the setting to change if there is one.
fn reason(error: ProviderError, id: &str, settings: &[ProviderSettings]) -> String {
    let own = settings.iter().find(|provider| provider.id() == id);
    let remedy = own.and_then(|provider| provider.remedy(&error));
    let reason = format!("{:#}", anyhow::Error::new(error));
    match remedy {
        Some(remedy) => format!("{reason}: {remedy}"),
        None => reason,
    }
}

fn row(view: &ProviderView) -> String {
    let answers = if view.answers { "yes" } else { "no" };
    let error = view.error.as_ref().map(|error| format!("  ({error})"));
    format!(
        "{:32}  {answers:7}  {}{}",
        view.id,
        view.name,
        error.unwrap_or_default()
    )
}
