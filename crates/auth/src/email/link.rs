use belgie_domain::{
    EmailAddress, EmailStatus, MailedToken, OneTimeToken, ProviderId, SessionToken, TokenOwner,
    TokenPurpose,
};

use super::Emails;
use super::browser::Browser;
use crate::mailed::{self, active_user_of, holder_of};
use crate::{AuthError, Passwords};

/// What a mailed link does when it is used.
///
/// Deliberately exhaustive, so that a web layer cannot overlook a new kind of link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailedLink {
    /// Chooses a new password: [`Passwords::reset`](crate::Passwords::reset).
    ResetPassword {
        /// The address of the user.
        email: EmailAddress,
    },
    /// Verifies an address: [`Emails::verify`].
    VerifyEmail {
        /// The address.
        email: EmailAddress,
        /// Whether the user has no password afterwards unless one is chosen with it.
        needs_password: bool,
        /// Whether the user's accounts at providers are removed.
        disconnects: bool,
    },
    /// Creates a user, who then signs in with a provider: [`Emails::verify`].
    CreateUser {
        /// The address, which the provider has not verified.
        email: EmailAddress,
        /// The provider.
        provider: ProviderId,
    },
    /// Changes an address: [`Emails::confirm`].
    ChangeEmail {
        /// The new address.
        email: EmailAddress,
    },
}

impl Emails<'_> {
    /// Returns what a mailed link does when it is used in the browser that holds this session, if it holds one. Nothing
    /// changes: programs that examine mails open links, too.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`] when the link can no longer be used; [`AuthError::NotAuthenticated`] when it can be used only
    /// with a session of its user, as [`verify`](Self::verify) says; [`AuthError::MailsOff`], [`AuthError::Store`].
    pub async fn link(
        &self,
        token: &OneTimeToken,
        held: Option<&SessionToken>,
    ) -> Result<MailedLink, AuthError> {
        let (core, store) = (self.core, self.core.store.as_ref());
        let found = mailed::find_any(core, token).await?;
        let email = found.email.clone();
        match found.purpose {
            TokenPurpose::ResetPassword => {
                holder_of(store, &found).await?;
                Ok(MailedLink::ResetPassword { email })
            }
            TokenPurpose::ChangeEmail => {
                active_user_of(store, &found).await?;
                Ok(MailedLink::ChangeEmail { email })
            }
            TokenPurpose::VerifyEmail => match &found.owner {
                TokenOwner::User(_) => self.verification(&found, held).await,
                TokenOwner::PendingSignUp(pending) => {
                    let provider = pending.provider.clone();
                    Ok(MailedLink::CreateUser { email, provider })
                }
            },
            _ => Err(AuthError::InvalidToken),
        }
    }

    async fn verification(
        &self,
        found: &MailedToken,
        held: Option<&SessionToken>,
    ) -> Result<MailedLink, AuthError> {
        let (core, store) = (self.core, self.core.store.as_ref());
        let user = holder_of(store, found).await?;
        let browser = Browser::new(core, held);
        let keeps_all = user.email_status == EmailStatus::Proved
            || browser.session_of(store, &user).await?.is_some();
        let disconnects = !keeps_all && !store.accounts_of(user.id).await?.is_empty();
        let with_passwords = Passwords::new(core).are_offered();
        if disconnects && !with_passwords {
            return Err(AuthError::NotAuthenticated);
        }
        Ok(MailedLink::VerifyEmail {
            email: found.email.clone(),
            needs_password: !keeps_all && with_passwords,
            disconnects,
        })
    }
}
