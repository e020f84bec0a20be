use belgie_domain::{Account, IdentityMatch, ProviderId, ProviderIdentity};
use belgie_ports::{Accounts, Passwords, StoreError, Users};

use crate::ways_in::WaysIn;

/// Finds the owner of an identity's account, or else the user with its address; and the account, if there is one.
pub(super) async fn find_match<R: Users + Accounts + Passwords + Sync + ?Sized>(
    reads: &R,
    provider: &ProviderId,
    identity: &ProviderIdentity,
    ways_in: &WaysIn,
) -> Result<(IdentityMatch, Option<Account>), StoreError> {
    let (issuer, subject) = (&identity.issuer, &identity.subject);
    if let Some(account) = reads.find_account(issuer, subject).await? {
        let owner = reads.find_user(account.user_id).await?;
        let corrupt = || StoreError::Corrupt(format!("account {} has no user", account.id));
        let owner = owner.ok_or_else(corrupt)?;
        return Ok((IdentityMatch::ByAccount(owner), Some(account)));
    }
    let Some(email) = identity.address() else {
        return Ok((IdentityMatch::None, None));
    };
    let Some(user) = reads.find_user_by_email(&email).await? else {
        return Ok((IdentityMatch::None, None));
    };
    let accounts = reads.accounts_of(user.id).await?;
    let same = |account: &Account| account.provider == *provider || account.issuer == *issuer;
    let by_address = IdentityMatch::ByAddress {
        has_account_there: accounts.iter().any(same),
        has_way_in: ways_in.lead_to(user.id, &accounts, reads).await?,
        user,
    };
    Ok((by_address, None))
}
