use belgie_domain::{Delivery, ProviderId, ReturnTo, User};

use super::Completed;
use super::ending::Granted;
use super::failure::{location, location_with_access_token};
use crate::core::Core;
use crate::{AccessTokens, AuthError, SignedIn};

/// What the transaction of a sign-in has written.
pub(super) struct Written {
    pub(super) granted: Granted,
    pub(super) user: User,
    /// The provider whose account had been waiting in this browser for the user.
    pub(super) connected: Option<ProviderId>,
}

/// How the result of a sign-in reaches the front end, and where.
#[derive(Clone, Copy)]
pub(super) struct Destination<'a> {
    pub(super) delivery: &'a Delivery,
    pub(super) return_to: &'a ReturnTo,
    pub(super) client_state: Option<&'a str>,
}

impl Destination<'_> {
    /// Makes sure that what the delivery needs can be had, before anything is written.
    pub(super) async fn prepare(self, core: &Core) -> Result<(), AuthError> {
        match self.delivery {
            Delivery::Fragment => AccessTokens::new(core).prepare().await,
            _ => Ok(()),
        }
    }
}

impl Written {
    /// Returns the outcome for the browser, and logs the sign-in.
    pub(super) async fn completed(
        self,
        core: &Core,
        provider: &ProviderId,
        destination: Destination<'_>,
    ) -> Result<Completed, AuthError> {
        let (return_to, state) = (destination.return_to, destination.client_state);
        let user = self.user.id;
        if let Some(connected) = &self.connected {
            tracing::info!(%user, provider = %connected, "waiting account connected");
        }
        match self.granted {
            Granted::Session(token, session) => {
                tracing::info!(%user, session = %session.id, %provider, "signed in");
                let location = if *destination.delivery == Delivery::Fragment {
                    let issued = AccessTokens::new(core).issue(&session, &self.user).await?;
                    location_with_access_token(return_to, state, &issued)
                } else {
                    location(return_to, state, None)
                };
                let signed_in = SignedIn::new(token, session, self.user, location);
                let signed_in = signed_in.with_connected(self.connected);
                Ok(Completed::SignedIn(Box::new(signed_in)))
            }
            Granted::Code(issued) => {
                tracing::info!(%user, %provider, "one-time code issued");
                let location = location(return_to, state, Some(issued.secret()));
                Ok(Completed::CodeIssued { location })
            }
        }
    }
}
