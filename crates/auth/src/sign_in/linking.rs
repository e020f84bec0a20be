use belgie_domain::{
    Account, AccountId, EventKind, ProviderId, ProviderIdentity, SessionId, SessionPolicy,
    check_link,
};
use belgie_ports::{Contention, Exchanged, StoreExt as _, Transaction};
use chrono::{DateTime, Utc};

use super::Callback;
use super::account::save_account;
use super::record::FailedSignIn;
use super::session_owner::find_session_owner;
use crate::core::Core;
use crate::event::EventDraft;
use crate::token_vault::IssuedTokens;

/// Adds the account of a verified identity to the user of a session. Everything random is drawn before the transaction,
/// which may run more than once.
#[derive(Debug)]
pub(super) struct Linking {
    identity: ProviderIdentity,
    tokens: Option<IssuedTokens>,
    provider: ProviderId,
    session: SessionId,
    policy: SessionPolicy,
    now: DateTime<Utc>,
    account_id: AccountId,
    event: EventDraft,
}

impl Linking {
    pub(super) fn new(
        core: &Core,
        provider: &ProviderId,
        exchanged: Exchanged,
        session: SessionId,
        callback: &Callback<'_>,
    ) -> Self {
        let now = core.now();
        let draw = core.draw(now);
        let event = core.event_of(&draw, now, EventKind::AccountLinked);
        Self {
            identity: exchanged.identity,
            tokens: core.issued(exchanged.tokens),
            provider: provider.clone(),
            session,
            policy: core.policy.sessions.clone(),
            now,
            account_id: draw.account_id(),
            event: event.via(provider).from(&callback.client),
        }
    }

    /// Writes account and event in one transaction.
    pub(super) async fn commit(self, core: &Core) -> Result<Account, FailedSignIn> {
        let (issuer, subject) = (&self.identity.issuer, &self.identity.subject);
        let contention = Contention::none().and_account(issuer, subject);
        let store = &core.store;
        let linked = store.transaction(contention, self, |linking, tx| Box::pin(linking.run(tx)));
        let account = linked.await?;
        core.hooks.committed.notify_one();
        Ok(account)
    }

    async fn run(&self, tx: &dyn Transaction) -> Result<Account, FailedSignIn> {
        let (_, user) = find_session_owner(tx, self.session, &self.policy, self.now).await?;
        let known = tx
            .find_account(&self.identity.issuer, &self.identity.subject)
            .await?;
        check_link(known.as_ref(), user.id)
            .map_err(|refusal| FailedSignIn::of(refusal, Some(user.id)))?;
        let is_new = known.is_none();
        let (provider, identity) = (self.provider.clone(), &self.identity);
        let account = Account::new(self.account_id, user.id, provider, identity, self.now);
        let account = save_account(tx, known, account, self.tokens.as_ref()).await?;
        if is_new {
            self.event.clone().by_self(user.id).write(tx).await?;
        }
        Ok(account)
    }
}
