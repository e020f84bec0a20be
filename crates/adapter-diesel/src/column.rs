//! Columns that both databases have, each in its own format, for tables of the application's own.

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::fmt;
use std::str::FromStr;

use belgie_domain::{InvalidId, UserId};
use chrono::{DateTime, SubsecRound as _, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use uuid::Uuid;

/// The types of columns that both databases have, for `diesel::table!`.
pub mod sql_types {
    use diesel::query_builder::QueryId;
    use diesel::sql_types::{SqlOrd, SqlType};

    /// An id: a `BLOB` of 16 bytes on SQLite, a `UUID` on PostgreSQL.
    #[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
    #[cfg_attr(feature = "sqlite", diesel(sqlite_type(name = "Binary")))]
    #[cfg_attr(
        feature = "postgres",
        diesel(postgres_type(oid = 2950, array_oid = 2951))
    )]
    pub struct Id;

    /// A time: an `INTEGER` of microseconds since 1970 in UTC on SQLite, a `TIMESTAMPTZ` on PostgreSQL.
    #[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
    #[cfg_attr(feature = "sqlite", diesel(sqlite_type(name = "Long")))]
    #[cfg_attr(
        feature = "postgres",
        diesel(postgres_type(oid = 1184, array_oid = 1185))
    )]
    pub struct Moment;

    impl SqlOrd for Id {}
    impl SqlOrd for Moment {}
}

/// An id in a column of the type [`sql_types::Id`], such as that of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Deserialize, serde::Serialize),
    serde(transparent)
)]
#[diesel(sql_type = sql_types::Id)]
pub struct Id(Uuid);

/// A time in a column of the type [`sql_types::Moment`], in whole microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
#[diesel(sql_type = sql_types::Moment)]
pub struct Moment(DateTime<Utc>);

impl From<Uuid> for Id {
    fn from(uuid: Uuid) -> Self {
        Self(uuid)
    }
}

impl From<UserId> for Id {
    fn from(user: UserId) -> Self {
        Self(user.as_uuid())
    }
}

impl From<Id> for Uuid {
    fn from(id: Id) -> Self {
        id.0
    }
}

impl From<Id> for UserId {
    fn from(id: Id) -> Self {
        Self::from_uuid(id.0)
    }
}

impl FromStr for Id {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<DateTime<Utc>> for Moment {
    /// Omits what is less than a microsecond, as the databases do.
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.trunc_subsecs(6))
    }
}

impl From<Moment> for DateTime<Utc> {
    fn from(time: Moment) -> Self {
        time.0
    }
}
