use std::process::ExitCode;

use belgie_auth::UnknownKeys;
use belgie_web::Theme;

use super::output;
use super::provider;
use super::report::{self, Check, Status};
use super::start::Start;
use crate::invocation::Invocation;
use crate::settings::{self, ProviderSettings, RedirectUri, SettingErrors, Settings};
use crate::telemetry::Verbosity;
use crate::wiring;

/// Runs all checks. Even settings that cannot be read are a result to report.
pub(super) async fn run(start: anyhow::Result<Start>, json: bool) -> anyhow::Result<ExitCode> {
    let mut checks = Vec::new();
    match start {
        Ok(start) => check_all(&start, &mut checks).await?,
        Err(error) => checks.push(Check::new("settings", Status::Error, format!("{error:#}"))),
    }
    report::show(checks, json)
}

async fn check_all(start: &Start, checks: &mut Vec<Check>) -> anyhow::Result<()> {
    let (settings, errors) = Settings::inspect(&start.vars);
    check_settings(start, &settings, &errors, checks)?;
    note_redirect_uris(start, &settings, &errors, checks);
    checks.extend(note_color(&settings));
    if errors.is_empty() {
        let database = check_database(&settings, start.here()).await;
        let is_readable = database.is_ok();
        checks.push(database);
        if is_readable {
            checks.extend(check_secrets(start, &settings).await);
        }
        check_providers(&settings, checks).await;
    }
    Ok(())
}

fn check_settings(
    start: &Start,
    settings: &Settings,
    errors: &SettingErrors,
    checks: &mut Vec<Check>,
) -> anyhow::Result<()> {
    for warning in settings::warnings(&start.vars) {
        checks.push(Check::new("settings", Status::Warning, warning));
    }
    if !errors.is_empty() {
        checks.extend(errors_of(errors));
        return Ok(());
    }
    crate::telemetry::init(
        settings.operation.log_format,
        Verbosity::Command,
        start.vars.get("RUST_LOG"),
    )?;
    let exposed = settings.exposed_files(&start.vars);
    // `belgie dev` shows mails on a page.
    let about_mail = settings.mail_advice().filter(|_| !start.is_dev());
    let advice = settings.advice().into_iter().chain(about_mail);
    let advice = advice.chain(exposed);
    checks.extend(advice.map(|advice| Check::new("settings", Status::Warning, advice)));
    match settings.required_secret() {
        Ok(_) => checks.push(Check::new("settings", Status::Ok, "all are valid")),
        Err(errors) => checks.extend(errors_of(&errors)),
    }
    Ok(())
}

/// Reports the redirect URIs to register, even for providers that are not configured yet, since some consoles ask for
/// them first. Once a provider is configured, those of which no setting is given are left out.
fn note_redirect_uris(
    start: &Start,
    settings: &Settings,
    errors: &SettingErrors,
    checks: &mut Vec<Check>,
) {
    if errors
        .iter()
        .any(|error| error.variable() == "BELGIE_BASE_URL")
    {
        return;
    }
    let configured = |uri: &RedirectUri| {
        let mut providers = settings.providers.iter();
        providers.any(|provider| provider.id() == uri.provider.as_str())
    };
    let uris = settings::redirect_uris(&start.vars, &settings.site.base_url);
    for uri in uris {
        if settings.providers.is_empty() || configured(&uri) || uri.is_mentioned(&start.vars) {
            let name = format!("provider {}", uri.provider);
            let message = format!("the redirect URI to register there is {}", uri.uri);
            checks.push(Check::new(&name, Status::Note, message));
        }
    }
}

/// Reports how legible the pages are in the site's colour.
fn note_color(settings: &Settings) -> Option<Check> {
    let theme = Theme::new(settings.site.brand.color?);
    let (text, contrast) = theme.text();
    let schemes = theme.contrasts().map(|on_card| {
        let edge = if on_card.has_edge {
            ", so it has an edge"
        } else {
            ""
        };
        format!(
            "on the {} card the button has {:.1}:1{edge}, lines have {:.1}:1 ({})",
            on_card.scheme, on_card.fill, on_card.line, on_card.line_color
        )
    });
    let message = format!(
        "BELGIE_APP_COLOR: text on it is {text}, {contrast:.1}:1; {}",
        schemes.join("; ")
    );
    Some(Check::new("settings", Status::Note, message))
}

fn errors_of(errors: &SettingErrors) -> Vec<Check> {
    let check = |error| Check::new("settings", Status::Error, format!("{error}"));
    errors.iter().map(check).collect()
}

async fn check_database(settings: &Settings, invocation: &Invocation) -> Check {
    let database = &settings.database;
    match wiring::check(database, invocation).await {
        Ok(Some(version)) => {
            let message = format!("{} has the newest schema, {version}", database.url);
            Check::new("database", Status::Ok, message)
        }
        Ok(None) => {
            let message = format!(
                "{} has no tables of Belgie yet: the first start of the server creates them, or `{}`",
                database.url,
                invocation.command("migrate")
            );
            Check::new("database", Status::Note, message)
        }
        Err(error) => Check::new("database", Status::Error, format!("{error:#}")),
    }
}

/// Reports stored secrets that none of the configured ones can decrypt.
async fn check_secrets(start: &Start, settings: &Settings) -> Option<Check> {
    settings.required_secret().ok()?;
    let unknown = async {
        let auth = start.open_with(settings, Vec::new()).await?;
        anyhow::Ok(auth.housekeeping().unknown_keys().await?)
    };
    let message = match unknown.await {
        Ok(unknown) if unknown == UnknownKeys::default() => return None,
        Ok(unknown) => format!(
            "the tokens of {} and {} are encrypted with a secret that is neither BELGIE_SECRET nor in BELGIE_SECRET_PREVIOUS, and cannot be read: add it to BELGIE_SECRET_PREVIOUS",
            output::count(unknown.accounts, "account"),
            output::count(unknown.signing_keys, "signing key"),
        ),
        Err(error) => format!("the stored secrets could not be read: {error:#}"),
    };
    Some(Check::new("secrets", Status::Warning, message))
}

async fn check_providers(settings: &Settings, checks: &mut Vec<Check>) {
    let providers = match wiring::providers(settings) {
        Ok(providers) => providers,
        Err(error) => {
            checks.push(Check::new("providers", Status::Error, format!("{error:#}")));
            return;
        }
    };
    checks.extend(settings.providers.iter().filter_map(note_public_client));
    for view in provider::probe(providers, &settings.providers).await {
        let name = format!("provider {}", view.id);
        let check = match view.error {
            None => Check::new(&name, Status::Ok, "it answers"),
            Some(error) => Check::new(&name, Status::Error, error),
        };
        checks.push(check);
    }
}

/// Reports a client without a secret, since a secret may have been forgotten.
fn note_public_client(provider: &ProviderSettings) -> Option<Check> {
    let missing = provider.missing_secret()?;
    let name = format!("provider {}", provider.id());
    let message = format!("{missing} is not set, so the client is a public one");
    Some(Check::new(&name, Status::Note, message))
}
