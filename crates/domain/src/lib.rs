#![doc = include_str!("../README.md")]

mod account;
mod attempt;
mod authorization_code;
mod client_info;
mod code;
mod email;
mod event;
mod id;
mod identity;
mod joining;
mod name;
mod printable;
mod redirect;
mod role;
mod session;
mod token;
mod user;

pub use account::Account;
pub use attempt::Attempt;
pub use authorization_code::AuthorizationCode;
pub use client_info::ClientInfo;
pub use code::{ErrorCode, UnknownErrorCode};
pub use email::{EmailAddress, InvalidEmail};
pub use event::{Event, EventKind, Outcome, UnknownEventKind};
pub use id::{AccountId, EventId, InvalidId, SessionId, UserId};
pub use identity::{
    InvalidIssuer, InvalidProviderId, InvalidSubject, Issuer, ProviderId, ProviderIdentity, Subject,
};
pub use joining::{Decision, Holder, JoinPolicy, LinkByEmail, Refusal, Registration, decide_join};
pub use name::display_name;
pub use printable::printable;
pub use redirect::{RedirectNotAllowed, RedirectRule, ReturnTo};
pub use role::{Role, UnknownRole};
pub use session::{InvalidSessionPolicy, NewSession, Session, SessionPolicy, Slide};
pub use token::{
    BrowserBinding, CodeVerifier, MalformedToken, Nonce, SessionToken, State, TokenHash,
};
pub use user::{EmailStanding, User};
