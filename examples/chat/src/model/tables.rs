diesel::table! {
    use belgie::diesel::sql_types::{Id, Moment};
    use diesel::sql_types::Text;

    conversations (id) {
        id -> Id,
        user_id -> Id,
        title -> Text,
        /// Drawn at each use, and greater than those drawn earlier.
        used -> Id,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use belgie::diesel::sql_types::{Id, Moment};
    use diesel::sql_types::{BigInt, Nullable, Text};

    messages (id) {
        id -> Id,
        conversation_id -> Id,
        position -> BigInt,
        author -> Text,
        text -> Text,
        state -> Text,
        error -> Nullable<Text>,
        created_at -> Moment,
    }
}

belgie::diesel::users_table!();
diesel::joinable!(messages -> conversations (conversation_id));
diesel::joinable!(conversations -> belgie_users (user_id));
diesel::allow_tables_to_appear_in_same_query!(messages, conversations, belgie_users);
