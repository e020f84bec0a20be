//! The tables created by `migrations/sqlite`.

diesel::table! {
    #[sql_name = "belgie_users"]
    users (id) {
        id -> Binary,
        email -> Nullable<Text>,
        email_verified -> Bool,
        email_proved -> Bool,
        name -> Nullable<Text>,
        name_edited -> Bool,
        image -> Nullable<Text>,
        image_edited -> Bool,
        role -> Text,
        is_active -> Bool,
        last_login_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    #[sql_name = "belgie_accounts"]
    accounts (id) {
        id -> Binary,
        user_id -> Binary,
        provider -> Text,
        issuer -> Text,
        subject -> Text,
        email -> Nullable<Text>,
        scope -> Nullable<Text>,
        created_at -> BigInt,
        last_used_at -> BigInt,
    }
}

diesel::table! {
    #[sql_name = "belgie_provider_tokens"]
    provider_tokens (account_id) {
        account_id -> Binary,
        revision -> BigInt,
        access_token -> Binary,
        refresh_token -> Nullable<Binary>,
        id_token -> Nullable<Binary>,
        scope -> Nullable<Text>,
        expires_at -> Nullable<BigInt>,
        refreshing_until -> Nullable<BigInt>,
        updated_at -> BigInt,
    }
}

diesel::table! {
    #[sql_name = "belgie_passwords"]
    passwords (user_id) {
        user_id -> Binary,
        hash -> Text,
        changed_at -> BigInt,
    }
}

diesel::table! {
    #[sql_name = "belgie_sessions"]
    sessions (token_hash) {
        token_hash -> Binary,
        id -> Binary,
        user_id -> Binary,
        provider -> Nullable<Text>,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        created_at -> BigInt,
        authenticated_at -> BigInt,
        last_used_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    #[sql_name = "belgie_attempts"]
    attempts (binding_hash, state_hash) {
        state_hash -> Binary,
        binding_hash -> Binary,
        provider -> Text,
        nonce -> Text,
        code_verifier -> Text,
        return_to -> Text,
        client_state -> Nullable<Text>,
        replaces -> Nullable<Binary>,
        purpose -> Text,
        delivery -> Text,
        network -> Nullable<Text>,
        session_id -> Nullable<Binary>,
        code_challenge -> Nullable<Text>,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    #[sql_name = "belgie_pending_sign_ins"]
    pending_sign_ins (binding_hash) {
        binding_hash -> Binary,
        provider -> Text,
        issuer -> Text,
        subject -> Text,
        email -> Nullable<Text>,
        email_verified -> Bool,
        email_proved -> Bool,
        name -> Nullable<Text>,
        picture -> Nullable<Text>,
        scope -> Nullable<Text>,
        holder_id -> Binary,
        return_to -> Text,
        client_state -> Nullable<Text>,
        delivery -> Text,
        code_challenge -> Nullable<Text>,
        replaces -> Nullable<Binary>,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    #[sql_name = "belgie_codes"]
    codes (code_hash) {
        code_hash -> Binary,
        code_challenge -> Text,
        user_id -> Binary,
        provider -> Text,
        replaces -> Nullable<Binary>,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        authenticated_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    #[sql_name = "belgie_mailed_tokens"]
    mailed_tokens (id) {
        id -> Binary,
        token_hash -> Binary,
        purpose -> Text,
        user_id -> Nullable<Binary>,
        email -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        provider -> Nullable<Text>,
        issuer -> Nullable<Text>,
        subject -> Nullable<Text>,
        name -> Nullable<Text>,
        picture -> Nullable<Text>,
        scope -> Nullable<Text>,
    }
}

diesel::table! {
    #[sql_name = "belgie_used_id_tokens"]
    used_id_tokens (token_hash) {
        token_hash -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    #[sql_name = "belgie_events"]
    events (id) {
        id -> Binary,
        occurred_at -> BigInt,
        kind -> Text,
        user_id -> Nullable<Binary>,
        actor_id -> Nullable<Binary>,
        provider -> Nullable<Text>,
        outcome -> Text,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        request_id -> Nullable<Text>,
    }
}

diesel::table! {
    #[sql_name = "belgie_failures"]
    failures (minute, kind, provider, code) {
        minute -> BigInt,
        kind -> Text,
        provider -> Text,
        code -> Text,
        count -> BigInt,
    }
}

diesel::table! {
    #[sql_name = "belgie_outbox"]
    outbox (id) {
        id -> Binary,
        topic -> Text,
        payload -> Text,
        due_at -> BigInt,
        attempts -> BigInt,
        about -> Nullable<Text>,
    }
}

diesel::table! {
    #[sql_name = "belgie_signing_keys"]
    signing_keys (id) {
        id -> Binary,
        number -> BigInt,
        algorithm -> Text,
        public_key -> Binary,
        private_key -> Binary,
        sealed_with -> Binary,
        created_at -> BigInt,
        signs_from -> BigInt,
    }
}

diesel::table! {
    #[sql_name = "belgie_rate_limits"]
    rate_limits (key) {
        key -> Binary,
        full_at -> BigInt,
    }
}

diesel::table! {
    belgie_migrations (version) {
        version -> Text,
        name -> Text,
    }
}

diesel::joinable!(passwords -> users (user_id));
diesel::joinable!(sessions -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(passwords, users);
diesel::allow_tables_to_appear_in_same_query!(sessions, users);
