use belgie_domain::{EmailAddress, Role, User, UserId};
use belgie_ports::{BoxFuture, StoreError, UserQuery, UserWrites, Users};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::query::Query as _;
use super::schema::users;
use super::transaction::PgTransaction;
use super::user_row::UserRow;
use super::{PgStore, accounts, codes, mailed_tokens, passwords, pending_sign_ins, sessions};
use crate::error::store_error;
use crate::update_row::update_row;
use crate::value::found;

macro_rules! look_ups {
    ($store:ty) => {
        impl Users for $store {
            fn find_user(&self, id: UserId) -> BoxFuture<'_, Result<Option<User>, StoreError>> {
                self.query(move |db, _| Box::pin(find(db, id)))
            }

            fn find_user_by_email<'a>(
                &'a self,
                email: &'a EmailAddress,
            ) -> BoxFuture<'a, Result<Option<User>, StoreError>> {
                self.query(move |db, _| Box::pin(find_by_email(db, email)))
            }

            fn users(&self, query: UserQuery) -> BoxFuture<'_, Result<Vec<User>, StoreError>> {
                self.query(move |db, _| Box::pin(list(db, query)))
            }

            fn has_other_in_role<'a>(
                &'a self,
                role: &'a Role,
                except: UserId,
            ) -> BoxFuture<'a, Result<bool, StoreError>> {
                self.query(move |db, _| Box::pin(has_other_in_role(db, role, except)))
            }
        }
    };
}

look_ups!(PgStore);
look_ups!(PgTransaction<'_>);

impl UserWrites for PgTransaction<'_> {
    fn insert_user<'a>(&'a self, user: &'a User) -> BoxFuture<'a, Result<(), StoreError>> {
        self.query(move |db, _| Box::pin(insert(db, user)))
    }

    fn update_user<'a>(&'a self, user: &'a User) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.query(move |db, _| Box::pin(update(db, user)))
    }

    fn delete_user(&self, id: UserId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.query(move |db, _| Box::pin(delete(db, id)))
    }

    fn delete_credentials_of(&self, user: UserId) -> BoxFuture<'_, Result<(), StoreError>> {
        self.query(move |db, _| {
            Box::pin(async move {
                accounts::delete_of_user(db, user).await?;
                passwords::delete(db, user).await?;
                pending_sign_ins::delete_of_holder(db, user).await?;
                sessions::delete_of_user(db, user, None).await?;
                mailed_tokens::delete_of_user(db, user).await?;
                codes::delete_of_user(db, user).await
            })
        })
    }
}

pub(super) async fn find(
    db: &mut AsyncPgConnection,
    id: UserId,
) -> Result<Option<User>, StoreError> {
    let query = users::table.find(id.as_uuid());
    one(query.select(UserRow::as_select()).get_result(db).await)
}

pub(super) async fn find_by_email(
    db: &mut AsyncPgConnection,
    email: &EmailAddress,
) -> Result<Option<User>, StoreError> {
    let query = users::table.filter(users::email.eq(email.as_str()));
    one(query.select(UserRow::as_select()).get_result(db).await)
}

pub(super) async fn list(
    db: &mut AsyncPgConnection,
    query: UserQuery,
) -> Result<Vec<User>, StoreError> {
    let after = query.after.map_or(Uuid::nil(), |id| id.as_uuid());
    let rows: Vec<UserRow> = users::table
        .filter(users::id.gt(after))
        .order(users::id)
        .limit(query.limit.into())
        .select(UserRow::as_select())
        .load(db)
        .await
        .map_err(store_error)?;
    rows.into_iter().map(User::try_from).collect()
}

pub(super) async fn has_other_in_role(
    db: &mut AsyncPgConnection,
    role: &Role,
    except: UserId,
) -> Result<bool, StoreError> {
    let others = users::table
        .filter(users::role.eq(role.as_str()))
        .filter(users::is_active)
        .filter(users::id.ne(except.as_uuid()));
    let exists = diesel::select(diesel::dsl::exists(others));
    exists.get_result(db).await.map_err(store_error)
}

pub(super) async fn insert(db: &mut AsyncPgConnection, user: &User) -> Result<(), StoreError> {
    let insert = diesel::insert_into(users::table).values(UserRow::from(user));
    insert.execute(db).await.map(drop).map_err(store_error)
}

pub(super) async fn update(db: &mut AsyncPgConnection, user: &User) -> Result<bool, StoreError> {
    let row = UserRow::from(user);
    let update = update_row(&users::table, &row, users::id.eq(user.id.as_uuid()));
    Ok(update.execute(db).await.map_err(store_error)? > 0)
}

pub(super) async fn delete(db: &mut AsyncPgConnection, id: UserId) -> Result<bool, StoreError> {
    let delete = diesel::delete(users::table.find(id.as_uuid()));
    Ok(delete.execute(db).await.map_err(store_error)? > 0)
}

fn one(answer: QueryResult<UserRow>) -> Result<Option<User>, StoreError> {
    let row = found(answer).map_err(store_error)?;
    row.map(User::try_from).transpose()
}
