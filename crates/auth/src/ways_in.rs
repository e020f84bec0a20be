use std::sync::Arc;

use belgie_domain::{Account, UserId};
use belgie_ports::{Passwords, StoreError};

use crate::providers::Providers;

/// The ways in which people can sign in to this installation.
#[derive(Clone, Debug)]
pub(crate) struct WaysIn {
    providers: Arc<Providers>,
    with_passwords: bool,
}

impl WaysIn {
    pub(crate) fn new(providers: Arc<Providers>, with_passwords: bool) -> Self {
        Self {
            providers,
            with_passwords,
        }
    }

    /// Returns whether the account can be used to sign in.
    pub(crate) fn include(&self, account: &Account) -> bool {
        self.providers.serve(account)
    }

    /// Returns whether the user has a password that can be used to sign in.
    pub(crate) async fn include_password_of<R: Passwords + Sync + ?Sized>(
        &self,
        user: UserId,
        reads: &R,
    ) -> Result<bool, StoreError> {
        Ok(self.with_passwords && reads.find_password(user).await?.is_some())
    }

    /// Returns whether it is possible to sign in as the user, by one of these accounts or by password.
    pub(crate) async fn lead_to<R: Passwords + Sync + ?Sized>(
        &self,
        user: UserId,
        accounts: &[Account],
        reads: &R,
    ) -> Result<bool, StoreError> {
        let by_account = accounts.iter().any(|account| self.include(account));
        Ok(by_account || self.include_password_of(user, reads).await?)
    }
}
