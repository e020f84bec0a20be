use belgie_domain::{
    ClientInfo, EmailAddress, Event, EventId, EventKind, FailureCode, OutboxId, OutboxItem,
    Outcome, ProviderId, UserId,
};
use belgie_ports::{StoreError, Transaction};
use chrono::{DateTime, Utc};

use crate::mail_job::{MailJob, Notice};

/// The topic of outbox items that announce a committed event; the payload is the event's id.
pub(crate) const TOPIC: &str = "event";

/// An event to be written together with the change it describes. Its ids are drawn before the transaction, which may
/// run more than once.
#[derive(Clone, Debug)]
pub(crate) struct EventDraft {
    event: Event,
    announcement: Option<OutboxId>,
    mail: Option<OutboxId>,
    /// Where the mail goes, unless to the address that the user has then.
    recipient: Option<EmailAddress>,
}

impl EventDraft {
    /// Drafts an event with the outcome success, without a user or actor.
    pub(crate) fn new(id: EventId, at: DateTime<Utc>, kind: EventKind) -> Self {
        Self {
            event: Event::new(id, at, kind),
            announcement: None,
            mail: None,
            recipient: None,
        }
    }

    /// Adds an outbox item for the mail that notifies the user of the event, if users are notified of this kind.
    pub(crate) fn with_mail_id(self, mail: OutboxId) -> Self {
        Self {
            mail: Some(mail),
            ..self
        }
    }

    /// Removes the mail.
    pub(crate) fn without_mail(mut self) -> Self {
        self.mail = None;
        self
    }

    /// Sets where the mail goes.
    pub(crate) fn told_at(mut self, recipient: Option<EmailAddress>) -> Self {
        self.recipient = recipient;
        self
    }

    /// Adds an outbox item, which announces the event after the commit.
    pub(crate) fn with_outbox_id(self, announcement: OutboxId) -> Self {
        Self {
            announcement: Some(announcement),
            ..self
        }
    }

    /// Sets the user it happened to.
    pub(crate) fn on(mut self, user: UserId) -> Self {
        self.event.user_id = Some(user);
        self
    }

    /// Sets the actor; `None` for the operator, who is not a user.
    pub(crate) fn by(mut self, actor: Option<UserId>) -> Self {
        self.event.actor_id = actor;
        self
    }

    /// Sets a user who is also the actor.
    pub(crate) fn by_self(self, user: UserId) -> Self {
        self.on(user).by(Some(user))
    }

    pub(crate) fn via(mut self, provider: &ProviderId) -> Self {
        self.event.provider = Some(provider.clone());
        self
    }

    pub(crate) fn from(mut self, client: &ClientInfo) -> Self {
        self.event.client = client.clone();
        self
    }

    pub(crate) fn failed(mut self, code: FailureCode) -> Self {
        self.event.outcome = Outcome::Failure(code);
        self
    }

    pub(crate) fn with_kind(mut self, kind: EventKind) -> Self {
        self.event.kind = kind;
        self
    }

    /// Writes the event, the outbox item that announces it, and the mail that notifies the user of it.
    pub(crate) async fn write(&self, tx: &dyn Transaction) -> Result<(), StoreError> {
        tx.insert_event(&self.event).await?;
        if let (Some(id), Some(_)) = (self.mail, Notice::of(&self.event)) {
            let job = MailJob::Event(self.event.id, self.recipient.clone());
            let item = job.item(id, self.event.at);
            let item = match self.event.user_id {
                Some(user) => item.about(user.to_string()),
                None => item,
            };
            tx.insert_outbox_item(&item).await?;
        }
        let Some(id) = self.announcement else {
            return Ok(());
        };
        let item = OutboxItem::new(id, TOPIC, self.event.id.to_string(), self.event.at);
        tx.insert_outbox_item(&item).await
    }
}
