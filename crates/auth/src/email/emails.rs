use std::fmt;

use belgie_domain::{ClientInfo, EmailAddress};

use crate::AuthError;
use crate::core::Core;
use crate::mail::request_mail;
use crate::mail_job::MailJob;

/// The e-mail addresses of users: verifying and changing them by links that are mailed.
///
/// Every method returns [`AuthError::MailsOff`] when this installation sends no mails.
#[derive(Clone, Copy)]
pub struct Emails<'a> {
    pub(super) core: &'a Core,
}

impl<'a> Emails<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        Self { core }
    }

    /// Returns whether this installation sends mails at all.
    pub fn are_sent(&self) -> bool {
        self.core.mailer.is_some()
    }

    /// Mails a new link for verifying an address, if it is that of a user who has not verified it. The result reveals
    /// neither that nor whether the mail exceeded a [limit](crate::Limits::mail).
    ///
    /// # Errors
    /// [`AuthError::MailsOff`], [`AuthError::Store`].
    pub async fn resend(&self, email: &EmailAddress, client: &ClientInfo) -> Result<(), AuthError> {
        let job = MailJob::Verify(email.clone());
        request_mail(self.core, job, email, client).await
    }
}

impl fmt::Debug for Emails<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emails").finish_non_exhaustive()
    }
}
