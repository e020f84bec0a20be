use belgie_domain::{EmailAddress, Role, User, UserId};
use belgie_ports::{BoxFuture, StoreError, UserQuery, UserWrites, Users};
use diesel::prelude::*;

use super::column::Id;
use super::query::Query as _;
use super::schema::users;
use super::transaction::SqliteTransaction;
use super::user_row::UserRow;
use super::{SqliteStore, accounts, codes, mailed_tokens, passwords, pending_sign_ins, sessions};
use crate::error::store_error;
use crate::update_row::update_row;
use crate::value::found;

macro_rules! look_ups {
    ($store:ty) => {
        impl Users for $store {
            fn find_user(&self, id: UserId) -> BoxFuture<'_, Result<Option<User>, StoreError>> {
                self.look_up(move |db| find(db, id))
            }

            fn find_user_by_email<'a>(
                &'a self,
                email: &'a EmailAddress,
            ) -> BoxFuture<'a, Result<Option<User>, StoreError>> {
                let email = email.clone();
                self.look_up(move |db| find_by_email(db, &email))
            }

            fn users(&self, query: UserQuery) -> BoxFuture<'_, Result<Vec<User>, StoreError>> {
                self.list(move |db| list(db, query))
            }

            fn has_other_in_role<'a>(
                &'a self,
                role: &'a Role,
                except: UserId,
            ) -> BoxFuture<'a, Result<bool, StoreError>> {
                let role = role.clone();
                self.list(move |db| has_other_in_role(db, &role, except))
            }
        }
    };
}

look_ups!(SqliteStore);
look_ups!(SqliteTransaction<'_>);

impl UserWrites for SqliteTransaction<'_> {
    fn insert_user<'a>(&'a self, user: &'a User) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|db| insert(db, user))
    }

    fn update_user<'a>(&'a self, user: &'a User) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.apply(|db| update(db, user))
    }

    fn delete_user(&self, id: UserId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.apply(move |db| delete(db, id))
    }

    fn delete_credentials_of(&self, user: UserId) -> BoxFuture<'_, Result<(), StoreError>> {
        self.apply(move |db| {
            accounts::delete_of_user(db, user)?;
            passwords::delete(db, user)?;
            pending_sign_ins::delete_of_holder(db, user)?;
            sessions::delete_of_user(db, user, None)?;
            mailed_tokens::delete_of_user(db, user)?;
            codes::delete_of_user(db, user)
        })
    }
}

pub(super) fn find(db: &mut SqliteConnection, id: UserId) -> Result<Option<User>, StoreError> {
    let query = users::table.find(Id::from(id.as_uuid()));
    one(query.select(UserRow::as_select()).get_result(db))
}

pub(super) fn find_by_email(
    db: &mut SqliteConnection,
    email: &EmailAddress,
) -> Result<Option<User>, StoreError> {
    let query = users::table.filter(users::email.eq(email.as_str()));
    one(query.select(UserRow::as_select()).get_result(db))
}

pub(super) fn list(db: &mut SqliteConnection, query: UserQuery) -> Result<Vec<User>, StoreError> {
    let after = query.after.map_or(uuid::Uuid::nil(), |id| id.as_uuid());
    let rows: Vec<UserRow> = users::table
        .filter(users::id.gt(Id::from(after)))
        .order(users::id)
        .limit(query.limit.into())
        .select(UserRow::as_select())
        .load(db)
        .map_err(store_error)?;
    rows.into_iter().map(User::try_from).collect()
}

pub(super) fn has_other_in_role(
    db: &mut SqliteConnection,
    role: &Role,
    except: UserId,
) -> Result<bool, StoreError> {
    let others = users::table
        .filter(users::role.eq(role.as_str()))
        .filter(users::is_active)
        .filter(users::id.ne(Id::from(except.as_uuid())));
    let exists = diesel::select(diesel::dsl::exists(others));
    exists.get_result(db).map_err(store_error)
}

pub(super) fn insert(db: &mut SqliteConnection, user: &User) -> Result<(), StoreError> {
    let insert = diesel::insert_into(users::table).values(UserRow::from(user));
    insert.execute(db).map(drop).map_err(store_error)
}

pub(super) fn update(db: &mut SqliteConnection, user: &User) -> Result<bool, StoreError> {
    let row = UserRow::from(user);
    let update = update_row(
        &users::table,
        &row,
        users::id.eq(Id::from(user.id.as_uuid())),
    );
    Ok(update.execute(db).map_err(store_error)? > 0)
}

pub(super) fn delete(db: &mut SqliteConnection, id: UserId) -> Result<bool, StoreError> {
    let delete = diesel::delete(users::table.find(Id::from(id.as_uuid())));
    Ok(delete.execute(db).map_err(store_error)? > 0)
}

fn one(answer: QueryResult<UserRow>) -> Result<Option<User>, StoreError> {
    let row = found(answer).map_err(store_error)?;
    row.map(User::try_from).transpose()
}
