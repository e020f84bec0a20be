use belgie_domain::User;
use belgie_ports::{StoreError, Transaction};
use chrono::{DateTime, Utc};

use crate::event::EventDraft;

/// Takes an address from a user who never proved it, for the person who has. The former holder keeps its row, its id and
/// its accounts; everything else that opens it ends, the password and mailed tokens included.
pub(crate) async fn release_address(
    tx: &dyn Transaction,
    mut holder: User,
    claimed: &EventDraft,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    holder.release_address(now);
    tx.update_user(&holder).await?;
    tx.delete_password(holder.id).await?;
    tx.delete_mailed_tokens_of(holder.id).await?;
    tx.delete_sessions_of(holder.id, None).await?;
    claimed.clone().on(holder.id).write(tx).await
}
