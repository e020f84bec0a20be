use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types as columns;
use uuid::Uuid;

use super::{Id, Moment, sql_types};

impl ToSql<sql_types::Id, Pg> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<columns::Uuid, Pg>::to_sql(&self.0, out)
    }
}

impl FromSql<sql_types::Id, Pg> for Id {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <Uuid as FromSql<columns::Uuid, Pg>>::from_sql(value).map(Self)
    }
}

impl ToSql<sql_types::Moment, Pg> for Moment {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<columns::Timestamptz, Pg>::to_sql(&self.0, out)
    }
}

impl FromSql<sql_types::Moment, Pg> for Moment {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <DateTime<Utc> as FromSql<columns::Timestamptz, Pg>>::from_sql(value).map(Self)
    }
}
