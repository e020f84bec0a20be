use belgie_domain::{Account, AccountId, Issuer, Subject, UserId};
use belgie_ports::{AccountWrites, BoxFuture, StoreError};

use crate::state::{State, insert, refuse_if};
use crate::transaction::MemoryTransaction;

look_ups! { Accounts {
    fn find_account<'a>(
        &'a self,
        issuer: &'a Issuer,
        subject: &'a Subject,
    ) -> BoxFuture<'a, Result<Option<Account>, StoreError>> {
        self.look(|state| state.account(issuer, subject).cloned())
    }

    fn accounts_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Account>, StoreError>> {
        self.look(move |state| {
            let of_user = state.accounts.values().filter(|kept| kept.user_id == user);
            of_user.cloned().collect()
        })
    }
} }

impl AccountWrites for MemoryTransaction {
    fn insert_account<'a>(&'a self, account: &'a Account) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|state| state.insert_account(account))
    }

    fn update_account<'a>(
        &'a self,
        account: &'a Account,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.change(|state| state.update_account(account))
    }

    fn delete_account(&self, id: AccountId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |state| {
            state.tokens.remove(&id);
            Ok(state.accounts.remove(&id).is_some())
        })
    }
}

impl State {
    fn account(&self, issuer: &Issuer, subject: &Subject) -> Option<&Account> {
        let mut accounts = self.accounts.values();
        accounts.find(|account| account.issuer == *issuer && account.subject == *subject)
    }

    fn insert_account(&mut self, account: &Account) -> Result<(), StoreError> {
        self.check_account(account)?;
        insert(&mut self.accounts, account.id, account.clone())
    }

    fn update_account(&mut self, account: &Account) -> Result<bool, StoreError> {
        if !self.accounts.contains_key(&account.id) {
            return Ok(false);
        }
        self.check_account(account)?;
        self.accounts.insert(account.id, account.clone());
        Ok(true)
    }

    /// Checks that the user exists, and that no other account has this issuer and subject.
    fn check_account(&self, account: &Account) -> Result<(), StoreError> {
        refuse_if(!self.users.contains_key(&account.user_id))?;
        let holder = self.account(&account.issuer, &account.subject);
        refuse_if(holder.is_some_and(|holder| holder.id != account.id))
    }
}
