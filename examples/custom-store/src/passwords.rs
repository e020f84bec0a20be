//! The passwords of users: the value as JSON, its table, and its statements.

use belgie_domain::{EmailAddress, PasswordHash, User, UserId, UserPassword};
use belgie_ports::{BoxFuture, PasswordWrites, Passwords, StoreError};
use chrono::serde::ts_microseconds as micros;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::RedbStore;
use crate::change::{insert, remove};
use crate::format::text;
use crate::record::{Entry, Record, USERS_BY_EMAIL, email_key, user_key};
use crate::row::Row;
use crate::tables::Tables;
use crate::transaction::RedbTransaction;

#[derive(Deserialize, Serialize)]
struct PasswordRow {
    #[serde(with = "text")]
    user_id: UserId,
    hash: String,
    #[serde(with = "micros")]
    changed_at: DateTime<Utc>,
}

impl Row for UserPassword {
    fn to_json(&self) -> Result<Vec<u8>, StoreError> {
        let row = PasswordRow {
            user_id: self.user_id,
            hash: self.hash.as_phc().to_owned(),
            changed_at: self.changed_at,
        };
        serde_json::to_vec(&row).map_err(|error| StoreError::Other(error.into()))
    }

    fn from_json(json: &[u8]) -> serde_json::Result<Self> {
        let row: PasswordRow = serde_json::from_slice(json)?;
        let hash = PasswordHash::from_phc(row.hash);
        Ok(Self::new(row.user_id, hash, row.changed_at))
    }
}

impl Record for UserPassword {
    const TABLE: &'static str = "passwords";

    fn key(&self) -> Vec<u8> {
        user_key(self.user_id)
    }

    fn entries(&self) -> Vec<Entry> {
        Vec::new()
    }

    fn owner(&self) -> Option<UserId> {
        Some(self.user_id)
    }
}

macro_rules! look_ups {
    ($($place:ty)+) => {$(
        impl Passwords for $place {
            fn find_password(
                &self,
                user: UserId,
            ) -> BoxFuture<'_, Result<Option<UserPassword>, StoreError>> {
                self.read(move |tx| tx.find(&user_key(user)))
            }

            fn find_user_with_password<'a>(
                &'a self,
                email: &'a EmailAddress,
            ) -> BoxFuture<'a, Result<Option<(User, Option<UserPassword>)>, StoreError>> {
                let key = email_key(email);
                self.read(move |tx| {
                    let Some(user) = tx.find_by::<User>(USERS_BY_EMAIL, &key)? else {
                        return Ok(None);
                    };
                    let password = tx.find(&user_key(user.id))?;
                    Ok(Some((user, password)))
                })
            }
        }
    )+};
}

look_ups!(RedbStore RedbTransaction);

impl PasswordWrites for RedbTransaction {
    fn save_password<'a>(
        &'a self,
        password: &'a UserPassword,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|tx| {
            remove::<UserPassword>(tx, &password.key())?;
            insert(tx, password)
        })
    }

    fn delete_password(&self, user: UserId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |tx| Ok(remove::<UserPassword>(tx, &user_key(user))?.is_some()))
    }
}
