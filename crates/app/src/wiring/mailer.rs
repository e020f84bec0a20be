use std::sync::Arc;

use anyhow::Context as _;
use belgie_adapter_smtp::SmtpMailer;
use belgie_ports::Mailer;

use super::provider::more_roots;
use crate::settings::Settings;

/// Creates the mailer; `None` when no mail server is configured.
///
/// # Errors
/// Names the setting when a root certificate cannot be used.
pub fn mailer(settings: &Settings) -> anyhow::Result<Option<Arc<dyn Mailer>>> {
    let Some(mail) = &settings.mail else {
        return Ok(None);
    };
    let roots = more_roots(settings)?;
    let roots = roots.iter().map(|root| root.to_vec());
    let mailer = SmtpMailer::new(&mail.server, &mail.from, roots).context("BELGIE_SMTP_URL")?;
    Ok(Some(Arc::new(mailer)))
}
