use belgie::diesel::Id;
use diesel::Queryable;
use serde::Serialize;

/// A user, as admins see them.
#[derive(Clone, Debug, Queryable, Serialize)]
pub struct Person {
    pub id: Id,
    pub name: Option<String>,
    pub email: Option<String>,
    pub role: String,
    pub is_active: bool,
    /// How many messages they have sent.
    pub messages: i64,
}
