use std::fmt;

use belgie_domain::{PasswordPolicy, UserId};

use super::PasswordTools;
use crate::AuthError;
use crate::core::Core;

/// Signing in with an e-mail address and a password: registering, signing in, and changing the password.
///
/// Every method returns [`AuthError::PasswordsOff`] when this installation has no passwords, and [`AuthError::Hashing`]
/// when too many are being hashed already.
#[derive(Clone, Copy)]
pub struct Passwords<'a> {
    pub(super) core: &'a Core,
}

impl<'a> Passwords<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        Self { core }
    }

    /// Returns whether people can sign in with a password at all.
    pub fn are_offered(&self) -> bool {
        self.core.passwords.is_some()
    }

    /// Returns the rule for new passwords.
    pub fn policy(&self) -> PasswordPolicy {
        self.core.policy.passwords
    }

    /// Returns whether a user has a password to sign in with.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn is_set(&self, user: UserId) -> Result<bool, AuthError> {
        let stored = self.core.store.find_password(user).await?;
        Ok(self.are_offered() && stored.is_some())
    }

    pub(super) fn tools(self) -> Result<&'a PasswordTools, AuthError> {
        self.core.passwords.as_ref().ok_or(AuthError::PasswordsOff)
    }
}

impl fmt::Debug for Passwords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords").finish_non_exhaustive()
    }
}
