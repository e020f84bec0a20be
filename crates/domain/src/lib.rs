#![doc = include_str!("../README.md")]

mod account;
mod account_details;
mod attempt;
mod authorization_code;
mod client_info;
mod client_network;
mod email;
mod event;
mod failure_code;
mod failure_key;
mod id;
mod identity;
mod joining;
mod linking;
mod name;
mod outbox;
mod printable;
mod redirect;
mod role;
mod session;
mod token;
mod user;
mod word;

pub use account::Account;
pub use attempt::{Attempt, Delivery, NewAttempt, Purpose};
pub use authorization_code::AuthorizationCode;
pub use client_info::ClientInfo;
pub use client_network::{ClientNetwork, InvalidClientNetwork};
pub use email::{EmailAddress, InvalidEmail};
pub use event::{Event, EventKind, Outcome};
pub use failure_code::FailureCode;
pub use failure_key::FailureKey;
pub use id::{AccountId, EventId, InvalidId, OutboxId, SessionId, UserId};
pub use identity::{
    InvalidIssuer, InvalidProviderId, InvalidSubject, Issuer, ProviderId, ProviderIdentity, Subject,
};
pub use joining::{
    Decision, IdentityMatch, JoinPolicy, LinkByEmail, Refusal, Registration, check_admission,
    decide,
};
pub use linking::{check_link, check_unlink};
pub use name::{display_name, is_invisible};
pub use outbox::OutboxItem;
pub use printable::printable;
pub use redirect::{RedirectNotAllowed, RedirectRule, ReturnTo};
pub use role::{InvalidRole, Role};
pub use session::{InvalidSessionPolicy, Session, SessionPolicy, Slide};
pub use token::{
    BrowserBinding, CodeVerifier, MalformedToken, Nonce, SessionToken, State, TokenHash,
};
pub use user::{EmailStatus, User};
