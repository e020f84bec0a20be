use belgie_domain::Account;
use belgie_ports::{StoreError, Transaction};

use crate::token_vault::IssuedTokens;

/// Adds the account of an identity, or updates the one that is known already, which keeps its id; and stores its tokens.
pub(super) async fn save_account(
    tx: &dyn Transaction,
    known: Option<Account>,
    mut account: Account,
    tokens: Option<&IssuedTokens>,
) -> Result<Account, StoreError> {
    match known {
        None => tx.insert_account(&account).await?,
        Some(known) => {
            (account.id, account.created_at) = (known.id, known.created_at);
            tx.update_account(&account).await?;
        }
    }
    if let Some(tokens) = tokens {
        tokens.save(tx, account.id).await?;
    }
    Ok(account)
}
