//! Signing in with a provider: the authorization code flow with PKCE, from the first click to the session.

mod account;
mod begin;
mod complete;
mod connection;
mod ending;
mod failure;
mod linking;
mod matching;
mod pending;
mod posted;
mod reauthentication;
mod record;
mod redeem;
mod resolution;
mod session_owner;
mod sign_up;
mod sign_up_link;
mod types;
mod written;

use std::fmt;

pub(crate) use connection::Connection;
pub use failure::{CallbackFailure, Retry};
pub use pending::{Cancelled, EarlierUse, Pending, Waiting};
pub use posted::PostedProof;
pub(crate) use record::{FailedSignIn, record_failure};
pub(crate) use session_owner::find_session_owner;
pub(crate) use sign_up::sign_up;
pub use types::{AuthorizationRedirect, BeginSignIn, Callback, Completed, ProviderAnswer};

use crate::core::Core;

/// Signing in with a provider.
#[derive(Clone, Copy)]
pub struct SignIn<'a> {
    core: &'a Core,
}

impl<'a> SignIn<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        Self { core }
    }
}

impl fmt::Debug for SignIn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn").finish_non_exhaustive()
    }
}
