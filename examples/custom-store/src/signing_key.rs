//! The keys that sign access tokens: all of their storage in one file.

use belgie_domain::{KeyId, SealedSecret, SigningAlgorithm, SigningKey, SigningKeyId};
use belgie_ports::{BoxFuture, SigningKeys, StoreError};
use chrono::serde::ts_microseconds as micros;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::change;
use crate::format::{text, word};
use crate::key::Span;
use crate::record::{Entry, Index, Record};
use crate::row::Row;
use crate::store::RedbStore;
use crate::tables::Tables as _;

pub(crate) const SIGNING_KEYS_BY_ID: Index<SigningKey> = Index::named("signing keys by id");

impl SigningKeys for RedbStore {
    fn signing_keys(&self) -> BoxFuture<'_, Result<Vec<SigningKey>, StoreError>> {
        self.read(|tx| tx.page(&Span::all(), usize::MAX))
    }

    fn insert_signing_key<'a>(
        &'a self,
        key: &'a SigningKey,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        let key = key.clone();
        self.change(move |tx| {
            let is_taken = tx.find::<SigningKey>(&number_key(key.number))?.is_some();
            if !is_taken {
                change::insert(tx, &key)?;
            }
            Ok(!is_taken)
        })
    }

    fn reseal_signing_key<'a>(
        &'a self,
        id: SigningKeyId,
        from: KeyId,
        private_key: &'a SealedSecret,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        let private_key = private_key.clone();
        self.change(move |tx| {
            let found = tx.find_by(SIGNING_KEYS_BY_ID, id.as_uuid().as_bytes())?;
            let Some(mut key) = found.filter(|key| key.private_key.key == from) else {
                return Ok(false);
            };
            key.private_key = private_key;
            change::update(tx, &key)
        })
    }

    fn delete_signing_keys_before(&self, number: u32) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |tx| {
            let older = Span::all().before(&number_key(number));
            let older: Vec<SigningKey> = tx.page(&older, usize::MAX)?;
            change::remove_all(tx, older)
        })
    }
}

impl Record for SigningKey {
    const TABLE: &'static str = "signing keys";

    fn key(&self) -> Vec<u8> {
        number_key(self.number)
    }

    fn entries(&self) -> Vec<Entry> {
        vec![SIGNING_KEYS_BY_ID.entry(*self.id.as_uuid().as_bytes())]
    }
}

fn number_key(number: u32) -> Vec<u8> {
    number.to_be_bytes().to_vec()
}

#[derive(Deserialize, Serialize)]
struct SigningKeyRow {
    #[serde(with = "text")]
    id: SigningKeyId,
    number: u32,
    #[serde(with = "word")]
    algorithm: SigningAlgorithm,
    public_key: Vec<u8>,
    private_key: Vec<u8>,
    sealed_with: [u8; 8],
    #[serde(with = "micros")]
    created_at: DateTime<Utc>,
    #[serde(with = "micros")]
    signs_from: DateTime<Utc>,
}

impl Row for SigningKey {
    fn to_json(&self) -> Result<Vec<u8>, StoreError> {
        let row = SigningKeyRow {
            id: self.id,
            number: self.number,
            algorithm: self.algorithm.clone(),
            public_key: self.public_key.clone(),
            private_key: self.private_key.ciphertext.clone(),
            sealed_with: *self.private_key.key.as_bytes(),
            created_at: self.created_at,
            signs_from: self.signs_from,
        };
        serde_json::to_vec(&row).map_err(|error| StoreError::Other(error.into()))
    }

    fn from_json(json: &[u8]) -> serde_json::Result<Self> {
        let row: SigningKeyRow = serde_json::from_slice(json)?;
        let private_key = SealedSecret::new(KeyId::from_bytes(row.sealed_with), row.private_key);
        let key = Self::new(
            (row.id, row.number),
            row.algorithm,
            row.public_key,
            private_key,
            row.created_at,
        );
        Ok(key.signing_from(row.signs_from))
    }
}
