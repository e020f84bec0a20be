use belgie::auth::Authenticated;
use belgie::diesel::Id;
use belgie::domain::ClientInfo;
use belgie::{Belgie, Role};

use super::{ChatError, Result};
use crate::model::{Listed, Page, Person, PersonChange};
use crate::repository::Repository;

/// The users, for admins.
#[derive(Clone)]
pub struct People {
    pub belgie: Belgie,
    pub repository: Repository,
}

impl People {
    pub async fn list(&self, page: Page<Id>) -> Result<Listed<Person>> {
        let rows = self.repository.people(page).await?;
        Ok(page.listed(rows, |person| person.id))
    }

    /// Changes a role, or disables or enables a user, effective with that user's next request. Belgie's event names the admin.
    pub async fn change(
        &self,
        admin: &Authenticated,
        client: &ClientInfo,
        id: Id,
        change: &PersonChange,
    ) -> Result<Person> {
        let role = change.role.as_deref().map(str::parse::<Role>).transpose();
        let role = role.map_err(|_| ChatError::Invalid("this is no role"))?;
        let users = self.belgie.auth().admin(admin, client)?;
        if let Some(role) = role {
            users.set_role(id.into(), role).await?;
        }
        match change.is_active {
            Some(true) => drop(users.enable(id.into()).await?),
            Some(false) => drop(users.disable(id.into()).await?),
            None => {}
        }
        self.repository.person(id).await?.ok_or(ChatError::NotFound)
    }
}
