use std::collections::BTreeMap;

use belgie_domain::{
    Account, AccountId, Attempt, EmailAddress, Event, EventId, Issuer, Session, SessionId, Slide,
    Subject, TokenHash, User, UserId,
};
use belgie_ports::StoreError;
use chrono::{DateTime, Utc};

/// All that is kept, in the order of its keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(crate) users: BTreeMap<UserId, User>,
    pub(crate) accounts: BTreeMap<AccountId, Account>,
    pub(crate) sessions: BTreeMap<TokenHash, Session>,
    pub(crate) attempts: BTreeMap<TokenHash, Attempt>,
    pub(crate) events: BTreeMap<EventId, Event>,
}

impl State {
    pub(crate) fn user_by_email(&self, email: &EmailAddress) -> Option<&User> {
        let has_it = |user: &&User| user.email.as_ref() == Some(email);
        self.users.values().find(has_it)
    }

    pub(crate) fn account(&self, issuer: &Issuer, subject: &Subject) -> Option<&Account> {
        let is_it = |account: &&Account| account.issuer == *issuer && account.subject == *subject;
        self.accounts.values().find(is_it)
    }

    pub(crate) fn accounts_of(&self, user: UserId) -> Vec<Account> {
        let of_user = self.accounts.values().filter(|kept| kept.user_id == user);
        of_user.cloned().collect()
    }

    pub(crate) fn session(&self, id: SessionId) -> Option<&Session> {
        self.sessions.values().find(|session| session.id == id)
    }

    /// The newest first.
    pub(crate) fn sessions_of(&self, user: UserId) -> Vec<Session> {
        let of_user = self.sessions.values().filter(|kept| kept.user_id == user);
        let mut sessions: Vec<_> = of_user.cloned().collect();
        sessions.sort_by_key(|session| std::cmp::Reverse((session.created_at, session.id)));
        sessions
    }

    pub(crate) fn insert_user(&mut self, user: &User) -> Result<(), StoreError> {
        refuse_if(self.users.contains_key(&user.id) || self.is_address_taken(user))?;
        self.users.insert(user.id, user.clone());
        Ok(())
    }

    pub(crate) fn update_user(&mut self, user: &User) -> Result<bool, StoreError> {
        if !self.users.contains_key(&user.id) {
            return Ok(false);
        }
        refuse_if(self.is_address_taken(user))?;
        self.users.insert(user.id, user.clone());
        Ok(true)
    }

    pub(crate) fn delete_user(&mut self, id: UserId) -> bool {
        self.accounts.retain(|_, account| account.user_id != id);
        self.sessions.retain(|_, session| session.user_id != id);
        self.users.remove(&id).is_some()
    }

    pub(crate) fn insert_account(&mut self, account: &Account) -> Result<(), StoreError> {
        refuse_if(self.accounts.contains_key(&account.id) || self.is_subject_taken(account))?;
        refuse_if(!self.users.contains_key(&account.user_id))?;
        self.accounts.insert(account.id, account.clone());
        Ok(())
    }

    pub(crate) fn update_account(&mut self, account: &Account) -> Result<bool, StoreError> {
        if !self.accounts.contains_key(&account.id) {
            return Ok(false);
        }
        refuse_if(self.is_subject_taken(account) || !self.users.contains_key(&account.user_id))?;
        self.accounts.insert(account.id, account.clone());
        Ok(true)
    }

    pub(crate) fn delete_accounts_of(&mut self, user: UserId) -> u64 {
        let before = self.accounts.len();
        self.accounts.retain(|_, account| account.user_id != user);
        (before - self.accounts.len()) as u64
    }

    pub(crate) fn insert_session(&mut self, session: &Session) -> Result<(), StoreError> {
        refuse_if(self.sessions.contains_key(&session.token_hash))?;
        refuse_if(
            self.session(session.id).is_some() || !self.users.contains_key(&session.user_id),
        )?;
        self.sessions.insert(session.token_hash, session.clone());
        Ok(())
    }

