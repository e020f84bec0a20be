use crate::{Account, AccountId, Refusal, UserId};

/// Checks that an account may be added to a user: it belongs to no one, or to that very user already. Unlike a sign-in,
/// this needs no matching address, since the person has authenticated on both sides.
///
/// # Errors
/// [`Refusal::AccountTaken`] when it belongs to another user; an account is never moved.
pub fn check_link(account: Option<&Account>, user: UserId) -> Result<(), Refusal> {
    match account {
        Some(account) if account.user_id != user => Err(Refusal::AccountTaken),
        _ => Ok(()),
    }
}

/// Checks that a user with these accounts may lose one of them, and returns it; `None` when it is not among them.
/// `is_usable` says whether an account can still sign in, which it cannot when its provider is no longer configured;
/// `has_password` whether the user can also sign in with a password.
///
/// # Errors
/// [`Refusal::LastSignInMethod`] when there is no password and no other account is usable.
pub fn check_unlink(
    accounts: &[Account],
    id: AccountId,
    has_password: bool,
    is_usable: impl Fn(&Account) -> bool,
) -> Result<Option<&Account>, Refusal> {
    let Some(found) = accounts.iter().find(|account| account.id == id) else {
        return Ok(None);
    };
    let mut others = accounts.iter().filter(|account| account.id != id);
    if has_password || others.any(is_usable) {
        return Ok(Some(found));
    }
    Err(Refusal::LastSignInMethod)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::ProviderIdentity;

    fn account(id: u128, user: u128) -> Account {
        let issuer = "https://id.example".parse().unwrap();
        let identity = ProviderIdentity::new(issuer, format!("subject-{id}").parse().unwrap());
        let (id, user) = (Uuid::from_u128(id), Uuid::from_u128(user));
        Account::new(
            AccountId::from_uuid(id),
            UserId::from_uuid(user),
            "google".parse().unwrap(),
            &identity,
            DateTime::UNIX_EPOCH,
        )
    }

    fn id(number: u128) -> AccountId {
        AccountId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn lnk_13_an_account_of_another_user_is_never_added() {
        let (jane, taken) = (UserId::from_uuid(Uuid::from_u128(1)), account(7, 2));

        assert_eq!(check_link(Some(&taken), jane), Err(Refusal::AccountTaken));
        assert_eq!(check_link(Some(&account(7, 1)), jane), Ok(()));
        assert_eq!(check_link(None, jane), Ok(()));
    }

    fn unlink(accounts: &[Account], number: u128) -> Result<Option<&Account>, Refusal> {
        check_unlink(accounts, id(number), false, |account| account.id != id(9))
    }

    #[test]
    fn lnk_14_only_an_own_account_can_be_removed_and_never_the_last() {
        let two = [account(7, 1), account(8, 1)];

        assert_eq!(unlink(&two, 8), Ok(Some(&two[1])));
        assert_eq!(unlink(&two, 6), Ok(None));
        assert_eq!(unlink(&two[..1], 7), Err(Refusal::LastSignInMethod));
        assert_eq!(unlink(&two[..1], 8), Ok(None));
        assert_eq!(unlink(&[], 7), Ok(None));
    }

    #[test]
    fn lnk_14_a_password_is_another_way_in() {
        let one = [account(7, 1)];

        let unlinked = check_unlink(&one, id(7), true, |_| true);

        assert_eq!(unlinked, Ok(Some(&one[0])));
        assert_eq!(check_unlink(&one, id(8), true, |_| true), Ok(None));
    }

    #[test]
    fn lnk_14_an_account_whose_provider_is_gone_is_no_way_in() {
        let one_of_each = [account(7, 1), account(9, 1)];

        assert_eq!(unlink(&one_of_each, 7), Err(Refusal::LastSignInMethod));
        assert_eq!(unlink(&one_of_each, 9), Ok(Some(&one_of_each[1])));
    }
}
