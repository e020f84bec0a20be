use std::fmt;

use belgie_domain::{BrowserBinding, ClientInfo, EmailAddress, Password, SessionToken, TokenHash};

/// A sign-in with a password.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct PasswordSignIn<'a> {
    /// The address.
    pub email: &'a EmailAddress,
    /// The password.
    pub password: &'a Password,
    /// The browser in which an identity may wait for this user: see [`Pending`](crate::Pending).
    pub browser: Option<&'a BrowserBinding>,
    /// The session that the browser holds, which the new one replaces.
    pub held: Option<&'a SessionToken>,
    /// Where the request came from.
    pub client: &'a ClientInfo,
}

impl<'a> PasswordSignIn<'a> {
    /// Creates the sign-in of a client that is not a browser.
    pub fn new(email: &'a EmailAddress, password: &'a Password, client: &'a ClientInfo) -> Self {
        Self {
            email,
            password,
            browser: None,
            held: None,
            client,
        }
    }

    pub(super) fn replaced(&self) -> Vec<TokenHash> {
        self.held.map(SessionToken::hash).into_iter().collect()
    }
}

/// Shows neither the address nor the password.
impl fmt::Debug for PasswordSignIn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordSignIn")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}
