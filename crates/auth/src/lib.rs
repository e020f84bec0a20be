#![doc = include_str!("../README.md")]
#![warn(clippy::future_not_send)]

mod access_token;
mod accounts;
mod address;
mod admin;
mod after_commit;
mod attempt_load;
mod auth;
mod builder;
mod core;
mod deletion;
mod draw;
mod email;
mod error;
mod event;
mod export;
mod hooks;
mod housekeeping;
mod limits;
mod mail;
mod mail_job;
mod mailed;
mod me;
mod outbox;
mod password;
mod policy;
mod providers;
mod redirect_uri;
mod session;
mod sign_in;
#[cfg(feature = "system")]
mod system;
mod time_limit;
mod token_vault;
mod user_contention;
mod user_ref;
mod ways_in;

pub use access_token::{AccessTokens, IssuedAccessToken, Rotation, VerifiedAccessToken};
pub use accounts::{AccountToken, Accounts};
pub use admin::{Admin, NewUser};
pub use after_commit::AfterCommit;
pub use auth::Auth;
pub use builder::AuthBuilder;
pub use email::{Emails, MailedLink};
pub use error::{AuthError, BuildError};
pub use export::{Export, ExportedAccount, ExportedLink, ExportedMail};
pub use hooks::{SignUp, SignUpRefusal};
pub use housekeeping::{Deleted, Housekeeping, HousekeepingTask, Reencrypted, UnknownKeys};
pub use limits::{Guess, Limits};
pub use mail::Mails;
pub use me::Me;
pub use password::{PasswordSignIn, Passwords, Registered, Registering};
pub use policy::Policy;
pub use providers::ProviderSummary;
pub use redirect_uri::default_redirect_uri;
pub use session::{Authenticated, FreshSession, Proof, SessionManager, SignedIn};
pub use sign_in::{
    AuthorizationRedirect, BeginSignIn, Callback, CallbackFailure, Cancelled, Completed,
    EarlierUse, Pending, PostedProof, ProviderAnswer, Retry, SignIn, Waiting,
};
#[cfg(feature = "system")]
pub use system::{SystemClock, SystemEntropy};
pub use user_ref::UserRef;

/// Selects users to list.
pub use belgie_ports::UserQuery;
