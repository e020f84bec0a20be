//! Column formats: UUIDs and hashes as bytes, times as whole microseconds since 1970.

use belgie_domain::{LimitKey, TokenHash};
use belgie_ports::StoreError;
use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Binary;
use diesel::sqlite::{Sqlite, SqliteValue};
use uuid::Uuid;

/// A column of 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Binary)]
pub(super) struct Id([u8; 16]);

/// A column of 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Binary)]
pub(super) struct Hash([u8; 32]);

impl Id {
    pub(super) fn uuid(self) -> Uuid {
        Uuid::from_bytes(self.0)
    }
}

impl From<Uuid> for Id {
    fn from(uuid: Uuid) -> Self {
        Self(uuid.into_bytes())
    }
}

impl From<TokenHash> for Hash {
    fn from(hash: TokenHash) -> Self {
        Self(*hash.as_bytes())
    }
}

impl From<LimitKey> for Hash {
    fn from(key: LimitKey) -> Self {
        Self(*key.as_bytes())
    }
}

impl From<Hash> for TokenHash {
    fn from(hash: Hash) -> Self {
        Self::from_bytes(hash.0)
    }
}

impl ToSql<Binary, Sqlite> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_slice());
        Ok(IsNull::No)
    }
}

impl ToSql<Binary, Sqlite> for Hash {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_slice());
        Ok(IsNull::No)
    }
}

impl FromSql<Binary, Sqlite> for Id {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        read_exactly(value).map(Self)
    }
}

impl FromSql<Binary, Sqlite> for Hash {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        read_exactly(value).map(Self)
    }
}

/// Converts a time to its column value.
pub(super) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

/// Converts a column value to a time.
pub(super) fn time(micros: i64, column: &str) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_micros(micros).ok_or_else(|| StoreError::Corrupt(column.to_owned()))
}

fn read_exactly<const N: usize>(
    mut value: SqliteValue<'_, '_, '_>,
) -> deserialize::Result<[u8; N]> {
    let bytes = value.read_blob().try_into();
    bytes.map_err(|_| format!("not {N} bytes").into())
}
