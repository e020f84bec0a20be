use std::error::Error;
use std::fmt;
use std::time::Duration;

use belgie_domain::Mail;
use belgie_ports::{BoxFuture, MailError, Mailer};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::response::{Category, Severity};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::SmtpUrl;

/// Sends mails through one mail server.
#[derive(Clone)]
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why an [`SmtpMailer`] cannot be created.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SmtpMailerError {
    /// The sender is not an address.
    #[error("not a sender such as no-reply@example.com or Example <no-reply@example.com>")]
    Sender,
    /// The connection cannot be configured, for instance because a certificate is not one.
    #[error("the connection to the mail server cannot be configured")]
    Connection(#[source] Box<dyn Error + Send + Sync>),
}

/// How long it may take to hand over one mail.
const TIME_LIMIT: Duration = Duration::from_secs(30);

impl SmtpMailer {
    /// Creates a mailer; nothing is connected yet. It trusts Mozilla's root certificates and `more_roots` (DER).
    ///
    /// # Errors
    /// [`SmtpMailerError`].
    pub fn new(
        server: &SmtpUrl,
        from: &str,
        more_roots: impl IntoIterator<Item = Vec<u8>>,
    ) -> Result<Self, SmtpMailerError> {
        let from = from.trim().parse().map_err(|_| SmtpMailerError::Sender)?;
        let connection = |error| SmtpMailerError::Connection(Box::new(error));
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(server.as_str());
        let tls = tls(server, more_roots).map_err(connection)?;
        let transport = transport
            .map_err(connection)?
            .tls(tls)
            .timeout(Some(TIME_LIMIT))
            .build();
        Ok(Self { transport, from })
    }

    async fn hand_over(&self, mail: &Mail) -> Result<(), MailError> {
        let message = message(mail, &self.from).map_err(MailError::Refused)?;
        let sent = tokio::time::timeout(TIME_LIMIT, self.transport.send(message)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if is_final(&error) => Err(MailError::Refused(Box::new(error))),
            Ok(Err(error)) => Err(MailError::Unavailable(Box::new(error))),
            Err(elapsed) => Err(MailError::Unavailable(Box::new(elapsed))),
        }
    }
}

impl Mailer for SmtpMailer {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), MailError>> {
        Box::pin(self.hand_over(mail))
    }
}

fn tls(
    server: &SmtpUrl,
    more_roots: impl IntoIterator<Item = Vec<u8>>,
) -> Result<Tls, lettre::transport::smtp::Error> {
    if !server.is_smtps() && !server.has_starttls() {
        return Ok(Tls::None);
    }
    let mut parameters = TlsParameters::builder(server.host().to_owned());
    for root in more_roots {
        parameters = parameters.add_root_certificate(Certificate::from_der(root)?);
    }
    let parameters = parameters.build_rustls()?;
    Ok(if server.is_smtps() {
        Tls::Wrapper(parameters)
    } else {
        Tls::Required(parameters)
    })
}

fn message(mail: &Mail, from: &Mailbox) -> Result<Message, Box<dyn Error + Send + Sync>> {
    let to = Mailbox::new(None, mail.to.as_str().parse()?);
    let bodies = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
    let message = Message::builder()
        .from(from.clone())
        .to(to)
        .subject(&mail.subject)
        .message_id(None)
        .header(AutoSubmitted)
        .multipart(bodies)?;
    Ok(message)
}

/// RFC 5321 §4.2.1: 55x concerns this mail or mailbox. Other permanent replies (authentication, syntax) concern this
/// client, and end once it is configured correctly.
fn is_final(error: &lettre::transport::smtp::Error) -> bool {
    error.status().is_some_and(|code| {
        code.severity == Severity::PermanentNegativeCompletion
            && code.category == Category::MailSystem
    })
}

/// Marks the mail as automatic, so that vacation responders do not reply (RFC 3834 §5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpMailer").finish_non_exhaustive()
    }
}
