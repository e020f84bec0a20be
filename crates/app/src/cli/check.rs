use std::process::ExitCode;

use belgie_auth::default_redirect_uri;
use belgie_ports::IdentityProvider;
use serde::Serialize;
use url::Url;

use super::output;
use super::provider;
use super::start::Start;
use crate::settings::{SettingErrors, Settings};
use crate::telemetry::Verbosity;
use crate::wiring;

/// Everything that was looked at.
#[derive(Serialize)]
struct Report {
    ok: bool,
    checks: Vec<Check>,
}

/// One thing that was looked at.
#[derive(Serialize)]
struct Check {
    #[serde(rename = "check")]
    about: String,
    status: Status,
    message: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Warning,
    Error,
}

/// Looks at everything. That the settings cannot even be collected is something to report like all else.
pub(super) async fn run(start: anyhow::Result<Start>, json: bool) -> anyhow::Result<ExitCode> {
    let mut checks = Vec::new();
    match start {
        Ok(start) => check_all(&start, &mut checks).await?,
        Err(error) => checks.push(Check::new("settings", Status::Error, format!("{error:#}"))),
    }
    let ok = checks.iter().all(|check| check.status != Status::Error);
    if json {
        output::json(&Report { ok, checks })?;
    } else {
        checks.iter().try_for_each(tell)?;
    }
    Ok(if ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn check_all(start: &Start, checks: &mut Vec<Check>) -> anyhow::Result<()> {
    if let Some(settings) = check_settings(start, checks)? {
        checks.push(check_database(&settings).await);
        check_providers(&settings, checks).await;
    }
    Ok(())
}

/// What is well goes to standard output, what is not to standard error.
fn tell(check: &Check) -> anyhow::Result<()> {
    match check.status {
        Status::Ok => output::line(&format!("ok: {}: {}", check.about, check.message))?,
        Status::Warning => output::complain(&format!("warning: {}", check.message)),
        Status::Error => output::complain(&check.message),
    }
    Ok(())
}

fn check_settings(start: &Start, checks: &mut Vec<Check>) -> anyhow::Result<Option<Settings>> {
    for warning in crate::settings::warnings(&start.vars) {
        checks.push(Check::new("settings", Status::Warning, warning));
    }
    let settings = match Settings::read(&start.vars) {
        Ok(settings) => settings,
        Err(errors) => {
            checks.extend(errors_of(&errors));
            return Ok(None);
        }
    };
    crate::telemetry::init(
        settings.operation.log_format,
        Verbosity::Command,
        start.vars.get("RUST_LOG"),
    )?;
    let exposed = settings.exposed_files(&start.vars);
    let advice = settings.advice().into_iter().chain(exposed);
    checks.extend(advice.map(|advice| Check::new("settings", Status::Warning, advice)));
    match settings.required_secret() {
        Ok(_) => checks.push(Check::new("settings", Status::Ok, "all are understood")),
        Err(errors) => checks.extend(errors_of(&errors)),
    }
    Ok(Some(settings))
}

fn errors_of(errors: &SettingErrors) -> Vec<Check> {
    let check = |error| Check::new("settings", Status::Error, format!("{error}"));
    errors.iter().map(check).collect()
}

async fn check_database(settings: &Settings) -> Check {
    match wiring::check(&settings.database).await {
        Ok(version) => {
            let message = format!("{} has the newest schema, {version}", settings.database.url);
            Check::new("database", Status::Ok, message)
        }
        Err(error) => Check::new("database", Status::Error, format!("{error:#}")),
    }
}

async fn check_providers(settings: &Settings, checks: &mut Vec<Check>) {
    let providers = match wiring::providers(settings) {
        Ok(providers) => providers,
        Err(error) => {
            checks.push(Check::new("providers", Status::Error, format!("{error:#}")));
            return;
        }
    };
    for view in provider::probe(providers).await {
        let name = format!("provider {}", view.id);
        let check = match view.error {
            None => {
                let uri = redirect_uri(settings, view.provider.as_ref());
                let message = format!("it answers; register this redirect URI there: {uri}");
                Check::new(&name, Status::Ok, message)
            }
            Some(error) => Check::new(&name, Status::Error, format!("{name}: {error}")),
        };
        checks.push(check);
    }
}

/// Where the provider sends browsers back to.
fn redirect_uri(settings: &Settings, provider: &dyn IdentityProvider) -> Url {
    let configured = provider.redirect_uri().cloned();
    configured.unwrap_or_else(|| default_redirect_uri(&settings.site.base_url, provider.id()))
}

impl Check {
    fn new(about: &str, status: Status, message: impl Into<String>) -> Self {
        Self {
            about: about.to_owned(),
            status,
            message: message.into(),
        }
    }
}
