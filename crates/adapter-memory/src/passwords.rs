use belgie_domain::{EmailAddress, User, UserId, UserPassword};
use belgie_ports::{BoxFuture, PasswordWrites, StoreError};

use crate::state::refuse_if;
use crate::transaction::MemoryTransaction;

look_ups! { Passwords {
    fn find_password(
        &self,
        user: UserId,
    ) -> BoxFuture<'_, Result<Option<UserPassword>, StoreError>> {
        self.look(move |state| state.passwords.get(&user).cloned())
    }

    fn find_user_with_password<'a>(
        &'a self,
        email: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Option<(User, Option<UserPassword>)>, StoreError>> {
        self.look(|state| {
            let user = state.user_by_email(email)?;
            Some((user.clone(), state.passwords.get(&user.id).cloned()))
        })
    }
} }

impl PasswordWrites for MemoryTransaction {
    fn save_password<'a>(
        &'a self,
        password: &'a UserPassword,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|state| {
            refuse_if(!state.users.contains_key(&password.user_id))?;
            state.passwords.insert(password.user_id, password.clone());
            Ok(())
        })
    }

    fn delete_password(&self, user: UserId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |state| Ok(state.passwords.remove(&user).is_some()))
    }
}
