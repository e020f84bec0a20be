use belgie_domain::{ClientNetwork, LimitKey, Permit};

use super::rule::Rule;
use crate::AuthError;
use crate::core::Core;

const INTERNAL: &str = "too many requests from one internal network: \
    if that is the address of a reverse proxy, add it to the trusted proxies, so that each visitor is counted alone";

/// Takes permits and puts them back, unless limits are off.
#[derive(Clone, Copy)]
pub(super) struct Permits<'a> {
    core: &'a Core,
}

impl<'a> Permits<'a> {
    pub(super) fn of(core: &'a Core) -> Self {
        Self { core }
    }

    pub(super) async fn take(self, rule: Rule, key: LimitKey) -> Result<(), AuthError> {
        if !self.core.policy.rate_limits {
            return Ok(());
        }
        let (store, now) = (&self.core.store, self.core.now());
        match store.take_permit(key, rule.limit, now).await? {
            Permit::Granted => Ok(()),
            Permit::Refused { retry_after } => Err(AuthError::RateLimited { retry_after }),
        }
    }

    /// Takes a permit of a network and logs a refusal: as a warning when no visitor can be in that network, since the
    /// operator may have to act.
    pub(super) async fn take_of_network(
        self,
        rule: Rule,
        network: ClientNetwork,
    ) -> Result<(), AuthError> {
        let taken = self.take(rule, rule.of_network(network)).await;
        if matches!(taken, Err(AuthError::RateLimited { .. })) {
            let limit = rule.purpose;
            if network.is_internal() {
                tracing::warn!(%network, limit, "{INTERNAL}");
            } else {
                tracing::info!(%network, limit, "too many requests from one network");
            }
        }
        taken
    }

    pub(super) async fn put_back(
        self,
        rule: Rule,
        key: LimitKey,
        permits: u32,
    ) -> Result<(), AuthError> {
        if !self.core.policy.rate_limits {
            return Ok(());
        }
        let store = &self.core.store;
        Ok(store.return_permits(key, rule.limit, permits).await?)
    }
}
