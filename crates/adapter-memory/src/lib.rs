#![doc = include_str!("../README.md")]

/// Implements a trait of look-ups for both the store and its transactions.
macro_rules! look_ups {
    ($look_ups:ident { $($methods:tt)* }) => {
        impl belgie_ports::$look_ups for crate::MemoryStore {
            $($methods)*
        }

        impl belgie_ports::$look_ups for crate::transaction::MemoryTransaction {
            $($methods)*
        }
    };
}

mod account_tokens;
mod accounts;
mod attempts;
mod codes;
mod events;
mod hook;
mod mailed_tokens;
mod outbox;
mod passwords;
mod pending_sign_ins;
mod rate_limits;
mod sessions;
mod signing_keys;
mod state;
mod store;
mod transaction;
mod used_id_tokens;
mod users;

pub use store::MemoryStore;
