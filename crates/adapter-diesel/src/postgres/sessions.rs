use belgie_domain::{Session, SessionId, Slide, TokenHash, User, UserId};
use belgie_ports::{BoxFuture, SessionMaintenance, SessionWrites, Sessions, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::query::Query as _;
use super::schema::{sessions, users};
use super::session_row::SessionRow;
use super::transaction::PgTransaction;
use super::user_row::UserRow;
use super::{PgStore, codes};
use crate::error::store_error;
use crate::value::found;

macro_rules! look_ups {
    ($store:ty) => {
        impl Sessions for $store {
            fn find_session_by_token(
                &self,
                token_hash: TokenHash,
            ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>> {
                self.look_up(move |db| Box::pin(find_by_token(db, token_hash)))
            }

            fn find_session_by_id(
                &self,
                id: SessionId,
            ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>> {
                self.look_up(move |db| Box::pin(find_by_id(db, id)))
            }

            fn sessions_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Session>, StoreError>> {
                self.query(move |db, _| Box::pin(of_user(db, user)))
            }
        }
    };
}

look_ups!(PgStore);
look_ups!(PgTransaction<'_>);

impl SessionWrites for PgTransaction<'_> {
    fn insert_session<'a>(&'a self, session: &'a Session) -> BoxFuture<'a, Result<(), StoreError>> {
        self.query(move |db, _| Box::pin(insert(db, session)))
    }

    fn consume_session(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Session>, StoreError>> {
        self.query(move |db, _| Box::pin(consume(db, token_hash)))
    }

    fn delete_session(&self, id: SessionId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.query(move |db, _| Box::pin(delete(db, id)))
    }

    fn delete_sessions_of(
        &self,
        user: UserId,
        except: Option<SessionId>,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.query(move |db, _| {
            Box::pin(async move {
                codes::delete_of_user(db, user).await?;
                delete_of_user(db, user, except).await
            })
        })
    }

    fn trim_sessions_of(&self, user: UserId, keep: u32) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.query(move |db, _| Box::pin(trim_of_user(db, user, keep)))
    }
}

impl SessionMaintenance for PgStore {
    fn slide_session(&self, slide: Slide) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.query(move |db, _| Box::pin(self::slide(db, slide)))
    }

    fn delete_expired_sessions(
        &self,
        now: DateTime<Utc>,
        created_before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.query(move |db, _| Box::pin(delete_expired(db, now, created_before, limit)))
    }
}

/// The hot path: one statement, one round trip.
pub(super) async fn find_by_token(
    mut db: &AsyncPgConnection,
    token_hash: TokenHash,
) -> Result<Option<(Session, User)>, StoreError> {
    let query = sessions::table
        .inner_join(users::table)
        .filter(sessions::token_hash.eq(token_hash.as_bytes().as_slice()))
        .select((SessionRow::as_select(), UserRow::as_select()));
    with_user(query.get_result(&mut db).await)
}

pub(super) async fn find_by_id(
    mut db: &AsyncPgConnection,
    id: SessionId,
) -> Result<Option<(Session, User)>, StoreError> {
    let query = sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(id.as_uuid()))
        .select((SessionRow::as_select(), UserRow::as_select()));
    with_user(query.get_result(&mut db).await)
}

pub(super) async fn of_user(
    db: &mut AsyncPgConnection,
    user: UserId,
) -> Result<Vec<Session>, StoreError> {
    let rows: Vec<SessionRow> = sessions::table
        .filter(sessions::user_id.eq(user.as_uuid()))
        .order((sessions::created_at.desc(), sessions::id.desc()))
        .select(SessionRow::as_select())
        .load(db)
        .await
        .map_err(store_error)?;
    rows.into_iter().map(Session::try_from).collect()
}

pub(super) async fn insert(
    db: &mut AsyncPgConnection,
    session: &Session,
) -> Result<(), StoreError> {
    let insert = diesel::insert_into(sessions::table).values(SessionRow::from(session));
    insert.execute(db).await.map(drop).map_err(store_error)
}

pub(super) async fn consume(
    db: &mut AsyncPgConnection,
    token_hash: TokenHash,
) -> Result<Option<Session>, StoreError> {
    let delete = diesel::delete(sessions::table.find(token_hash.as_bytes().as_slice()));
    let delete = delete.returning(SessionRow::as_returning());
    let row: Option<SessionRow> = found(delete.get_result(db).await).map_err(store_error)?;
    row.map(Session::try_from).transpose()
}

pub(super) async fn delete(db: &mut AsyncPgConnection, id: SessionId) -> Result<bool, StoreError> {
    let delete = diesel::delete(sessions::table.filter(sessions::id.eq(id.as_uuid())));
    Ok(delete.execute(db).await.map_err(store_error)? > 0)
}

pub(super) async fn delete_of_user(
    db: &mut AsyncPgConnection,
    user: UserId,
    except: Option<SessionId>,
) -> Result<u64, StoreError> {
    let of_user = sessions::table.filter(sessions::user_id.eq(user.as_uuid()));
    let deleted = match except {
        Some(kept) => {
            diesel::delete(of_user.filter(sessions::id.ne(kept.as_uuid())))
                .execute(db)
                .await
        }
        None => diesel::delete(of_user).execute(db).await,
    };
    Ok(deleted.map_err(store_error)? as u64)
}

pub(super) async fn trim_of_user(
    db: &mut AsyncPgConnection,
    user: UserId,
    keep: u32,
) -> Result<u64, StoreError> {
    let old = diesel::alias!(sessions as old);
    let by_age = (
        old.field(sessions::created_at).desc(),
        old.field(sessions::id).desc(),
    );
    let oldest = old
        .filter(old.field(sessions::user_id).eq(user.as_uuid()))
        .order(by_age)
        .limit(i64::MAX)
        .offset(keep.into())
        .select(old.field(sessions::token_hash));
    let excess = sessions::table.filter(sessions::token_hash.eq_any(oldest));
    let deleted = diesel::delete(excess)
        .execute(db)
        .await
        .map_err(store_error)?;
    Ok(deleted as u64)
}

pub(super) async fn slide(db: &mut AsyncPgConnection, slide: Slide) -> Result<bool, StoreError> {
    let unmoved = sessions::table
        .find(slide.token_hash.as_bytes().as_slice())
        .filter(sessions::last_used_at.eq(slide.from));
    let update = diesel::update(unmoved).set((
        sessions::last_used_at.eq(slide.last_used_at),
        sessions::expires_at.eq(slide.expires_at),
    ));
    Ok(update.execute(db).await.map_err(store_error)? > 0)
}

pub(super) async fn delete_expired(
    db: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    created_before: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let old = diesel::alias!(sessions as old);
    let over = old
        .filter(old.field(sessions::expires_at).le(now))
        .or_filter(old.field(sessions::created_at).le(created_before))
        .limit(limit.into())
        .select(old.field(sessions::token_hash))
        .for_update()
        .skip_locked();
    let batch = sessions::table.filter(sessions::token_hash.eq_any(over));
    let deleted = diesel::delete(batch)
        .execute(db)
        .await
        .map_err(store_error)?;
    Ok(deleted as u64)
}

fn with_user(
    answer: QueryResult<(SessionRow, UserRow)>,
) -> Result<Option<(Session, User)>, StoreError> {
    let rows = found(answer).map_err(store_error)?;
    rows.map(|(session, user)| Ok((session.try_into()?, user.try_into()?)))
        .transpose()
}