    pub(crate) fn delete_sessions(&mut self, doomed: impl Fn(&Session) -> bool) -> u64 {
        let before = self.sessions.len();
        self.sessions.retain(|_, session| !doomed(session));
        (before - self.sessions.len()) as u64
    }

    pub(crate) fn trim_sessions_of(&mut self, user: UserId, keep: usize) -> u64 {
        let excess = self.sessions_of(user).into_iter().skip(keep);
        let hashes = excess.map(|session| session.token_hash);
        Self::remove(&mut self.sessions, hashes)
    }

    pub(crate) fn slide_session(&mut self, slide: Slide) -> bool {
        let found = self.sessions.get_mut(&slide.token_hash);
        let Some(session) = found.filter(|session| session.expires_at == slide.from) else {
            return false;
        };
        session.last_used_at = slide.last_used_at;
        session.expires_at = slide.expires_at;
        true
    }

    pub(crate) fn delete_expired_sessions(
        &mut self,
        now: DateTime<Utc>,
        created_before: DateTime<Utc>,
        limit: usize,
    ) -> u64 {
        let is_over =
            |session: &&Session| session.expires_at <= now || session.created_at <= created_before;
        let over = self.sessions.values().filter(is_over).take(limit);
        let hashes: Vec<_> = over.map(|session| session.token_hash).collect();
        Self::remove(&mut self.sessions, hashes)
    }

    pub(crate) fn insert_attempt(&mut self, attempt: &Attempt) -> Result<(), StoreError> {
        refuse_if(self.attempts.contains_key(&attempt.state_hash))?;
        self.attempts.insert(attempt.state_hash, attempt.clone());
        Ok(())
    }

    pub(crate) fn trim_attempts_of(&mut self, binding: TokenHash, keep: usize) -> u64 {
        let of_browser = self
            .attempts
            .values()
            .filter(|kept| kept.binding_hash == binding);
        let mut keys: Vec<_> = of_browser
            .map(|kept| (kept.created_at, kept.state_hash))
            .collect();
        keys.sort_by_key(|key| std::cmp::Reverse(*key));
        let hashes = keys.into_iter().skip(keep).map(|(_, hash)| hash);
        Self::remove(&mut self.attempts, hashes)
    }

    pub(crate) fn delete_expired_attempts(&mut self, now: DateTime<Utc>, limit: usize) -> u64 {
        let over = self
            .attempts
            .values()
            .filter(|attempt| attempt.is_expired(now))
            .take(limit);
        let hashes: Vec<_> = over.map(|attempt| attempt.state_hash).collect();
        Self::remove(&mut self.attempts, hashes)
    }

    pub(crate) fn insert_event(&mut self, event: &Event) -> Result<(), StoreError> {
        refuse_if(self.events.contains_key(&event.id))?;
        self.events.insert(event.id, event.clone());
        Ok(())
    }

    fn remove<T>(
        kept: &mut BTreeMap<TokenHash, T>,
        hashes: impl IntoIterator<Item = TokenHash>,
    ) -> u64 {
        let removed = hashes.into_iter().filter_map(|hash| kept.remove(&hash));
        removed.count() as u64
    }

    fn is_address_taken(&self, user: &User) -> bool {
        let holder = user
            .email
            .as_ref()
            .and_then(|email| self.user_by_email(email));
        holder.is_some_and(|holder| holder.id != user.id)
    }

    fn is_subject_taken(&self, account: &Account) -> bool {
        let holder = self.account(&account.issuer, &account.subject);
        holder.is_some_and(|holder| holder.id != account.id)
    }
}

/// Answers a conflict where there is one.
fn refuse_if(conflict: bool) -> Result<(), StoreError> {
    if conflict {
        return Err(StoreError::Conflict);
    }
    Ok(())
}
