use belgie_domain::{EmailAddress, PasswordHash, User, UserId, UserPassword};
use belgie_ports::{BoxFuture, PasswordWrites, Passwords, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::PgStore;
use super::query::Query as _;
use super::schema::{passwords, users};
use super::transaction::PgTransaction;
use super::user_row::UserRow;
use crate::error::store_error;
use crate::value::found;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = passwords, primary_key(user_id), check_for_backend(diesel::pg::Pg))]
struct PasswordRow {
    user_id: Uuid,
    hash: String,
    changed_at: DateTime<Utc>,
}

macro_rules! look_ups {
    ($store:ty) => {
        impl Passwords for $store {
            fn find_password(
                &self,
                user: UserId,
            ) -> BoxFuture<'_, Result<Option<UserPassword>, StoreError>> {
                self.query(move |db, _| Box::pin(find(db, user)))
            }

            fn find_user_with_password<'a>(
                &'a self,
                email: &'a EmailAddress,
            ) -> BoxFuture<'a, Result<Option<(User, Option<UserPassword>)>, StoreError>> {
                self.query(move |db, _| Box::pin(find_with_user(db, email)))
            }
        }
    };
}

look_ups!(PgStore);
look_ups!(PgTransaction<'_>);

impl PasswordWrites for PgTransaction<'_> {
    fn save_password<'a>(
        &'a self,
        password: &'a UserPassword,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.query(move |db, _| Box::pin(save(db, password)))
    }

    fn delete_password(&self, user: UserId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.query(move |db, _| Box::pin(delete(db, user)))
    }
}

async fn find(
    db: &mut AsyncPgConnection,
    user: UserId,
) -> Result<Option<UserPassword>, StoreError> {
    let query = passwords::table.find(user.as_uuid());
    let row = query.select(PasswordRow::as_select()).get_result(db).await;
    Ok(found(row).map_err(store_error)?.map(UserPassword::from))
}

async fn find_with_user(
    db: &mut AsyncPgConnection,
    email: &EmailAddress,
) -> Result<Option<(User, Option<UserPassword>)>, StoreError> {
    let query = users::table
        .left_join(passwords::table)
        .filter(users::email.eq(email.as_str()))
        .select((UserRow::as_select(), Option::<PasswordRow>::as_select()));
    let rows: Option<(UserRow, Option<PasswordRow>)> =
        found(query.get_result(db).await).map_err(store_error)?;
    let Some((user, password)) = rows else {
        return Ok(None);
    };
    Ok(Some((user.try_into()?, password.map(UserPassword::from))))
}

async fn save(db: &mut AsyncPgConnection, password: &UserPassword) -> Result<(), StoreError> {
    let row = PasswordRow::from(password);
    let insert = diesel::insert_into(passwords::table).values(&row);
    let save = insert.on_conflict(passwords::user_id).do_update().set(&row);
    save.execute(db).await.map(drop).map_err(store_error)
}

pub(super) async fn delete(db: &mut AsyncPgConnection, user: UserId) -> Result<bool, StoreError> {
    let delete = diesel::delete(passwords::table.find(user.as_uuid()));
    Ok(delete.execute(db).await.map_err(store_error)? > 0)
}

impl From<&UserPassword> for PasswordRow {
    fn from(password: &UserPassword) -> Self {
        Self {
            user_id: password.user_id.as_uuid(),
            hash: password.hash.as_phc().to_owned(),
            changed_at: password.changed_at,
        }
    }
}

impl From<PasswordRow> for UserPassword {
    fn from(row: PasswordRow) -> Self {
        let hash = PasswordHash::from_phc(row.hash);
        Self::new(UserId::from_uuid(row.user_id), hash, row.changed_at)
    }
}
