use belgie_domain::{EmailAddress, PasswordHash, User, UserId, UserPassword};
use belgie_ports::{BoxFuture, PasswordWrites, Passwords, StoreError};
use diesel::prelude::*;

use super::SqliteStore;
use super::column::{Id, micros, time};
use super::query::Query as _;
use super::schema::{passwords, users};
use super::transaction::SqliteTransaction;
use super::user_row::UserRow;
use crate::error::store_error;
use crate::value::found;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = passwords, primary_key(user_id), check_for_backend(diesel::sqlite::Sqlite))]
struct PasswordRow {
    user_id: Id,
    hash: String,
    changed_at: i64,
}

macro_rules! look_ups {
    ($store:ty) => {
        impl Passwords for $store {
            fn find_password(
                &self,
                user: UserId,
            ) -> BoxFuture<'_, Result<Option<UserPassword>, StoreError>> {
                self.look_up(move |db| find(db, user))
            }

            fn find_user_with_password<'a>(
                &'a self,
                email: &'a EmailAddress,
            ) -> BoxFuture<'a, Result<Option<(User, Option<UserPassword>)>, StoreError>> {
                let email = email.clone();
                self.look_up(move |db| find_with_user(db, &email))
            }
        }
    };
}

look_ups!(SqliteStore);
look_ups!(SqliteTransaction<'_>);

impl PasswordWrites for SqliteTransaction<'_> {
    fn save_password<'a>(
        &'a self,
        password: &'a UserPassword,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|db| save(db, password))
    }

    fn delete_password(&self, user: UserId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.apply(move |db| delete(db, user))
    }
}

fn find(db: &mut SqliteConnection, user: UserId) -> Result<Option<UserPassword>, StoreError> {
    let query = passwords::table.find(Id::from(user.as_uuid()));
    let row = found(query.select(PasswordRow::as_select()).get_result(db)).map_err(store_error)?;
    row.map(UserPassword::try_from).transpose()
}

fn find_with_user(
    db: &mut SqliteConnection,
    email: &EmailAddress,
) -> Result<Option<(User, Option<UserPassword>)>, StoreError> {
    let query = users::table
        .left_join(passwords::table)
        .filter(users::email.eq(email.as_str()))
        .select((UserRow::as_select(), Option::<PasswordRow>::as_select()));
    let rows: Option<(UserRow, Option<PasswordRow>)> =
        found(query.get_result(db)).map_err(store_error)?;
    let Some((user, password)) = rows else {
        return Ok(None);
    };
    let password = password.map(UserPassword::try_from).transpose()?;
    Ok(Some((user.try_into()?, password)))
}

fn save(db: &mut SqliteConnection, password: &UserPassword) -> Result<(), StoreError> {
    let row = PasswordRow::from(password);
    let insert = diesel::insert_into(passwords::table).values(&row);
    let save = insert.on_conflict(passwords::user_id).do_update().set(&row);
    save.execute(db).map(drop).map_err(store_error)
}

pub(super) fn delete(db: &mut SqliteConnection, user: UserId) -> Result<bool, StoreError> {
    let delete = diesel::delete(passwords::table.find(Id::from(user.as_uuid())));
    Ok(delete.execute(db).map_err(store_error)? > 0)
}

impl From<&UserPassword> for PasswordRow {
    fn from(password: &UserPassword) -> Self {
        Self {
            user_id: password.user_id.as_uuid().into(),
            hash: password.hash.as_phc().to_owned(),
            changed_at: micros(password.changed_at),
        }
    }
}

impl TryFrom<PasswordRow> for UserPassword {
    type Error = StoreError;

    fn try_from(row: PasswordRow) -> Result<Self, StoreError> {
        Ok(Self::new(
            UserId::from_uuid(row.user_id.uuid()),
            PasswordHash::from_phc(row.hash),
            time(row.changed_at, "passwords.changed_at")?,
        ))
    }
}
