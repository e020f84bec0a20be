use belgie_domain::{
    ClientInfo, ClientNetwork, EmailAddress, Event, Password, User, UserId, UserPassword,
};
use belgie_ports::EventQuery;
use chrono::TimeDelta;

use super::Passwords;
use crate::{AuthError, Guess, Limits};

/// How long a network remains known after the last sign-in from it.
const KNOWN_FOR: TimeDelta = TimeDelta::days(90);
/// Of the sign-ins of one user, the newest are looked at.
const EXAMINED: u32 = 100;

/// A person's claim to know the password of a user.
pub(super) struct Claim<'a> {
    /// The address under which guesses are counted; `None` for a user who has none, and therefore no password.
    pub(super) email: Option<&'a EmailAddress>,
    /// The user, and the stored password.
    pub(super) found: Option<(User, Option<UserPassword>)>,
    pub(super) typed: &'a Password,
    pub(super) client: &'a ClientInfo,
}

impl<'a> Passwords<'a> {
    /// Takes the permits for comparing one password, before it is compared. The reads are the same whether or not there is
    /// such a user.
    pub(super) async fn permit(self, claim: &Claim<'_>) -> Result<Option<Guess<'a>>, AuthError> {
        let (core, limits) = (self.core, Limits::new(self.core));
        limits.hash(claim.client).await?;
        let Some(email) = claim.email else {
            return Ok(None);
        };
        let user = claim.found.as_ref().map(|(user, _)| user.id);
        let nobody = || core.draw(core.now()).user_id();
        let is_known = self.is_known(user.unwrap_or_else(nobody), claim.client);
        let guess = limits.guess(email, claim.client, is_known.await?).await?;
        Ok(Some(guess))
    }

    /// Returns whether the user has lately signed in from the same network: guesses from elsewhere cannot lock out
    /// the owner.
    async fn is_known(self, user: UserId, client: &ClientInfo) -> Result<bool, AuthError> {
        let Some(here) = client.ip_address.map(ClientNetwork::from) else {
            return Ok(false);
        };
        let since = self.core.now() - KNOWN_FOR;
        let sign_ins = EventQuery::newest(EXAMINED).of_user(user).of_sign_ins();
        let sign_ins = self.core.store.events(sign_ins).await?;
        let is_here =
            |event: &Event| event.client.ip_address.map(ClientNetwork::from) == Some(here);
        Ok(sign_ins
            .iter()
            .any(|event| event.at >= since && is_here(event)))
    }
}
