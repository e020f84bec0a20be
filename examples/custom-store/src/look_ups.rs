//! Look-ups: the same outside and inside a transaction.

use belgie_domain::{
    Account, EmailAddress, Event, EventId, EventKind, Issuer, Outcome, Role, Session, SessionId,
    Subject, TokenHash, User, UserId,
};
use belgie_ports::{
    Accounts, BoxFuture, EventQuery, Events, Sessions, StoreError, UserQuery, Users,
};

use crate::RedbStore;
use crate::key::{Span, joined};
use crate::record::{
    ACCOUNTS_BY_SUBJECT, ACCOUNTS_OF_USER, EVENTS_OF_ACTOR, EVENTS_OF_USER, SESSIONS_BY_ID,
    SESSIONS_OF_USER, USERS_BY_EMAIL, USERS_BY_ROLE, email_key, hash_key, role_key, subject_key,
    user_key,
};
use crate::tables::Tables;
use crate::transaction::RedbTransaction;

/// Implements the look-ups on a type with a `read` that runs a closure on [`Tables`].
macro_rules! look_ups {
    ($($place:ty)+) => {$(
        impl Users for $place {
            fn find_user(&self, id: UserId) -> BoxFuture<'_, Result<Option<User>, StoreError>> {
                self.read(move |tx| tx.find(&user_key(id)))
            }

            fn find_user_by_email<'a>(
                &'a self,
                email: &'a EmailAddress,
            ) -> BoxFuture<'a, Result<Option<User>, StoreError>> {
                let key = email_key(email);
                self.read(move |tx| tx.find_by(USERS_BY_EMAIL, &key))
            }

            fn users(&self, query: UserQuery) -> BoxFuture<'_, Result<Vec<User>, StoreError>> {
                let after = query.after.map(user_key);
                let span = after.map_or_else(Span::all, |key| Span::after(&key));
                self.read(move |tx| tx.page(&span, query.limit as usize))
            }

            fn has_other_in_role<'a>(
                &'a self,
                role: &'a Role,
                except: UserId,
            ) -> BoxFuture<'a, Result<bool, StoreError>> {
                let in_role = Span::of(&role_key(role));
                self.read(move |tx| {
                    let users = tx.first(USERS_BY_ROLE, &in_role, usize::MAX)?;
                    let mut users = users.into_iter();
                    Ok(users.any(|user| user.id != except && user.is_active))
                })
            }
        }

        impl Accounts for $place {
            fn find_account<'a>(
                &'a self,
                issuer: &'a Issuer,
                subject: &'a Subject,
            ) -> BoxFuture<'a, Result<Option<Account>, StoreError>> {
                let key = subject_key(issuer, subject);
                self.read(move |tx| tx.find_by(ACCOUNTS_BY_SUBJECT, &key))
            }

            fn accounts_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Account>, StoreError>> {
                let of_user = Span::of(&user_key(user));
                self.read(move |tx| tx.first(ACCOUNTS_OF_USER, &of_user, usize::MAX))
            }
        }

        impl Sessions for $place {
            fn find_session_by_token(
                &self,
                token_hash: TokenHash,
            ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>> {
                self.read(move |tx| with_user(tx, tx.find(&hash_key(token_hash))?))
            }

            fn find_session_by_id(
                &self,
                id: SessionId,
            ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>> {
                let key = id.as_uuid().into_bytes();
                self.read(move |tx| with_user(tx, tx.find_by(SESSIONS_BY_ID, &key)?))
            }

            fn sessions_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Session>, StoreError>> {
                let of_user = Span::of(&user_key(user));
                self.read(move |tx| tx.last(SESSIONS_OF_USER, &of_user, usize::MAX))
            }
        }

        impl Events for $place {
            fn find_event(&self, id: EventId) -> BoxFuture<'_, Result<Option<Event>, StoreError>> {
                let key = id.as_uuid().into_bytes();
                self.read(move |tx| tx.find(&key))
            }

            fn events(&self, query: EventQuery) -> BoxFuture<'_, Result<Vec<Event>, StoreError>> {
                self.read(move |tx| newest_events(tx, query))
            }
        }
    )+};
}

look_ups! { RedbStore RedbTransaction }

fn with_user(
    tx: &impl Tables,
    session: Option<Session>,
) -> Result<Option<(Session, User)>, StoreError> {
    let Some(session) = session else {
        return Ok(None);
    };
    let user = tx.led_to(&user_key(session.user_id))?;
    Ok(Some((session, user)))
}

fn newest_events(tx: &impl Tables, query: EventQuery) -> Result<Vec<Event>, StoreError> {
    let limit = query.limit as usize;
    if !query.sign_ins && (query.user.is_none() || query.caused_by.is_none()) {
        return last_events(tx, query, limit);
    }
    let mut found = last_events(tx, query, usize::MAX)?;
    let is_sign_in =
        |event: &Event| event.kind == EventKind::SignIn && event.outcome == Outcome::Success;
    found.retain(|event| {
        (!query.sign_ins || is_sign_in(event))
            && query.user.is_none_or(|user| event.user_id == Some(user))
    });
    found.truncate(limit);
    Ok(found)
}

fn last_events(
    tx: &impl Tables,
    query: EventQuery,
    limit: usize,
) -> Result<Vec<Event>, StoreError> {
    let before = query.before.map(|id| id.as_uuid().into_bytes());
    let (index, user) = match (query.caused_by, query.user) {
        (Some(actor), _) => (EVENTS_OF_ACTOR, user_key(actor)),
        (None, Some(user)) => (EVENTS_OF_USER, user_key(user)),
        (None, None) => {
            let span = before.map_or_else(Span::all, |id| Span::all().before(&id));
            return tx.last_page(&span, limit);
        }
    };
    let of_user = Span::of(&user);
    let span = match before {
        Some(id) => of_user.before(&joined([&user, &id])),
        None => of_user,
    };
    tx.last(index, &span, limit)
}
