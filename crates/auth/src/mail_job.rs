//! Mails that wait in the outbox, as they are stored. The forms must not change.

use belgie_domain::{EmailAddress, Event, EventId, EventKind, FailureCode, MailedTokenId};
use belgie_domain::{OutboxId, OutboxItem, Outcome, ProviderId};
use chrono::{DateTime, Utc};

/// The topic of outbox items that are mails to be sent.
pub(crate) const TOPIC: &str = "mail";

/// A mail to be sent. It is composed when it is sent, from what is true then, and so is its token: nothing that grants
/// anything waits in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MailJob {
    /// To tell a user of an event; at another address than the user has now.
    Event(EventId, Option<EmailAddress>),
    /// A link to choose a new password, if this address is that of a user.
    Reset(EmailAddress),
    /// A link to verify this address, if it is that of a user who has not yet.
    Verify(EmailAddress),
    /// The link of this token, if it still exists.
    Token(MailedTokenId),
}

impl MailJob {
    pub(crate) fn item(&self, id: OutboxId, now: DateTime<Utc>) -> OutboxItem {
        OutboxItem::new(id, TOPIC, self.payload(), now)
    }

    fn payload(&self) -> String {
        match self {
            Self::Event(id, None) => format!("event {id}"),
            Self::Event(id, Some(recipient)) => format!("event {id} {recipient}"),
            Self::Reset(email) => format!("reset {email}"),
            Self::Verify(email) => format!("verify {email}"),
            Self::Token(id) => format!("token {id}"),
        }
    }

    /// Reads a stored mail; `None` when a newer version wrote it.
    pub(crate) fn parse(payload: &str) -> Option<Self> {
        let words: Vec<_> = payload.split(' ').collect();
        match *words {
            ["event", id] => Some(Self::Event(id.parse().ok()?, None)),
            ["event", id, recipient] => {
                let recipient = recipient.parse().ok()?;
                Some(Self::Event(id.parse().ok()?, Some(recipient)))
            }
            ["reset", email] => Some(Self::Reset(email.parse().ok()?)),
            ["verify", email] => Some(Self::Verify(email.parse().ok()?)),
            ["token", id] => Some(Self::Token(id.parse().ok()?)),
            _ => None,
        }
    }
}

/// What a mail notifies a user of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// The user registered with a password, and should verify the address.
    Registered,
    /// Someone tried to register with the user's address.
    AlreadyRegistered,
    /// The password was changed, set or reset.
    Password,
    /// There is another account to sign in with.
    Account,
    /// The address was changed.
    Email,
}

impl Notice {
    /// Returns what the user is notified of because of an event (ASVS 6.3.7).
    pub(crate) fn of(event: &Event) -> Option<Self> {
        let by_password = event.provider.as_ref() == Some(&ProviderId::password());
        match (&event.kind, &event.outcome) {
            (EventKind::UserCreated, Outcome::Success) if by_password => Some(Self::Registered),
            (EventKind::UserCreated, Outcome::Failure(FailureCode::EmailTaken)) => {
                Some(Self::AlreadyRegistered)
            }
            (
                EventKind::PasswordChanged | EventKind::PasswordReset | EventKind::PasswordSet,
                Outcome::Success,
            ) => Some(Self::Password),
            (EventKind::AccountLinked, Outcome::Success) => Some(Self::Account),
            (EventKind::EmailChanged, Outcome::Success) => Some(Self::Email),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_read_back_as_it_was_stored() {
        let (now, email) = (DateTime::UNIX_EPOCH, "o'neil+x@example.com");
        let email: EmailAddress = email.parse().unwrap();
        let event = EventId::new(now, [1; 10]);
        for job in [
            MailJob::Event(event, None),
            MailJob::Event(event, Some(email.clone())),
            MailJob::Reset(email.clone()),
            MailJob::Verify(email),
            MailJob::Token(MailedTokenId::new(now, [2; 10])),
        ] {
            let item = job.item(OutboxId::new(now, [3; 10]), now);

            assert_eq!(item.topic, "mail");
            assert_eq!(MailJob::parse(&item.payload), Some(job));
        }
        for newer in [
            "",
            "greeting jane@example.com",
            "reset",
            "reset jane",
            "token 1",
        ] {
            assert_eq!(MailJob::parse(newer), None, "{newer}");
        }
    }
}
