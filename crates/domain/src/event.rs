use std::fmt;

use chrono::{DateTime, Utc};

use crate::word::words;
use crate::{ClientInfo, EventId, FailureCode, ProviderId, UserId};

/// Something that happened to a user, recorded for auditing (ASVS 16.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The event's id.
    pub id: EventId,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: EventKind,
    /// The user it happened to; `None` where no user is known.
    pub user_id: Option<UserId>,
    /// The user who did it; `None` for the operator at the command line and for unknown people.
    pub actor_id: Option<UserId>,
    /// The provider involved.
    pub provider: Option<ProviderId>,
    /// How it ended.
    pub outcome: Outcome,
    /// Where the request came from.
    pub client: ClientInfo,
}

impl Event {
    /// Creates an event with the outcome [`Outcome::Success`], without a user, actor, provider or client information.
    pub fn new(id: EventId, at: DateTime<Utc>, kind: EventKind) -> Self {
        Self {
            id,
            at,
            kind,
            user_id: None,
            actor_id: None,
            provider: None,
            outcome: Outcome::Success,
            client: ClientInfo::default(),
        }
    }
}

/// How an event ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It succeeded.
    Success,
    /// It was refused or failed, and why.
    Failure(FailureCode),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success => f.write_str(SUCCESS),
            Self::Failure(code) => code.fmt(f),
        }
    }
}

impl From<&str> for Outcome {
    fn from(word: &str) -> Self {
        match word {
            SUCCESS => Self::Success,
            code => Self::Failure(code.into()),
        }
    }
}

const SUCCESS: &str = "success";

words! {
    /// The kinds of event, each with its stable name.
    pub enum EventKind {
        /// An account was added to an existing user: by the user, or because both have proved the same address.
        AccountLinked = "account_linked",
        /// A person who proved ownership of an address took it from the user who had held it without proving it.
        AccountClaimed = "account_claimed",
        /// A user removed an account.
        AccountUnlinked = "account_unlinked",
        /// A user took another e-mail address, which was proved by mail.
        EmailChanged = "email_changed",
        /// A user proved the e-mail address by mail.
        EmailVerified = "email_verified",
        /// A user changed the password, or tried to.
        PasswordChanged = "password_changed",
        /// A user chose a new password by mail, which also proved the address.
        PasswordReset = "password_reset",
        /// A user who had no password set one.
        PasswordSet = "password_set",
        /// A user edited the own name or picture.
        ProfileChanged = "profile_changed",
        /// A signed-in user authenticated again, at a provider or with the password, successfully or not.
        Reauthenticated = "reauthenticated",
        /// A user's role changed.
        RoleChanged = "role_changed",
        /// One session was ended.
        SessionRevoked = "session_revoked",
        /// Several sessions of a user were ended at once.
        SessionsRevoked = "sessions_revoked",
        /// A sign-in, successful or not.
        SignIn = "sign_in",
        /// A user signed out.
        SignOut = "sign_out",
        /// A user was created.
        UserCreated = "user_created",
        /// A user was deleted.
        UserDeleted = "user_deleted",
        /// A user was disabled.
        UserDisabled = "user_disabled",
        /// A user was enabled again.
        UserEnabled = "user_enabled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_outcome_is_read_back_from_its_word() {
        for kind in EventKind::KNOWN {
            assert_eq!(EventKind::from(kind.as_str()), *kind);
        }
        for code in FailureCode::KNOWN {
            let outcome = Outcome::Failure(code.clone());
            assert_eq!(Outcome::from(&*outcome.to_string()), outcome);
        }
        assert_eq!(Outcome::from("success"), Outcome::Success);
    }

    #[test]
    fn a_word_of_a_newer_version_is_read_back_as_it_was_written() {
        let kind = EventKind::from("passkey_added");
        let outcome = Outcome::from("passkey_rejected");

        assert_eq!(kind, EventKind::Other("passkey_added".into()));
        assert_eq!(kind.to_string(), "passkey_added");
        assert_eq!(outcome.to_string(), "passkey_rejected");
    }
}
