use std::fmt;

use belgie_domain::{ClientNetwork, LimitKey};

use super::permits::Permits;
use super::rule::Rule;
use crate::AuthError;

/// Permission to verify one guess of a password: see [`Limits::guess`](super::Limits::guess).
///
/// It counts as a failure unless [`Self::succeeded`] or [`Self::withdrawn`] is called, so a guess whose caller gives up in
/// between counts too.
#[must_use = "a guess may be verified only with permission"]
pub struct Guess<'a> {
    permits: Permits<'a>,
    taken: Vec<Taken>,
}

/// A permit that was taken.
struct Taken {
    rule: Rule,
    key: LimitKey,
    /// How many permits a success puts back.
    forgiven: u32,
}

impl<'a> Guess<'a> {
    pub(super) fn new(permits: Permits<'a>) -> Self {
        Self {
            permits,
            taken: Vec::new(),
        }
    }

    /// Takes a permit of the network, which a success returns.
    pub(super) async fn take_of_network(
        self,
        rule: Rule,
        network: ClientNetwork,
    ) -> Result<Self, AuthError> {
        let answer = self.permits.take_of_network(rule, network).await;
        let (key, forgiven) = (rule.of_network(network), 1);
        let taken = Taken {
            rule,
            key,
            forgiven,
        };
        self.and(taken, answer).await
    }

    /// Takes a permit of the account; a success refills the whole bucket.
    pub(super) async fn take_of_account(
        self,
        rule: Rule,
        key: LimitKey,
    ) -> Result<Self, AuthError> {
        let answer = self.permits.take(rule, key).await;
        let forgiven = rule.limit.burst();
        let taken = Taken {
            rule,
            key,
            forgiven,
        };
        self.and(taken, answer).await
    }

    /// Adds a permit, or, when it was refused, returns those that were taken before.
    async fn and(mut self, taken: Taken, answer: Result<(), AuthError>) -> Result<Self, AuthError> {
        match answer {
            Ok(()) => {
                self.taken.push(taken);
                Ok(self)
            }
            Err(refused) => {
                self.withdrawn().await?;
                Err(refused)
            }
        }
    }

    /// Returns the permit, since the password was right. Earlier failures for the account no longer count: from this
    /// network, and, if this one is not known, from all that are not.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn succeeded(self) -> Result<(), AuthError> {
        for taken in self.taken {
            let (rule, key) = (taken.rule, taken.key);
            self.permits.put_back(rule, key, taken.forgiven).await?;
        }
        Ok(())
    }

    /// Returns the permit, since nothing was compared. Earlier failures still count.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn withdrawn(self) -> Result<(), AuthError> {
        for taken in self.taken {
            self.permits.put_back(taken.rule, taken.key, 1).await?;
        }
        Ok(())
    }
}

impl fmt::Debug for Guess<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guess").finish_non_exhaustive()
    }
}
