use belgie_domain::{
    Account, AccountId, Choice, ClientInfo, Decision, EventKind, JoinPolicy, PendingSignIn,
    ProviderId, TokenHash, User, decide,
};
use belgie_ports::{Contention, StoreError, Transaction};
use chrono::{DateTime, Utc};

use super::matching::find_match;
use crate::core::Core;
use crate::event::EventDraft;
use crate::ways_in::WaysIn;

/// An identity that waits in this browser, and joins the user who holds its address as soon as that user signs in here.
#[derive(Debug)]
pub(crate) struct Connection {
    waiting: PendingSignIn,
    joining: JoinPolicy,
    ways_in: WaysIn,
    account_id: AccountId,
    event: EventDraft,
    now: DateTime<Utc>,
}

impl Connection {
    /// Finds what waits in this browser. Whether it still may join is decided in the transaction of the sign-in.
    pub(crate) async fn find(
        core: &Core,
        browser: TokenHash,
        client: &ClientInfo,
    ) -> Result<Option<Self>, StoreError> {
        let now = core.now();
        let waiting = core.store.find_pending_sign_in(browser).await?;
        let usable = |waiting: &PendingSignIn| {
            !waiting.is_expired(now) && core.provider(waiting.provider.as_str()).is_ok()
        };
        let Some(waiting) = waiting.filter(usable) else {
            return Ok(None);
        };
        let draw = core.draw(now);
        let event = core.event_of(&draw, now, EventKind::AccountLinked);
        Ok(Some(Self {
            joining: core.policy.joining,
            ways_in: core.ways_in(),
            account_id: draw.account_id(),
            event: event.via(&waiting.provider).from(client),
            waiting,
            now,
        }))
    }

    /// Adds what the transaction competes for.
    pub(crate) fn contend(&self, contention: Contention) -> Contention {
        let contention = contention.and_account(&self.waiting.issuer, &self.waiting.subject);
        match self.waiting.address() {
            Some(email) => contention.and_address(&email),
            None => contention,
        }
    }

    /// Adds the waiting account to the user who signs in, if it waits for that very user, and returns its provider. The
    /// caller saves the user. Another user's sign-in leaves everything as it is.
    pub(crate) async fn join(
        &self,
        tx: &dyn Transaction,
        user: &mut User,
    ) -> Result<Option<ProviderId>, StoreError> {
        let browser = self.waiting.binding_hash;
        let Some(waiting) = tx.consume_pending_sign_in(browser, user.id).await? else {
            return Ok(None);
        };
        if waiting.is_expired(self.now) || !self.may_join(tx, &waiting, user).await? {
            return Ok(None);
        }
        let (provider, identity) = (waiting.provider.clone(), waiting.identity());
        let account = Account::new(self.account_id, user.id, provider, &identity, self.now);
        tx.insert_account(&account).await?;
        user.update_from_connected(&identity, self.now);
        self.event.clone().by_self(user.id).write(tx).await?;
        Ok(Some(account.provider))
    }

    /// Decides anew: meanwhile the identity may have signed in elsewhere, or the address may have moved.
    async fn may_join(
        &self,
        tx: &dyn Transaction,
        waiting: &PendingSignIn,
        user: &User,
    ) -> Result<bool, StoreError> {
        let identity = waiting.identity();
        let provider = &waiting.provider;
        let (known, _) = find_match(tx, provider, &identity, &self.ways_in).await?;
        Ok(match decide(&identity, known, self.joining) {
            Ok(Decision::Ask { holder, choices }) => {
                holder.id == user.id && choices.allow(Choice::Connect)
            }
            Ok(Decision::Join(holder)) => holder.id == user.id,
            Ok(Decision::SignIn(_) | Decision::Create(_)) | Err(_) => false,
        })
    }
}
