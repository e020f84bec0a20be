use belgie_domain::{KeyId, SealedSecret, SigningAlgorithm, SigningKey, SigningKeyId};
use belgie_ports::{BoxFuture, SigningKeys, StoreError};
use diesel::prelude::*;

use super::SqliteStore;
use super::column::{Id, micros, time};
use super::query::Query as _;
use super::schema::signing_keys;
use crate::error::store_error;
use crate::value::{key_id, key_number};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_keys, check_for_backend(diesel::sqlite::Sqlite))]
pub(super) struct KeyRow {
    id: Id,
    number: i64,
    algorithm: String,
    public_key: Vec<u8>,
    private_key: Vec<u8>,
    sealed_with: Vec<u8>,
    created_at: i64,
    signs_from: i64,
}

impl SigningKeys for SqliteStore {
    fn signing_keys(&self) -> BoxFuture<'_, Result<Vec<SigningKey>, StoreError>> {
        self.look_up(all)
    }

    fn insert_signing_key<'a>(
        &'a self,
        key: &'a SigningKey,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        let row = KeyRow::from(key);
        self.write(move |db| insert(db, &row))
    }

    fn reseal_signing_key<'a>(
        &'a self,
        id: SigningKeyId,
        from: KeyId,
        private_key: &'a SealedSecret,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        let private_key = private_key.clone();
        self.write(move |db| reseal(db, id, from, &private_key))
    }

    fn delete_signing_keys_before(&self, number: u32) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.write(move |db| delete_before(db, number))
    }
}

pub(super) fn all(db: &mut SqliteConnection) -> Result<Vec<SigningKey>, StoreError> {
    let rows: Vec<KeyRow> = signing_keys::table
        .order(signing_keys::number)
        .select(KeyRow::as_select())
        .load(db)
        .map_err(store_error)?;
    rows.into_iter().map(SigningKey::try_from).collect()
}

pub(super) fn insert(db: &mut SqliteConnection, row: &KeyRow) -> Result<bool, StoreError> {
    let insert = diesel::insert_into(signing_keys::table)
        .values(row)
        .on_conflict(signing_keys::number)
        .do_nothing();
    Ok(insert.execute(db).map_err(store_error)? > 0)
}

pub(super) fn reseal(
    db: &mut SqliteConnection,
    id: SigningKeyId,
    from: KeyId,
    private_key: &SealedSecret,
) -> Result<bool, StoreError> {
    let unchanged = signing_keys::table
        .find(Id::from(id.as_uuid()))
        .filter(signing_keys::sealed_with.eq(from.as_bytes().as_slice()));
    let update = diesel::update(unchanged).set((
        signing_keys::private_key.eq(&private_key.ciphertext),
        signing_keys::sealed_with.eq(private_key.key.as_bytes().as_slice()),
    ));
    Ok(update.execute(db).map_err(store_error)? > 0)
}

pub(super) fn delete_before(db: &mut SqliteConnection, number: u32) -> Result<u64, StoreError> {
    let older = signing_keys::table.filter(signing_keys::number.lt(i64::from(number)));
    let deleted = diesel::delete(older).execute(db).map_err(store_error)?;
    Ok(deleted as u64)
}

impl From<&SigningKey> for KeyRow {
    fn from(key: &SigningKey) -> Self {
        Self {
            id: key.id.as_uuid().into(),
            number: key.number.into(),
            algorithm: key.algorithm.to_string(),
            public_key: key.public_key.clone(),
            private_key: key.private_key.ciphertext.clone(),
            sealed_with: key.private_key.key.as_bytes().to_vec(),
            created_at: micros(key.created_at),
            signs_from: micros(key.signs_from),
        }
    }
}

impl TryFrom<KeyRow> for SigningKey {
    type Error = StoreError;

    fn try_from(row: KeyRow) -> Result<Self, StoreError> {
        let sealed_with = key_id(&row.sealed_with, "signing_keys.sealed_with")?;
        let key = Self::new(
            (
                SigningKeyId::from_uuid(row.id.uuid()),
                key_number(row.number, "signing_keys.number")?,
            ),
            SigningAlgorithm::from(row.algorithm.as_str()),
            row.public_key,
            SealedSecret::new(sealed_with, row.private_key),
            time(row.created_at, "signing_keys.created_at")?,
        );
        Ok(key.signing_from(time(row.signs_from, "signing_keys.signs_from")?))
    }
}
