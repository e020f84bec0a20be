use std::sync::Arc;

use belgie_domain::{EmailAddress, Password, PasswordHash};
use belgie_ports::{PasswordHasher, PasswordStrength};

use crate::{AuthError, Policy};

/// What passwords need from outside.
pub(crate) struct PasswordTools {
    pub(super) hasher: Arc<dyn PasswordHasher>,
    pub(super) strength: Arc<dyn PasswordStrength>,
}

impl PasswordTools {
    pub(crate) fn new(hasher: impl PasswordHasher, strength: impl PasswordStrength) -> Self {
        Self {
            hasher: Arc::new(hasher),
            strength: Arc::new(strength),
        }
    }

    /// Checks a password that a person chooses, and hashes it.
    pub(super) async fn hash_new(
        &self,
        password: &Password,
        policy: &Policy,
        (email, name): (Option<&EmailAddress>, Option<&str>),
    ) -> Result<PasswordHash, AuthError> {
        policy.passwords.check_length(password)?;
        let site = policy.redirects.base().host_str();
        let words = [
            email.map(EmailAddress::as_str),
            name,
            policy.site_name.as_deref(),
            site,
        ];
        let context: Vec<_> = words.into_iter().flatten().map(str::to_owned).collect();
        if let Some(weakness) = self.strength.weakness(password, &context).await? {
            return Err(weakness.into());
        }
        Ok(self.hasher.hash(password).await?)
    }
}
