use belgie_domain::{
    Account, Attempt, EmailAddress, Event, Issuer, Session, SessionId, Subject, TokenHash, User,
    UserId,
};
use belgie_ports::{
    AccountWrites, AttemptWrites, BoxFuture, EventWrites, Finds, Run, SessionWrites, StoreError,
    Transaction, UserWrites,
};

use crate::state::State;

/// A transaction: a copy of all that is kept, to be swapped in.
pub(crate) struct MemoryTransaction {
    state: State,
    run: Run,
}

impl MemoryTransaction {
    pub(crate) fn on(state: State) -> Self {
        let run = Run::default();
        Self { state, run }
    }

    pub(crate) fn end(self) -> (State, Run) {
        (self.state, self.run)
    }

    fn apply<'t, T: Send + 't>(
        &'t mut self,
        step: impl FnOnce(&mut State) -> Result<T, StoreError> + Send + 't,
    ) -> BoxFuture<'t, Result<T, StoreError>> {
        Box::pin(async move {
            self.run.check()?;
            let answer = step(&mut self.state);
            self.run.note(answer)
        })
    }
}

impl Transaction for MemoryTransaction {}

impl Finds for MemoryTransaction {
    fn find_user(&mut self, id: UserId) -> BoxFuture<'_, Result<Option<User>, StoreError>> {
        self.apply(move |state| Ok(state.users.get(&id).cloned()))
    }

    fn find_user_by_email<'a>(
        &'a mut self,
        email: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Option<User>, StoreError>> {
        self.apply(|state| Ok(state.user_by_email(email).cloned()))
    }

    fn find_account<'a>(
        &'a mut self,
        issuer: &'a Issuer,
        subject: &'a Subject,
    ) -> BoxFuture<'a, Result<Option<Account>, StoreError>> {
        self.apply(|state| Ok(state.account(issuer, subject).cloned()))
    }

    fn accounts_of(&mut self, user: UserId) -> BoxFuture<'_, Result<Vec<Account>, StoreError>> {
        self.apply(move |state| Ok(state.accounts_of(user)))
    }

    fn find_session(
        &mut self,
        id: SessionId,
    ) -> BoxFuture<'_, Result<Option<Session>, StoreError>> {
        self.apply(move |state| Ok(state.session(id).cloned()))
    }
}

impl UserWrites for MemoryTransaction {
    fn insert_user<'a>(&'a mut self, user: &'a User) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|state| state.insert_user(user))
    }

    fn update_user<'a>(&'a mut self, user: &'a User) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.apply(|state| state.update_user(user))
    }

    fn delete_user(&mut self, id: UserId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.apply(move |state| Ok(state.delete_user(id)))
    }
}

impl AccountWrites for MemoryTransaction {
    fn insert_account<'a>(
        &'a mut self,
        account: &'a Account,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|state| state.insert_account(account))
    }

    fn update_account<'a>(
        &'a mut self,
        account: &'a Account,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.apply(|state| state.update_account(account))
    }

    fn delete_accounts_of(&mut self, user: UserId) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.apply(move |state| Ok(state.delete_accounts_of(user)))
    }
}

impl SessionWrites for MemoryTransaction {
    fn insert_session<'a>(
        &'a mut self,
        session: &'a Session,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|state| state.insert_session(session))
    }

    fn take_session(
        &mut self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Session>, StoreError>> {
        self.apply(move |state| Ok(state.sessions.remove(&token_hash)))
    }

    fn delete_session(&mut self, id: SessionId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.apply(move |state| Ok(state.delete_sessions(|session| session.id == id) > 0))
    }

    fn delete_sessions_of(
        &mut self,
        user: UserId,
        except: Option<SessionId>,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.apply(move |state| {
            Ok(state.delete_sessions(|kept| kept.user_id == user && Some(kept.id) != except))
        })
    }

    fn trim_sessions_of(
        &mut self,
        user: UserId,
        keep: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.apply(move |state| Ok(state.trim_sessions_of(user, keep as usize)))
    }
}

impl AttemptWrites for MemoryTransaction {
    fn insert_attempt<'a>(
        &'a mut self,
        attempt: &'a Attempt,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|state| state.insert_attempt(attempt))
    }

    fn trim_attempts_of(
        &mut self,
        binding_hash: TokenHash,
        keep: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.apply(move |state| Ok(state.trim_attempts_of(binding_hash, keep as usize)))
    }
}

impl EventWrites for MemoryTransaction {
    fn insert_event<'a>(&'a mut self, event: &'a Event) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|state| state.insert_event(event))
    }
}
