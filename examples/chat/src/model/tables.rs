diesel::table! {
    use belgie::diesel::sql_types::Id;
    use diesel::sql_types::Text;

    conversations (id) {
        id -> Id,
        user_id -> Id,
        title -> Text,
        /// A new UUID for each message, greater than all before: lists are sorted by it.
        used -> Id,
    }
}

diesel::table! {
    use belgie::diesel::sql_types::Id;
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};

    messages (id) {
        id -> Id,
        conversation_id -> Id,
        position -> BigInt,
        is_answer -> Bool,
        text -> Text,
        is_pending -> Bool,
        error -> Nullable<Text>,
    }
}

belgie::diesel::users_table!();
diesel::joinable!(messages -> conversations (conversation_id));
diesel::joinable!(conversations -> belgie_users (user_id));
diesel::allow_tables_to_appear_in_same_query!(messages, conversations, belgie_users);
