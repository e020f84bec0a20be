use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::{ClientInfo, ErrorCode, EventId, ProviderId, UserId};

/// Something that happened to a user, kept for whoever must later know who did what (ASVS 16.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Names the event.
    pub id: EventId,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: EventKind,
    /// To whom; `None` where no user is known.
    pub user_id: Option<UserId>,
    /// Who did it; `None` for the operator at the command line and for nobody known.
    pub actor_id: Option<UserId>,
    /// Through which provider.
    pub provider: Option<ProviderId>,
    /// How it ended.
    pub outcome: Outcome,
    /// Where the request came from.
    pub client: ClientInfo,
}

/// How an event ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Success,
    /// It was refused, and why.
    Failure(ErrorCode),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success => f.write_str("success"),
            Self::Failure(code) => code.fmt(f),
        }
    }
}

impl FromStr for Outcome {
    type Err = crate::UnknownErrorCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "success" => Ok(Self::Success),
            code => code.parse().map(Self::Failure),
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)+) => {
        /// What kinds of event there are, each with its stable name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum EventKind {
            $($(#[$doc])* $name,)+
        }

        impl EventKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Returns the name that is stored and shown.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

kinds! {
    /// An account joined an existing user whose proved address it shares.
    AccountLinked = "account_linked",
    /// The prover of an address took over the row that somebody else had set up under it, or the address alone.
    AccountClaimed = "account_claimed",
    /// A user's role changed.
    RoleChanged = "role_changed",
    /// One session was ended.
    SessionRevoked = "session_revoked",
    /// Several sessions of a user were ended at once.
    SessionsRevoked = "sessions_revoked",
    /// Somebody signed in, or tried to.
    SignIn = "sign_in",
    /// Somebody signed out.
    SignOut = "sign_out",
    /// A user was made.
    UserCreated = "user_created",
    /// A user was deleted.
    UserDeleted = "user_deleted",
    /// A user was disabled.
    UserDisabled = "user_disabled",
    /// A user was enabled again.
    UserEnabled = "user_enabled",
}

/// No kind of event has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no kind of event named \"{0}\"")]
pub struct UnknownEventKind(String);

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EventKind {
    type Err = UnknownEventKind;

    fn from_str(name: &str) -> Result<Self, UnknownEventKind> {
        let found = Self::ALL.iter().find(|kind| kind.as_str() == name);
        found
            .copied()
            .ok_or_else(|| UnknownEventKind(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_outcome_is_read_back_from_its_name() {
        for kind in EventKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        for code in ErrorCode::ALL {
            let outcome = Outcome::Failure(*code);
            assert_eq!(outcome.to_string().parse(), Ok(outcome));
        }
        assert_eq!("success".parse(), Ok(Outcome::Success));
    }
}
