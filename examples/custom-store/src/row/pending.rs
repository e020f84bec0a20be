use belgie_domain::{
    Delivery, EmailStatus, Issuer, NewPendingSignIn, PendingSignIn, ProviderId, ProviderIdentity,
    Subject, TokenHash, UserId,
};
use belgie_ports::StoreError;
use chrono::serde::ts_microseconds as micros;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{EmailStatusRow, Row};
use crate::format::{delivery, hash, hash_or_none, text};

rows! {
    PendingSignIn as PendingRow,
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "PendingSignIn")]
struct PendingRow {
    #[serde(with = "hash", getter = "binding_hash")]
    binding_hash: TokenHash,
    #[serde(with = "text")]
    provider: ProviderId,
    #[serde(with = "text")]
    issuer: Issuer,
    #[serde(with = "text")]
    subject: Subject,
    email: Option<String>,
    #[serde(with = "EmailStatusRow")]
    email_status: EmailStatus,
    name: Option<String>,
    picture: Option<String>,
    scope: Option<String>,
    #[serde(with = "text")]
    holder: UserId,
    return_to: String,
    client_state: Option<String>,
    #[serde(with = "delivery")]
    delivery: Delivery,
    #[serde(with = "hash_or_none")]
    replaces: Option<TokenHash>,
    #[serde(with = "micros")]
    created_at: DateTime<Utc>,
    #[serde(with = "micros")]
    expires_at: DateTime<Utc>,
}

fn binding_hash(pending: &PendingSignIn) -> TokenHash {
    pending.binding_hash
}

impl From<PendingRow> for PendingSignIn {
    fn from(row: PendingRow) -> Self {
        let mut pending = Self::new(NewPendingSignIn {
            binding_hash: row.binding_hash,
            provider: row.provider,
            identity: ProviderIdentity::new(row.issuer, row.subject),
            holder: row.holder,
            return_to: row.return_to,
            created_at: row.created_at,
        });
        (pending.email, pending.email_status) = (row.email, row.email_status);
        (pending.name, pending.picture, pending.scope) = (row.name, row.picture, row.scope);
        pending.client_state = row.client_state;
        pending.delivery = row.delivery;
        pending.replaces = row.replaces;
        pending.expires_at = row.expires_at;
        pending
    }
}
