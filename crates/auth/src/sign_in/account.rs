use belgie_domain::Account;
use belgie_ports::{StoreError, Transaction};

/// Adds the account of an identity, or updates the one that is known already, which keeps its id.
pub(super) async fn save_account(
    tx: &dyn Transaction,
    known: Option<Account>,
    mut account: Account,
) -> Result<Account, StoreError> {
    match known {
        None => tx.insert_account(&account).await?,
        Some(known) => {
            (account.id, account.created_at) = (known.id, known.created_at);
            tx.update_account(&account).await?;
        }
    }
    Ok(account)
}
