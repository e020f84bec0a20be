use belgie_domain::{EmailAddress, Role, User, UserId};
use belgie_ports::{BoxFuture, StoreError, UserQuery, UserWrites};

use crate::state::{State, insert, refuse_if, remove_where};
use crate::transaction::MemoryTransaction;

look_ups! { Users {
    fn find_user(&self, id: UserId) -> BoxFuture<'_, Result<Option<User>, StoreError>> {
        self.look(move |state| state.users.get(&id).cloned())
    }

    fn find_user_by_email<'a>(
        &'a self,
        email: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Option<User>, StoreError>> {
        self.look(|state| state.user_by_email(email).cloned())
    }

    fn users(&self, query: UserQuery) -> BoxFuture<'_, Result<Vec<User>, StoreError>> {
        self.look(move |state| state.page_of_users(query))
    }

    fn has_other_in_role<'a>(
        &'a self,
        role: &'a Role,
        except: UserId,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.look(move |state| {
            let mut users = state.users.values();
            users.any(|user| user.id != except && user.is_active && user.role == *role)
        })
    }
} }

impl UserWrites for MemoryTransaction {
    fn insert_user<'a>(&'a self, user: &'a User) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|state| state.insert_user(user))
    }

    fn update_user<'a>(&'a self, user: &'a User) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.change(|state| state.update_user(user))
    }

    fn delete_user(&self, id: UserId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |state| {
            state.delete_credentials_of(id);
            Ok(state.users.remove(&id).is_some())
        })
    }

    fn delete_credentials_of(&self, user: UserId) -> BoxFuture<'_, Result<(), StoreError>> {
        self.change(move |state| {
            state.delete_credentials_of(user);
            Ok(())
        })
    }
}

impl State {
    pub(crate) fn user_by_email(&self, email: &EmailAddress) -> Option<&User> {
        let mut users = self.users.values();
        users.find(|user| user.email.as_ref() == Some(email))
    }

    fn page_of_users(&self, query: UserQuery) -> Vec<User> {
        let is_later = |user: &&User| query.after.is_none_or(|after| user.id > after);
        let later = self.users.values().filter(is_later);
        later.take(query.limit as usize).cloned().collect()
    }

    fn insert_user(&mut self, user: &User) -> Result<(), StoreError> {
        refuse_if(self.is_address_taken(user))?;
        insert(&mut self.users, user.id, user.clone())
    }

    fn update_user(&mut self, user: &User) -> Result<bool, StoreError> {
        if !self.users.contains_key(&user.id) {
            return Ok(false);
        }
        refuse_if(self.is_address_taken(user))?;
        self.users.insert(user.id, user.clone());
        Ok(true)
    }

    fn delete_credentials_of(&mut self, user: UserId) {
        remove_where(&mut self.accounts, |account| account.user_id == user);
        self.drop_tokens_without_account();
        self.passwords.remove(&user);
        remove_where(&mut self.sessions, |session| session.user_id == user);
        remove_where(&mut self.pending_sign_ins, |kept| kept.holder == user);
        remove_where(&mut self.codes, |code| code.user_id == user);
        remove_where(&mut self.mailed_tokens, |token| {
            token.user_id() == Some(user)
        });
    }

    fn is_address_taken(&self, user: &User) -> bool {
        let email = user.email.as_ref();
        let holder = email.and_then(|email| self.user_by_email(email));
        holder.is_some_and(|holder| holder.id != user.id)
    }
}
