use belgie_domain::{Session, SessionId, Slide, TokenHash, User, UserId};
use belgie_ports::{BoxFuture, SessionMaintenance, SessionWrites, Sessions, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::column::{Hash, Id, micros};
use super::query::Query as _;
use super::schema::{sessions, users};
use super::session_row::SessionRow;
use super::transaction::SqliteTransaction;
use super::user_row::UserRow;
use super::{SqliteStore, codes};
use crate::error::store_error;
use crate::value::found;

macro_rules! look_ups {
    ($store:ty) => {
        impl Sessions for $store {
            fn find_session_by_token(
                &self,
                token_hash: TokenHash,
            ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>> {
                self.check(move |db| find_by_token(db, token_hash))
            }

            fn find_session_by_id(
                &self,
                id: SessionId,
            ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>> {
                self.check(move |db| find_by_id(db, id))
            }

            fn sessions_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Session>, StoreError>> {
                self.list(move |db| of_user(db, user))
            }
        }
    };
}

look_ups!(SqliteStore);
look_ups!(SqliteTransaction<'_>);

impl SessionWrites for SqliteTransaction<'_> {
    fn insert_session<'a>(&'a self, session: &'a Session) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|db| insert(db, session))
    }

    fn consume_session(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Session>, StoreError>> {
        self.apply(move |db| consume(db, token_hash))
    }

    fn delete_session(&self, id: SessionId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.apply(move |db| delete(db, id))
    }

    fn delete_sessions_of(
        &self,
        user: UserId,
        except: Option<SessionId>,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.apply(move |db| {
            codes::delete_of_user(db, user)?;
            delete_of_user(db, user, except)
        })
    }

    fn trim_sessions_of(&self, user: UserId, keep: u32) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.apply(move |db| {
            // Counting first: SQLite would set up a temporary table only to find nothing to trim.
            if count_of_user(db, user)? <= keep.into() {
                return Ok(0);
            }
            trim_of_user(db, user, keep)
        })
    }
}

impl SessionMaintenance for SqliteStore {
    fn slide_session(&self, slide: Slide) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.write(move |db| self::slide(db, &slide))
    }

    fn delete_expired_sessions(
        &self,
        now: DateTime<Utc>,
        created_before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.write(move |db| delete_expired(db, now, created_before, limit))
    }
}

/// The hot path: `.get_result()`, since `.first()` would add a `LIMIT`, for which SQLite plans the statement anew.
pub(super) fn find_by_token(
    db: &mut SqliteConnection,
    token_hash: TokenHash,
) -> Result<Option<(Session, User)>, StoreError> {
    let query = sessions::table
        .inner_join(users::table)
        .filter(sessions::token_hash.eq(Hash::from(token_hash)))
        .select((SessionRow::as_select(), UserRow::as_select()));
    with_user(query.get_result(db))
}

pub(super) fn find_by_id(
    db: &mut SqliteConnection,
    id: SessionId,
) -> Result<Option<(Session, User)>, StoreError> {
    let query = sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(Id::from(id.as_uuid())))
        .select((SessionRow::as_select(), UserRow::as_select()));
    with_user(query.get_result(db))
}

pub(super) fn of_user(db: &mut SqliteConnection, user: UserId) -> Result<Vec<Session>, StoreError> {
    let rows: Vec<SessionRow> = sessions::table
        .filter(sessions::user_id.eq(Id::from(user.as_uuid())))
        .order((sessions::created_at.desc(), sessions::id.desc()))
        .select(SessionRow::as_select())
        .load(db)
        .map_err(store_error)?;
    rows.into_iter().map(Session::try_from).collect()
}

pub(super) fn insert(db: &mut SqliteConnection, session: &Session) -> Result<(), StoreError> {
    let insert = diesel::insert_into(sessions::table).values(SessionRow::from(session));
    insert.execute(db).map(drop).map_err(store_error)
}

pub(super) fn consume(
    db: &mut SqliteConnection,
    token_hash: TokenHash,
) -> Result<Option<Session>, StoreError> {
    let delete = diesel::delete(sessions::table.find(Hash::from(token_hash)));
    let row: Option<SessionRow> =
        found(delete.returning(SessionRow::as_returning()).get_result(db)).map_err(store_error)?;
    row.map(Session::try_from).transpose()
}

pub(super) fn delete(db: &mut SqliteConnection, id: SessionId) -> Result<bool, StoreError> {
    let delete = diesel::delete(sessions::table.filter(sessions::id.eq(Id::from(id.as_uuid()))));
    Ok(delete.execute(db).map_err(store_error)? > 0)
}

pub(super) fn delete_of_user(
    db: &mut SqliteConnection,
    user: UserId,
    except: Option<SessionId>,
) -> Result<u64, StoreError> {
    let of_user = sessions::table.filter(sessions::user_id.eq(Id::from(user.as_uuid())));
    let deleted = match except {
        Some(kept) => {
            diesel::delete(of_user.filter(sessions::id.ne(Id::from(kept.as_uuid())))).execute(db)
        }
        None => diesel::delete(of_user).execute(db),
    };
    Ok(deleted.map_err(store_error)? as u64)
}

pub(super) fn count_of_user(db: &mut SqliteConnection, user: UserId) -> Result<i64, StoreError> {
    let of_user = sessions::table.filter(sessions::user_id.eq(Id::from(user.as_uuid())));
    of_user.count().get_result(db).map_err(store_error)
}

pub(super) fn trim_of_user(
    db: &mut SqliteConnection,
    user: UserId,
    keep: u32,
) -> Result<u64, StoreError> {
    let old = diesel::alias!(sessions as old);
    let by_age = (
        old.field(sessions::created_at).desc(),
        old.field(sessions::id).desc(),
    );
    let oldest = old
        .filter(old.field(sessions::user_id).eq(Id::from(user.as_uuid())))
        .order(by_age)
        .limit(i64::MAX)
        .offset(keep.into())
        .select(old.field(sessions::token_hash));
    let excess = sessions::table.filter(sessions::token_hash.eq_any(oldest));
    let deleted = diesel::delete(excess).execute(db).map_err(store_error)?;
    Ok(deleted as u64)
}

pub(super) fn slide(db: &mut SqliteConnection, slide: &Slide) -> Result<bool, StoreError> {
    let unmoved = sessions::table
        .find(Hash::from(slide.token_hash))
        .filter(sessions::last_used_at.eq(micros(slide.from)));
    let update = diesel::update(unmoved).set((
        sessions::last_used_at.eq(micros(slide.last_used_at)),
        sessions::expires_at.eq(micros(slide.expires_at)),
    ));
    Ok(update.execute(db).map_err(store_error)? > 0)
}

pub(super) fn delete_expired(
    db: &mut SqliteConnection,
    now: DateTime<Utc>,
    created_before: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let old = diesel::alias!(sessions as old);
    let over = old
        .filter(old.field(sessions::expires_at).le(micros(now)))
        .or_filter(old.field(sessions::created_at).le(micros(created_before)))
        .limit(limit.into())
        .select(old.field(sessions::token_hash));
    let batch = sessions::table.filter(sessions::token_hash.eq_any(over));
    let deleted = diesel::delete(batch).execute(db).map_err(store_error)?;
    Ok(deleted as u64)
}

fn with_user(
    answer: QueryResult<(SessionRow, UserRow)>,
) -> Result<Option<(Session, User)>, StoreError> {
    let rows = found(answer).map_err(store_error)?;
    rows.map(|(session, user)| Ok((session.try_into()?, user.try_into()?)))
        .transpose()
}
