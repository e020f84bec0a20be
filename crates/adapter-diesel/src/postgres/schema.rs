//! The tables created by `migrations/postgres`.

diesel::table! {
    #[sql_name = "belgie_users"]
    users (id) {
        id -> Uuid,
        email -> Nullable<Text>,
        email_verified -> Bool,
        email_proved -> Bool,
        name -> Nullable<Text>,
        name_edited -> Bool,
        image -> Nullable<Text>,
        image_edited -> Bool,
        role -> Text,
        is_active -> Bool,
        last_login_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    #[sql_name = "belgie_accounts"]
    accounts (id) {
        id -> Uuid,
        user_id -> Uuid,
        provider -> Text,
        issuer -> Text,
        subject -> Text,
        email -> Nullable<Text>,
        scope -> Nullable<Text>,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
    }
}

diesel::table! {
    #[sql_name = "belgie_provider_tokens"]
    provider_tokens (account_id) {
        account_id -> Uuid,
        revision -> BigInt,
        access_token -> Binary,
        refresh_token -> Nullable<Binary>,
        id_token -> Nullable<Binary>,
        scope -> Nullable<Text>,
        expires_at -> Nullable<Timestamptz>,
        refreshing_until -> Nullable<Timestamptz>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    #[sql_name = "belgie_passwords"]
    passwords (user_id) {
        user_id -> Uuid,
        hash -> Text,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    #[sql_name = "belgie_sessions"]
    sessions (token_hash) {
        token_hash -> Binary,
        id -> Uuid,
        user_id -> Uuid,
        provider -> Nullable<Text>,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        created_at -> Timestamptz,
        authenticated_at -> Timestamptz,
        last_used_at -> Timestamptz,
        expires_at -> Timestamptz,
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
        session_id -> Nullable<Uuid>,
        code_challenge -> Nullable<Text>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
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
        holder_id -> Uuid,
        return_to -> Text,
        client_state -> Nullable<Text>,
        delivery -> Text,
        code_challenge -> Nullable<Text>,
        replaces -> Nullable<Binary>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    #[sql_name = "belgie_codes"]
    codes (code_hash) {
        code_hash -> Binary,
        code_challenge -> Text,
        user_id -> Uuid,
        provider -> Text,
        replaces -> Nullable<Binary>,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        authenticated_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    #[sql_name = "belgie_mailed_tokens"]
    mailed_tokens (id) {
        id -> Uuid,
        token_hash -> Binary,
        purpose -> Text,
        user_id -> Nullable<Uuid>,
        email -> Text,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
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
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    #[sql_name = "belgie_events"]
    events (id) {
        id -> Uuid,
        occurred_at -> Timestamptz,
        kind -> Text,
        user_id -> Nullable<Uuid>,
        actor_id -> Nullable<Uuid>,
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
        minute -> Timestamptz,
        kind -> Text,
        provider -> Text,
        code -> Text,
        count -> BigInt,
    }
}

diesel::table! {
    #[sql_name = "belgie_outbox"]
    outbox (id) {
        id -> Uuid,
        topic -> Text,
        payload -> Text,
        due_at -> Timestamptz,
        attempts -> BigInt,
        about -> Nullable<Text>,
    }
}

diesel::table! {
    #[sql_name = "belgie_signing_keys"]
    signing_keys (id) {
        id -> Uuid,
        number -> BigInt,
        algorithm -> Text,
        public_key -> Binary,
        private_key -> Binary,
        sealed_with -> Binary,
        created_at -> Timestamptz,
        signs_from -> Timestamptz,
    }
}

diesel::table! {
    #[sql_name = "belgie_rate_limits"]
    rate_limits (key) {
        key -> Binary,
        full_at -> Timestamptz,
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
