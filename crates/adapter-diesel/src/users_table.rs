/// Declares the table `belgie_users` in the application's own crate, for queries that join it: `users_table!(sqlite)`
/// or `users_table!(postgres)`, or `users_table!()` with the column types of [`sql_types`](crate::sql_types), which both
/// databases have.
///
/// It is a macro because diesel allows only tables of the same crate in one query. The columns that it declares are
/// stable: they change only in a major version. All other columns, and all other tables, may change in any version.
/// Only read these columns; leave writing to the store.
///
/// ```
/// use diesel::prelude::*;
///
/// belgie_adapter_diesel::users_table!(sqlite);
///
/// diesel::table! {
///     notes (id) {
///         id -> Integer,
///         author -> Binary,
///         text -> Text,
///     }
/// }
///
/// diesel::joinable!(notes -> belgie_users (author));
/// diesel::allow_tables_to_appear_in_same_query!(notes, belgie_users);
///
/// fn notes_with_names(connection: &mut SqliteConnection) -> QueryResult<Vec<(String, Option<String>)>> {
///     notes::table
///         .inner_join(belgie_users::table)
///         .select((notes::text, belgie_users::name))
///         .load(connection)
/// }
/// ```
#[macro_export]
macro_rules! users_table {
    () => {
        $crate::users_table!(@columns Id, Moment, use ::diesel::sql_types::*; use $crate::sql_types::{Id, Moment};);
    };
    (sqlite) => {
        $crate::users_table!(@columns Binary, BigInt);
    };
    (postgres) => {
        $crate::users_table!(@columns Uuid, Timestamptz);
    };
    (@columns $id:ident, $time:ident $(, $($use:tt)+)?) => {
        ::diesel::table! {
            $($($use)+)?

            /// Belgie's users.
            belgie_users (id) {
                /// The user's id: a UUID, which SQLite keeps as 16 bytes (`UserId::to_bytes`).
                id -> $id,
                /// The address, unique among users.
                email -> Nullable<Text>,
                /// Whether the address is shown as verified.
                email_verified -> Bool,
                /// The full name.
                name -> Nullable<Text>,
                /// The `https` address of a picture.
                image -> Nullable<Text>,
                /// The user's role: `user`, `admin`, or one of the application's own.
                role -> Text,
                /// A user that is not active has no session and cannot sign in.
                is_active -> Bool,
                /// When the user was created, which SQLite keeps in microseconds since 1970 in UTC.
                created_at -> $time,
            }
        }
    };
}
