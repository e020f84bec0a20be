use std::error::Error;

use belgie_domain::Mail;

use crate::BoxFuture;

/// Sends mails.
///
/// An implementation MUST end each call within a minute or so, and MUST NOT write a body or a recipient to a log or into
/// an error: bodies contain one-time tokens.
pub trait Mailer: Send + Sync + 'static {
    /// Hands a mail over to a mail server, which takes responsibility for it.
    ///
    /// # Errors
    /// [`MailError`]. It may have been sent all the same when the answer of the server was lost.
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), MailError>>;
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailError {
    /// The mail server refuses this mail for good; a retry does not help.
    #[error("the mail server refuses the mail")]
    Refused(#[source] Box<dyn Error + Send + Sync>),
    /// The mail server cannot be reached, or does not accept the mail now; a retry may help.
    #[error("the mail server does not accept the mail at present")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}
