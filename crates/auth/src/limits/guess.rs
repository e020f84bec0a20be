use std::fmt;

use belgie_domain::{ClientNetwork, LimitKey};

use super::permits::Permits;
use super::rule::Rule;
use crate::AuthError;

/// Permission to verify one guess of a password: see [`Limits::guess`](super::Limits::guess).
///
/// It counts as a failure unless [`Self::succeeded`] is called, so a guess whose caller gives up in between counts too.
#[must_use = "a guess may be verified only with permission"]
pub struct Guess<'a> {
    permits: Permits<'a>,
    returned: Vec<Returned>,
}

/// What a success puts back.
struct Returned {
    rule: Rule,
    key: LimitKey,
    permits: u32,
}

impl<'a> Guess<'a> {
    pub(super) fn new(permits: Permits<'a>) -> Self {
        Self {
            permits,
            returned: Vec::new(),
        }
    }

    /// Takes a permit of the network, which a success returns.
    pub(super) async fn take_of_network(
        mut self,
        rule: Rule,
        network: ClientNetwork,
    ) -> Result<Self, AuthError> {
        self.permits.take_of_network(rule, network).await?;
        let key = rule.of_network(network);
        self.returned.push(Returned {
            rule,
            key,
            permits: 1,
        });
        Ok(self)
    }

    /// Takes a permit of the account; a success refills the whole bucket.
    pub(super) async fn take_of_account(
        mut self,
        rule: Rule,
        key: LimitKey,
    ) -> Result<Self, AuthError> {
        self.permits.take(rule, key).await?;
        let permits = rule.limit.burst();
        self.returned.push(Returned { rule, key, permits });
        Ok(self)
    }

    /// Returns the permit, since the password was right. Earlier failures for the account no longer count: from this
    /// network, and, if this one is not known, from all that are not.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn succeeded(self) -> Result<(), AuthError> {
        for returned in self.returned {
            let (rule, key) = (returned.rule, returned.key);
            self.permits.put_back(rule, key, returned.permits).await?;
        }
        Ok(())
    }
}

impl fmt::Debug for Guess<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guess").finish_non_exhaustive()
    }
}
