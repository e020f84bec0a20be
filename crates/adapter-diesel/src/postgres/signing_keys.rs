use belgie_domain::{KeyId, SealedSecret, SigningAlgorithm, SigningKey, SigningKeyId};
use belgie_ports::{BoxFuture, SigningKeys, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::PgStore;
use super::query::Query as _;
use super::schema::signing_keys;
use crate::error::store_error;
use crate::value::{key_id, key_number};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_keys, check_for_backend(diesel::pg::Pg))]
struct KeyRow {
    id: Uuid,
    number: i64,
    algorithm: String,
    public_key: Vec<u8>,
    private_key: Vec<u8>,
    sealed_with: Vec<u8>,
    created_at: DateTime<Utc>,
    signs_from: DateTime<Utc>,
}

impl SigningKeys for PgStore {
    fn signing_keys(&self) -> BoxFuture<'_, Result<Vec<SigningKey>, StoreError>> {
        self.look_up(|db| Box::pin(all(db)))
    }

    fn insert_signing_key<'a>(
        &'a self,
        key: &'a SigningKey,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.query(move |db, _| Box::pin(insert(db, key)))
    }

    fn reseal_signing_key<'a>(
        &'a self,
        id: SigningKeyId,
        from: KeyId,
        private_key: &'a SealedSecret,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.query(move |db, _| Box::pin(reseal(db, id, from, private_key)))
    }

    fn delete_signing_keys_before(&self, number: u32) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.query(move |db, _| Box::pin(delete_before(db, number)))
    }
}

async fn all(mut db: &AsyncPgConnection) -> Result<Vec<SigningKey>, StoreError> {
    let query = signing_keys::table
        .order(signing_keys::number)
        .select(KeyRow::as_select());
    let rows: Vec<KeyRow> = query.load(&mut db).await.map_err(store_error)?;
    rows.into_iter().map(SigningKey::try_from).collect()
}

async fn insert(db: &mut AsyncPgConnection, key: &SigningKey) -> Result<bool, StoreError> {
    let insert = diesel::insert_into(signing_keys::table)
        .values(KeyRow::from(key))
        .on_conflict(signing_keys::number)
        .do_nothing();
    Ok(insert.execute(db).await.map_err(store_error)? > 0)
}

async fn reseal(
    db: &mut AsyncPgConnection,
    id: SigningKeyId,
    from: KeyId,
    private_key: &SealedSecret,
) -> Result<bool, StoreError> {
    let unchanged = signing_keys::table
        .find(id.as_uuid())
        .filter(signing_keys::sealed_with.eq(from.as_bytes().as_slice()));
    let update = diesel::update(unchanged).set((
        signing_keys::private_key.eq(&private_key.ciphertext),
        signing_keys::sealed_with.eq(private_key.key.as_bytes().as_slice()),
    ));
    Ok(update.execute(db).await.map_err(store_error)? > 0)
}

async fn delete_before(db: &mut AsyncPgConnection, number: u32) -> Result<u64, StoreError> {
    let older = signing_keys::table.filter(signing_keys::number.lt(i64::from(number)));
    let deleted = diesel::delete(older).execute(db).await;
    Ok(deleted.map_err(store_error)? as u64)
}

impl From<&SigningKey> for KeyRow {
    fn from(key: &SigningKey) -> Self {
        Self {
            id: key.id.as_uuid(),
            number: key.number.into(),
            algorithm: key.algorithm.to_string(),
            public_key: key.public_key.clone(),
            private_key: key.private_key.ciphertext.clone(),
            sealed_with: key.private_key.key.as_bytes().to_vec(),
            created_at: key.created_at,
            signs_from: key.signs_from,
        }
    }
}

impl TryFrom<KeyRow> for SigningKey {
    type Error = StoreError;

    fn try_from(row: KeyRow) -> Result<Self, StoreError> {
        let sealed_with = key_id(&row.sealed_with, "signing_keys.sealed_with")?;
        let key = Self::new(
            (
                SigningKeyId::from_uuid(row.id),
                key_number(row.number, "signing_keys.number")?,
            ),
            SigningAlgorithm::from(row.algorithm.as_str()),
            row.public_key,
            SealedSecret::new(sealed_with, row.private_key),
            row.created_at,
        );
        Ok(key.signing_from(row.signs_from))
    }
}
