#![doc = include_str!("../README.md")]

mod access_token;
mod account;
mod account_details;
mod attempt;
mod authorization_code;
mod choice;
mod client_info;
mod client_network;
mod code_challenge;
mod email;
mod email_trust;
mod event;
mod failure_code;
mod failure_key;
mod id;
mod identity;
mod issued_code;
mod joining;
mod limit_key;
mod linking;
mod mail;
mod mailed_token;
mod name;
mod outbox;
mod password;
mod password_hash;
mod password_policy;
mod pending_sign_in;
mod pending_sign_up;
mod picture;
mod posted_id_token;
mod printable;
mod profile_edit;
mod rate_limit;
mod redirect;
mod role;
mod scope;
mod sealed_secret;
mod sealed_tokens;
mod session;
mod signing_key;
mod token;
mod user;
mod word;

pub use access_token::{
    AccessToken, AccessTokenClaims, AccessTokenPolicy, InvalidAccessTokenPolicy, Profile,
};
pub use account::Account;
pub use attempt::{Attempt, Delivery, NewAttempt, Purpose};
pub use authorization_code::AuthorizationCode;
pub use choice::{Choice, Choices};
pub use client_info::ClientInfo;
pub use client_network::{ClientNetwork, InvalidClientNetwork};
pub use code_challenge::{CodeChallenge, InvalidCodeChallenge};
pub use email::{EmailAddress, InvalidEmail};
pub use email_trust::{EmailClaim, EmailDomain, EmailTrust, InvalidEmailDomain};
pub use event::{Event, EventKind, Outcome};
pub use failure_code::FailureCode;
pub use failure_key::FailureKey;
pub use id::{
    AccountId, EventId, InvalidId, MailedTokenId, OutboxId, SessionId, SigningKeyId, UserId,
};
pub use identity::{
    InvalidIssuer, InvalidProviderId, InvalidSubject, Issuer, ProviderId, ProviderIdentity, Subject,
};
pub use issued_code::IssuedCode;
pub use joining::{
    Decision, IdentityMatch, JoinPolicy, LinkByEmail, Refusal, Registration, check_admission,
    decide,
};
pub use limit_key::LimitKey;
pub use linking::{check_link, check_unlink};
pub use mail::Mail;
pub use mailed_token::{MailedToken, TokenOwner, TokenPurpose};
pub use name::{display_name, is_invisible};
pub use outbox::OutboxItem;
pub use password::{InvalidPassword, Password};
pub use password_hash::{PasswordHash, UserPassword};
pub use password_policy::{InvalidPasswordPolicy, PasswordPolicy, PasswordWeakness};
pub use pending_sign_in::{NewPendingSignIn, PendingSignIn};
pub use pending_sign_up::PendingSignUp;
pub use picture::picture_url;
pub use posted_id_token::PostedIdToken;
pub use printable::printable;
pub use profile_edit::{InvalidImage, InvalidName, ProfileEdit};
pub use rate_limit::{Permit, RateLimit};
pub use redirect::{RedirectNotAllowed, RedirectRule, ReturnTo};
pub use role::{InvalidRole, Role};
pub use scope::is_scope_token;
pub use sealed_secret::{KeyId, SealedSecret};
pub use sealed_tokens::SealedTokens;
pub use session::{InvalidSessionPolicy, Session, SessionPolicy, Slide};
pub use signing_key::{Jwk, SigningAlgorithm, SigningKey, SigningKeySet, SigningKeyState};
pub use token::{
    BrowserBinding, CodeVerifier, MalformedToken, Nonce, OneTimeCode, OneTimeToken, SessionToken,
    State, TokenHash,
};
pub use user::{EmailStatus, User};
