use belgie_domain::{ProviderId, ReturnTo, User};

use super::Completed;
use super::ending::Granted;
use super::failure::location;
use crate::SignedIn;

/// What the transaction of a sign-in has written.
pub(super) struct Written {
    pub(super) granted: Granted,
    pub(super) user: User,
    /// The provider whose account had been waiting in this browser for the user.
    pub(super) connected: Option<ProviderId>,
}

impl Written {
    /// Returns how the browser goes on, and logs that somebody has signed in.
    pub(super) fn completed(
        self,
        provider: &ProviderId,
        return_to: &ReturnTo,
        client_state: Option<&str>,
    ) -> Completed {
        let user = self.user.id;
        if let Some(connected) = &self.connected {
            tracing::info!(%user, provider = %connected, "waiting account connected");
        }
        match self.granted {
            Granted::Session(token, session) => {
                tracing::info!(%user, session = %session.id, %provider, "signed in");
                let location = location(return_to, client_state, None);
                let signed_in = SignedIn::new(token, session, self.user, location);
                Completed::SignedIn(Box::new(signed_in.with_connected(self.connected)))
            }
            Granted::Code(code) => {
                tracing::info!(%user, %provider, "one-time code issued");
                let location = location(return_to, client_state, Some(code.secret()));
                Completed::CodeIssued { location }
            }
        }
    }
}
