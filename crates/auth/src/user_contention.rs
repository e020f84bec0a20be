use belgie_domain::UserId;
use belgie_ports::Contention;

use crate::AuthError;
use crate::core::Core;

impl Core {
    /// Returns the names of the user and of everything its sign-ins contend for: otherwise a user who keeps signing in
    /// could prevent a change from being committed.
    pub(crate) async fn contention_of(&self, id: UserId) -> Result<Contention, AuthError> {
        let mut contention = Contention::on_user(id);
        for account in self.store.accounts_of(id).await? {
            contention = contention.and_account(&account.issuer, &account.subject);
        }
        let user = self.store.find_user(id).await?;
        if let Some(email) = user.and_then(|user| user.email) {
            contention = contention.and_address(&email);
        }
        Ok(contention)
    }
}
