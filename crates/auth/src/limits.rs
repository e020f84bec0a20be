//! How often the outside may do what costs something or could be guessed.

mod guess;
mod permits;
mod rule;

use std::fmt;

use belgie_domain::{ClientInfo, ClientNetwork, EmailAddress, UserId};

use crate::AuthError;
use crate::core::Core;
pub use guess::Guess;
use permits::Permits;
use rule::Rule;

/// Limits of how often things happen, counted in the store, so that all nodes share them and a restart does not reset
/// them. Each method takes a permit *before* what it is for.
///
/// A network is an IPv4 address, or the /64 prefix of an IPv6 address. A client whose address the application does not
/// tell ([`ClientInfo::ip_address`]) has no network: limits per network do not apply to it, and the limit of guesses
/// per account and network counts all such clients together.
///
/// Nothing is counted when [`Policy::rate_limits`](crate::Policy::rate_limits) is off.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    permits: Permits<'a>,
}

impl<'a> Limits<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        let permits = Permits::of(core);
        Self { permits }
    }

    /// Permits one guess of the password of the account with this address. Call it before the password is verified,
    /// whether or not there is such an account, and [`Guess::succeeded`] after it was right or [`Guess::withdrawn`] when it
    /// was not compared; a guess without that counts as a failure. A refusal takes no permit at all. Since permits are taken first, no number of concurrent guesses gets more of them verified than the
    /// limit allows.
    ///
    /// - For one account from one network: 10 failures within 15 minutes.
    /// - From one network, for whatever accounts: 200 failures at once, and then one in 5 seconds.
    /// - For one account from all networks that are not known: 100 failures in a row, and then one in each hour. A network
    ///   is known (`is_known`) if the person has signed in from there before, or the browser holds a proof of that. Each
    ///   known network has such a limit of its own, so that a stranger cannot lock out the owner.
    ///
    /// All spellings of an address that [`EmailAddress`] considers equal share these limits.
    ///
    /// # Errors
    /// [`AuthError::RateLimited`]: the password must not be verified. [`AuthError::Store`].
    pub async fn guess(
        self,
        address: &EmailAddress,
        client: &ClientInfo,
        is_known: bool,
    ) -> Result<Guess<'a>, AuthError> {
        let network = network_of(client);
        let mut guess = Guess::new(self.permits);
        if let Some(network) = network {
            guess = guess
                .take_of_network(rule::GUESS_OF_NETWORK, network)
                .await?;
        }
        let rule = rule::GUESS;
        let key = rule.of_address_and_network(address, network);
        guess = guess.take_of_account(rule, key).await?;
        let in_a_row = if is_known {
            let rule = rule::GUESS_OF_KNOWN_NETWORK;
            (rule, rule.of_address_and_network(address, network))
        } else {
            let rule = rule::GUESS_OF_ACCOUNT;
            (rule, rule.of_address(address))
        };
        guess.take_of_account(in_a_row.0, in_a_row.1).await
    }

    /// Permits one mail to this address: 5 in an hour; and from one network 100 at once, and then one in 30 seconds.
    /// Call it before it is known whether there is an account, and answer alike whether or not the mail is permitted.
    ///
    /// # Errors
    /// [`AuthError::RateLimited`]: the mail must not be sent. [`AuthError::Store`].
    pub async fn mail(self, address: &EmailAddress, client: &ClientInfo) -> Result<(), AuthError> {
        self.of_network(rule::MAIL_OF_NETWORK, client).await?;
        self.permits
            .take(rule::MAIL, rule::MAIL.of_address(address))
            .await
    }

    /// Permits the hash of one password, right or wrong: from one network 300 at once, and then two in each second.
    ///
    /// # Errors
    /// [`AuthError::RateLimited`]: the password must not be hashed. [`AuthError::Store`].
    pub async fn hash(self, client: &ClientInfo) -> Result<(), AuthError> {
        self.of_network(rule::HASH, client).await
    }

    /// Permits the start of a sign-in, a link or a re-authentication.
    pub(crate) async fn start(self, client: &ClientInfo) -> Result<(), AuthError> {
        self.of_network(rule::START, client).await
    }

    /// Permits the response of a provider to be processed. It was paid for at the start, unless that came from another
    /// network: responses of attempts that were started from many networks do not all come from one.
    pub(crate) async fn callback(
        self,
        client: &ClientInfo,
        started_from: Option<ClientNetwork>,
    ) -> Result<(), AuthError> {
        if network_of(client) == started_from {
            return Ok(());
        }
        self.of_network(rule::FOREIGN_CALLBACK, client).await
    }

    /// Permits a posted code or ID token to be verified.
    pub(crate) async fn posted(self, client: &ClientInfo) -> Result<(), AuthError> {
        self.of_network(rule::POSTED, client).await
    }

    /// Counts a one-time code that could not be exchanged. A success is not counted, since one front-end server exchanges
    /// the codes of all its users.
    pub(crate) async fn refused_code(self, client: &ClientInfo) -> Result<(), AuthError> {
        self.of_network(rule::REFUSED_CODE, client).await
    }

    /// Permits an edit of the user's own profile: 60 at once, and then one in each minute.
    pub(crate) async fn edit(self, user: UserId) -> Result<(), AuthError> {
        let key = rule::EDIT.of_user(user);
        self.permits.take(rule::EDIT, key).await
    }

    /// Permits an export of the user's own data: 10 in an hour.
    pub(crate) async fn export(self, user: UserId) -> Result<(), AuthError> {
        let key = rule::EXPORT.of_user(user);
        self.permits.take(rule::EXPORT, key).await
    }

    async fn of_network(self, rule: Rule, client: &ClientInfo) -> Result<(), AuthError> {
        match network_of(client) {
            Some(network) => self.permits.take_of_network(rule, network).await,
            None => Ok(()),
        }
    }
}

fn network_of(client: &ClientInfo) -> Option<ClientNetwork> {
    client.ip_address.map(ClientNetwork::from)
}

impl fmt::Debug for Limits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits").finish_non_exhaustive()
    }
}
