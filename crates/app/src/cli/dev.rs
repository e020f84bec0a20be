use std::env;
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use belgie_idp_emulator::{Emulator, EmulatorBuilder, Person, StartError};
use belgie_ports::Mailer;
use belgie_web::{Mailbox, UnknownHosts};

use super::arguments::Dev;
use super::serve::SET_ADMIN;
use super::start::Start;
use super::{output, serve};
use crate::dev::{self, DevFolder, PageMailer};
use crate::server::{Address, Server, Signals};
use crate::settings::{Settings, Vars};
use crate::telemetry::Verbosity;
use crate::wiring;

/// The default port of the local provider.
const PROVIDER_PORT: u16 = 8001;

pub(super) async fn run(mut start: Start, options: Dev) -> anyhow::Result<ExitCode> {
    let mut signals = Signals::take_over()?;
    options.listen.apply(&mut start.vars);
    choose_port(&mut start.vars)?;
    let folder = DevFolder::default();
    folder.prepare()?;
    folder.add_defaults(&mut start.vars)?;
    let provider = begin_provider(&mut start.vars, options.provider_port).await?;
    let settings = start.settings(Verbosity::Server)?;
    let mailbox = settings.mail.is_none().then(Mailbox::default);
    if !settings.site.is_loopback() {
        if provider.is_some() {
            bail!("{NOT_PUBLIC}");
        }
        if mailbox.is_some() {
            bail!("{NO_PUBLIC_MAILS}");
        }
    }
    let address = Address::take(settings.site.bind)?;
    let mailer = mailer(&settings, mailbox.as_ref())?;
    let auth = tokio::select! {
        auth = serve::begin(&settings, mailer) => auth?,
        () = signals.next() => return Ok(ExitCode::SUCCESS),
    };
    // `--dev` uses the folder in the working directory.
    let invocation = start
        .invocation(&settings)
        .in_folder(env::current_dir()?)
        .dev();
    serve::log_first_admin_hint(&auth, &invocation).await?;
    let mut web = wiring::web_config(&settings, UnknownHosts::Redirect);
    web.admin_command = Some(invocation.command(SET_ADMIN));
    web.mailbox = mailbox;
    warn_of_others(&settings);
    let listening = || print_welcome(&settings, &folder, provider.as_ref());
    let status = Server::new(auth, settings.site.web.clone(), web)?
        .run(address, settings.operation, signals, listening)
        .await;
    if let Some(provider) = provider {
        provider.stop().await;
    }
    status
}

const NOT_PUBLIC: &str = "BELGIE_BASE_URL must be an address of this machine, such as http://localhost:8000: anyone can sign in as anyone at the local provider; use the command `serve`";

const NO_PUBLIC_MAILS: &str = "BELGIE_BASE_URL must be an address of this machine, such as http://localhost:8000: anyone can read the mails that the server shows instead of sending them; set BELGIE_SMTP_URL and BELGIE_MAIL_FROM, or use the command `serve`";

/// Resolves port 0 to a free one, since the site's address and redirects must contain it.
fn choose_port(vars: &mut Vars) -> anyhow::Result<()> {
    let Some(host) = vars
        .given("BELGIE_BIND")
        .and_then(|bind| bind.strip_suffix(":0"))
    else {
        return Ok(());
    };
    let free = TcpListener::bind(format!("{host}:0")).and_then(|listener| listener.local_addr());
    let port = free.context("BELGIE_BIND: there is no free port")?.port();
    let bind = format!("{host}:{port}");
    vars.replace("BIND", bind);
    Ok(())
}

/// The local provider always listens on loopback, whatever `BIND` is.
fn warn_of_others(settings: &Settings) {
    let bind = settings.site.bind;
    if !bind.ip().is_loopback() {
        tracing::warn!(
            target: "belgie::server",
            "BELGIE_BIND ({bind}) lets other machines reach this server, which is meant for this machine alone, and read its mails: 127.0.0.1 keeps them out"
        );
    }
}

/// Returns the mailer: the configured server, or the page that shows this mailbox.
fn mailer(
    settings: &Settings,
    mailbox: Option<&Mailbox>,
) -> anyhow::Result<Option<Arc<dyn Mailer>>> {
    match mailbox {
        Some(mailbox) => {
            let mailer = PageMailer::new(mailbox.clone(), &settings.site.web);
            Ok(Some(Arc::new(mailer)))
        }
        None => wiring::mailer(settings),
    }
}

/// Starts the local provider that replaces Google, unless Google is configured.
async fn begin_provider(vars: &mut Vars, port: Option<u16>) -> anyhow::Result<Option<Emulator>> {
    if dev::uses_google(vars) {
        return Ok(None);
    }
    let is_free = vars
        .given("BELGIE_BIND")
        .is_none_or(|bind| !bind.ends_with(":8001"));
    let preferred = if is_free { PROVIDER_PORT } else { 0 };
    let started = match provider(port.unwrap_or(preferred)).start().await {
        Err(StartError::Bind { .. }) if port.is_none() => provider(0).start().await,
        other => other,
    };
    let emulator = started.context("cannot start the local identity provider")?;
    dev::local_provider(vars, emulator.issuer());
    Ok(Some(emulator))
}

fn provider(port: u16) -> EmulatorBuilder {
    let people = [
        sample("jane", "Jane Doe").hosted_domain("example.com"),
        sample("john", "John Smith").hosted_domain("example.com"),
        sample("zoe", "Zoë Müller"),
        sample("max", "Max Mustermann").email_verified(false),
    ];
    let builder = Emulator::builder()
        .bind(format!("127.0.0.1:{port}"))
        .client_any_redirect(dev::CLIENT_ID, dev::CLIENT_SECRET);
    people.into_iter().fold(builder, EmulatorBuilder::person)
}

fn sample(id: &str, name: &str) -> Person {
    Person::of_email(&format!("{id}@example.com")).name(name)
}

/// Prints the address once the server listens, and stores the local provider's address for other commands.
fn print_welcome(settings: &Settings, folder: &DevFolder, provider: Option<&Emulator>) {
    let is_local = settings.site.bind.ip().is_loopback();
    let sentence = match provider.map(Emulator::issuer) {
        Some(issuer) if is_local => format!("{LOCAL} {}", ports(settings, issuer)),
        Some(issuer) => format!("{REACHABLE} {}", ports(settings, issuer)),
        None => "Open it and sign in with Google, as your settings say.".to_owned(),
    };
    let mut lines = vec![settings.site.base(), sentence];
    if settings.mail.is_none() {
        let page = dev::mail_page(&settings.site.web);
        lines.push(format!("Mails are not sent: they are shown at {page}."));
    }
    // Standard output may be closed; the log has the address too.
    let _ = lines.iter().try_for_each(|line| output::line(line));
    if let Some(Err(error)) = provider.map(|provider| folder.remember_issuer(provider.issuer())) {
        tracing::warn!(target: "belgie::server", "{error:#}");
    }
}

/// Returns where the local provider is: the browser needs access to it, possibly from another machine.
fn ports(settings: &Settings, issuer: &str) -> String {
    let port = issuer.rsplit(':').next().unwrap_or_default();
    let bind = settings.site.bind.port();
    format!(
        "It is at {issuer}: to open this from another machine, forward the ports {bind} and {port}."
    )
}

const REACHABLE: &str = "Open it and sign in: a local provider stands in for Google. BELGIE_BIND lets other machines reach this server.";
const LOCAL: &str =
    "Open it and sign in: a local provider stands in for Google, and nothing leaves this machine.";
