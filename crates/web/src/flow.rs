//! What belongs into the use cases and will move there.

use std::error::Error as _;
use std::time::Duration;

use belgie_auth::{AuthError, Callback};
use belgie_domain::{Role, User};
use belgie_ports::{StoreError, UserPage};
use tokio::time::timeout;

use crate::web::Web;

/// Most further states of one response whose attempts are ended: each costs a write.
const MOST_STATES: usize = 3;

/// Ends the attempts of further states. Nobody knows which of several is meant, so none can be used again; a response
/// that names several is malformed, and signs nobody in.
pub(crate) async fn end_further(web: &Web, callback: &Callback<'_>, states: &[&str]) {
    for state in states.iter().take(MOST_STATES) {
        let further = Callback {
            state,
            ..callback.clone()
        };
        let _ = web.auth.sign_in().complete(further).await;
    }
}

/// Returns whether this is the only user, and no admin.
pub(crate) async fn is_only_user(web: &Web, user: &User) -> Result<bool, AuthError> {
    if user.role == Role::Admin {
        return Ok(false);
    }
    let first_two = UserPage {
        after: None,
        limit: 2,
    };
    Ok(web.auth.admin().list(first_two).await?.len() == 1)
}

/// Returns when the store answers within this time.
pub(crate) async fn ready(web: &Web, within: Duration) -> Result<(), AuthError> {
    let asked = timeout(within, web.auth.ready()).await;
    let answered =
        asked.unwrap_or_else(|_| Err(StoreError::Unavailable("no answer in time".into()).into()));
    answered.inspect_err(|error| {
        tracing::error!(%error, source = error.source(), "not ready");
    })
}
