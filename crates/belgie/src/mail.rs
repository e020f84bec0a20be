use belgie_adapter_smtp::SmtpMailer;

use crate::BuildError;

/// Creates the mailer of [`BelgieBuilder::smtp`](crate::BelgieBuilder::smtp).
pub(crate) fn mailer(server: &str, from: &str) -> Result<SmtpMailer, BuildError> {
    let server = server.parse().map_err(BuildError::MailServer)?;
    Ok(SmtpMailer::new(&server, from, [])?)
}
