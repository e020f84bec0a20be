use belgie_domain::{Password, UserId, UserPassword};
use belgie_ports::{
    Contention, PasswordHasher, PasswordHasherError, PasswordMatch, StoreExt as _, Transaction,
};

use super::Passwords;
use super::claim::Claim;
use crate::sign_in::FailedSignIn;
use crate::{AuthError, Guess};

/// A password that is the right one, as it was stored when it was compared.
#[derive(Clone, Debug)]
pub(super) struct Verified {
    pub(super) user: UserId,
    stored: UserPassword,
    is_outdated: bool,
}

impl Verified {
    /// Checks that the password is still the one that was compared: it may have been changed meanwhile.
    pub(super) async fn check(&self, tx: &dyn Transaction) -> Result<(), AuthError> {
        let stored = tx.find_password(self.user).await?;
        let is_same = |stored: UserPassword| stored.changed_at == self.stored.changed_at;
        stored
            .is_some_and(is_same)
            .then_some(())
            .ok_or(AuthError::InvalidCredentials)
    }
}

/// Compares a password with a stored hash. One that cannot be read matches nothing, after the usual work: an error would tell
/// that there is such a user.
async fn compare(
    hasher: &dyn PasswordHasher,
    typed: &Password,
    stored: Option<&UserPassword>,
) -> Result<PasswordMatch, PasswordHasherError> {
    let compared = hasher
        .verify(typed, stored.map(|stored| &stored.hash))
        .await;
    match (compared, stored) {
        (Err(PasswordHasherError::UnusableHash), Some(stored)) => {
            let user = stored.user_id;
            tracing::error!(%user, "a stored password hash cannot be read, so that it opens nothing");
            hasher.verify(typed, None).await
        }
        (compared, _) => compared,
    }
}

impl<'a> Passwords<'a> {
    /// Compares a password with that of a user. It takes as long, and answers the same, without a user or without a
    /// password.
    ///
    /// The guess that was permitted counts as a failure unless the caller says that it succeeded.
    pub(super) async fn verify(
        self,
        claim: Claim<'_>,
    ) -> Result<(Verified, Option<Guess<'a>>), FailedSignIn> {
        let guess = self.permit(&claim).await?;
        let typed = claim.typed;
        let (user, stored) = claim.found.unzip();
        let user = user.map(|user| user.id);
        let stored = stored.flatten();
        let hasher = self.tools()?.hasher.as_ref();
        let matched = match compare(hasher, typed, stored.as_ref()).await {
            Ok(matched) => matched,
            Err(error) => {
                if let Some(guess) = guess {
                    guess.withdrawn().await?;
                }
                return Err(FailedSignIn::of(error, user));
            }
        };
        let (Some(user), Some(stored)) = (user, stored) else {
            return Err(FailedSignIn::of(AuthError::InvalidCredentials, user));
        };
        if matched == PasswordMatch::No {
            let error = AuthError::InvalidCredentials;
            return Err(FailedSignIn::of(error, Some(user)));
        }
        let verified = Verified {
            user,
            stored,
            is_outdated: matched == PasswordMatch::Outdated,
        };
        Ok((verified, guess))
    }

    /// Hashes a password again if its hash costs less than a new one would. It is done another time if that fails.
    pub(super) async fn renew(self, verified: Verified, typed: &Password) {
        if !verified.is_outdated {
            return;
        }
        let user = verified.user;
        match self.rehash(verified, typed).await {
            Ok(()) => tracing::info!(%user, "password hashed again"),
            Err(error) => tracing::warn!(%user, %error, "could not hash a password again"),
        }
    }

    async fn rehash(self, verified: Verified, typed: &Password) -> Result<(), AuthError> {
        let mut renewed = verified.stored.clone();
        renewed.hash = self.tools()?.hasher.hash(typed).await?;
        let (store, contention) = (&self.core.store, Contention::on_user(verified.user));
        let state = (verified, renewed);
        let saved = store.transaction(contention, state, |(verified, renewed), tx| {
            Box::pin(async move {
                verified.check(tx).await?;
                Ok(tx.save_password(renewed).await?)
            })
        });
        saved.await
    }
}
