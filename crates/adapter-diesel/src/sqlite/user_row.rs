use belgie_domain::{EmailStatus, User, UserId};
use belgie_ports::StoreError;
use diesel::prelude::*;

use super::column::{Id, micros, time};
use super::schema::users;
use crate::value::{parse, parse_some, standing};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = users, treat_none_as_default_value = false, treat_none_as_null = true, check_for_backend(diesel::sqlite::Sqlite))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a row has the columns it has"
)]
pub(super) struct UserRow {
    id: Id,
    email: Option<String>,
    email_verified: bool,
    email_proved: bool,
    name: Option<String>,
    name_edited: bool,
    image: Option<String>,
    image_edited: bool,
    role: String,
    is_active: bool,
    last_login_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl From<&User> for UserRow {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.as_uuid().into(),
            email: user.email.as_ref().map(ToString::to_string),
            email_verified: user.email_status >= EmailStatus::Asserted,
            email_proved: user.email_status >= EmailStatus::Proved,
            name: user.name.clone(),
            name_edited: user.name_edited,
            image: user.image.clone(),
            image_edited: user.image_edited,
            role: user.role.to_string(),
            is_active: user.is_active,
            last_login_at: user.last_login_at.map(micros),
            created_at: micros(user.created_at),
            updated_at: micros(user.updated_at),
        }
    }
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        let email = parse_some(row.email.as_deref(), "users.email")?;
        let created_at = time(row.created_at, "users.created_at")?;
        let mut user = Self::new(UserId::from_uuid(row.id.uuid()), email, created_at);
        user.email_status = standing(row.email_verified, row.email_proved, "users.email_proved")?;
        user.name = row.name;
        user.name_edited = row.name_edited;
        user.image = row.image;
        user.image_edited = row.image_edited;
        user.role = parse(&row.role, "users.role")?;
        user.is_active = row.is_active;
        let last_login_at = row.last_login_at.map(|at| time(at, "users.last_login_at"));
        user.last_login_at = last_login_at.transpose()?;
        user.updated_at = time(row.updated_at, "users.updated_at")?;
        Ok(user)
    }
}
