//! The application's own hooks: before a user is created, and after an event is committed.
//!
//! Work that must happen in the same transaction is registered with the store instead, since it needs the store's
//! connection.

use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;

use belgie_domain::{ClientInfo, EmailAddress, Event, FailureCode, ProviderId, ProviderIdentity};
use belgie_ports::BoxFuture;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

type BeforeSignUp =
    dyn for<'a> Fn(&'a SignUp<'a>) -> BoxFuture<'a, Result<(), SignUpRefusal>> + Send + Sync;
type OnCommitted =
    dyn Fn(Event) -> BoxFuture<'static, Result<(), Box<dyn Error + Send + Sync>>> + Send + Sync;

/// The hooks the application has registered.
#[derive(Clone, Default)]
pub(crate) struct Hooks {
    pub(crate) before_sign_up: Vec<Arc<BeforeSignUp>>,
    pub(crate) after_commit: Vec<Arc<OnCommitted>>,
    pub(crate) committed: Arc<Committed>,
}

/// Wakes what this node does after a commit.
#[derive(Default)]
pub(crate) struct Committed {
    events: Notify,
    mails: Notify,
}

impl Committed {
    /// Wakes [`AfterCommit::run`](crate::AfterCommit::run) and [`Mails::run`](crate::Mails::run) on this node, since there
    /// may be an event to deliver or a mail to send.
    pub(crate) fn notify_one(&self) {
        self.events.notify_one();
        self.mails.notify_one();
    }

    /// Waits until there may be an event.
    pub(crate) fn events(&self) -> Notified<'_> {
        self.events.notified()
    }

    /// Waits until there may be a mail.
    pub(crate) fn mails(&self) -> Notified<'_> {
        self.mails.notified()
    }
}

impl Hooks {
    /// Runs every hook that may refuse a sign-up.
    pub(crate) async fn allow(&self, sign_up: &SignUp<'_>) -> Result<(), SignUpRefusal> {
        for hook in &self.before_sign_up {
            hook(sign_up).await?;
        }
        Ok(())
    }
}

/// A user about to be created by a first sign-in, or by a registration with a password.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SignUp<'a> {
    /// The provider; `password` for a registration with a password.
    pub provider: &'a ProviderId,
    /// The verified identity; `None` for a registration with a password, which verifies nothing.
    pub identity: Option<&'a ProviderIdentity>,
    /// The address the user will have.
    pub email: Option<&'a EmailAddress>,
    /// Where the request came from.
    pub client: &'a ClientInfo,
}

impl<'a> SignUp<'a> {
    pub(crate) fn new(
        provider: &'a ProviderId,
        identity: Option<&'a ProviderIdentity>,
        email: Option<&'a EmailAddress>,
        client: &'a ClientInfo,
    ) -> Self {
        Self {
            provider,
            identity,
            email,
            client,
        }
    }
}

/// The application's refusal to create a user. Clients get status 403 with its code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the application refused the sign-up: {code}")]
pub struct SignUpRefusal {
    code: FailureCode,
    detail: Option<Cow<'static, str>>,
}

impl SignUpRefusal {
    /// Refuses with the code `registration_closed`.
    pub fn closed() -> Self {
        Self {
            code: FailureCode::RegistrationClosed,
            detail: None,
        }
    }

    /// Refuses with a code of the application's own, such as `not_invited`, and a sentence for the person. The code is
    /// reduced to at most 64 characters of `a-z`, `0-9` and `_`.
    pub fn with_code(code: &str, detail: impl Into<Cow<'static, str>>) -> Self {
        let plain = |character: &char| {
            character.is_ascii_lowercase() || character.is_ascii_digit() || *character == '_'
        };
        let word: String = code.chars().filter(plain).take(64).collect();
        Self {
            code: FailureCode::from(&*word),
            detail: Some(detail.into()),
        }
    }

    /// Returns the code for clients and events.
    pub fn code(&self) -> &FailureCode {
        &self.code
    }

    /// Returns the sentence for the person.
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }
}
