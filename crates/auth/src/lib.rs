#![doc = include_str!("../README.md")]
#![warn(clippy::future_not_send)]

mod admin;
mod auth;
mod chance;
mod error;
mod housekeeping;
mod policy;
mod providers;
mod redirect_uri;
mod session_manager;
mod sign_in;
#[cfg(feature = "system")]
mod system;
mod user_ref;

pub use admin::{Admin, NewUser};
pub use auth::{Auth, AuthBuilder};
pub use error::{AuthError, BuildError};
pub use housekeeping::{Housekeeping, Swept};
pub use policy::Policy;
pub use providers::ProviderSummary;
pub use redirect_uri::default_redirect_uri;
pub use session_manager::{Authenticated, SessionManager};
pub use sign_in::{
    BeginSignIn, Begun, Callback, CallbackFailure, ProviderAnswer, SignIn, SignedIn,
};
#[cfg(feature = "system")]
pub use system::{SystemClock, SystemEntropy};
pub use user_ref::UserRef;
