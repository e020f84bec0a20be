use std::fmt;
use std::sync::Arc;

use belgie_domain::{
    Account, EmailAddress, Event, EventId, MailedToken, OutboxItem, Session, TokenPurpose, User,
    UserId,
};
use belgie_ports::EventQuery;
use chrono::{DateTime, Utc};

use crate::AuthError;
use crate::core::Core;
use crate::mail_job::MailJob;

/// What is stored about a user, without secrets. Events are read [in pages](Self::next_events), since there may be many.
#[derive(Clone)]
#[non_exhaustive]
pub struct Export {
    /// When it was made.
    pub exported_at: DateTime<Utc>,
    /// The user.
    pub user: User,
    /// The accounts, oldest first.
    pub accounts: Vec<ExportedAccount>,
    /// The sessions, expired ones included, newest first.
    pub sessions: Vec<Session>,
    /// When the password was set; `None` when there is none.
    pub password_changed_at: Option<DateTime<Utc>>,
    /// The links that were mailed and can still be used, oldest first.
    pub links: Vec<ExportedLink>,
    /// The mails that wait to be sent, oldest first; at most a hundred about the user, and as many to its address.
    pub mails: Vec<ExportedMail>,
    core: Arc<Core>,
    pages: Pages,
}

/// An account, and what is stored of its provider's tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExportedAccount {
    /// The account.
    pub account: Account,
    /// When the provider's tokens were last stored; `None` when there are none.
    pub tokens_updated_at: Option<DateTime<Utc>>,
}

/// A link that was mailed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExportedLink {
    /// What it is for.
    pub purpose: TokenPurpose,
    /// Where it was mailed to.
    pub email: EmailAddress,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it can no longer be used.
    pub expires_at: DateTime<Utc>,
}

/// A mail that waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExportedMail {
    /// What it is: `notice`, or the purpose of its link.
    pub kind: String,
    /// Where it goes; `None` for the address that the user has then.
    pub email: Option<EmailAddress>,
    /// When the next attempt to send it is due.
    pub due_at: DateTime<Utc>,
    /// How often that was attempted.
    pub attempts: u32,
}

/// Which events come next.
#[derive(Clone, Copy)]
enum Pages {
    /// Those of the user, before this one.
    Own(Option<EventId>),
    /// Those that the user caused to others, before this one.
    Caused(Option<EventId>),
    Done,
}

/// The events of one page.
const PAGE: u32 = 500;
/// The most mails of each kind.
const MOST_MAILS: u32 = 100;

impl Export {
    /// Reads everything but the events.
    pub(crate) async fn of(core: &Arc<Core>, user: UserId) -> Result<Self, AuthError> {
        let store = &core.store;
        let found = store.find_user(user).await?;
        let found = found.ok_or(AuthError::NotAuthenticated)?;
        let password = store.find_password(user).await?;
        let links = store.mailed_tokens_of(user).await?;
        Ok(Self {
            exported_at: core.now(),
            accounts: accounts_of(core, user).await?,
            sessions: store.sessions_of(user).await?,
            password_changed_at: password.map(|password| password.changed_at),
            links: links.into_iter().map(ExportedLink::from).collect(),
            mails: mails_about(core, &found).await?,
            user: found,
            core: Arc::clone(core),
            pages: Pages::Own(None),
        })
    }

    /// Returns the next page of events, newest first: those of the user, then those that the user caused to others.
    /// `None` after the last one.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn next_events(&mut self) -> Result<Option<Vec<Event>>, AuthError> {
        let newest = EventQuery::newest(PAGE);
        let (query, before) = match self.pages {
            Pages::Own(before) => (newest.of_user(self.user.id), before),
            Pages::Caused(before) => (newest.caused_by(self.user.id), before),
            Pages::Done => return Ok(None),
        };
        let query = before.map_or(query, |id| query.before(id));
        let events = self.core.store.events(query).await?;
        let is_last = events.len() < PAGE as usize;
        let next = events.last().map(|event| event.id);
        self.pages = match (self.pages, is_last) {
            (Pages::Own(_), false) => Pages::Own(next),
            (Pages::Own(_), true) => Pages::Caused(None),
            (Pages::Caused(_), false) => Pages::Caused(next),
            (Pages::Caused(_) | Pages::Done, _) => Pages::Done,
        };
        Ok(Some(events))
    }
}

async fn accounts_of(core: &Core, user: UserId) -> Result<Vec<ExportedAccount>, AuthError> {
    let mut accounts = Vec::new();
    for account in core.store.accounts_of(user).await? {
        let tokens = core.store.find_tokens(account.id).await?;
        accounts.push(ExportedAccount {
            account,
            tokens_updated_at: tokens.map(|tokens| tokens.updated_at),
        });
    }
    Ok(accounts)
}

async fn mails_about(core: &Core, user: &User) -> Result<Vec<ExportedMail>, AuthError> {
    let id = user.id.to_string();
    let mut items = core.store.outbox_items_about(&id, MOST_MAILS).await?;
    if let Some(email) = &user.email {
        let to_address = core.store.outbox_items_about(email.as_str(), MOST_MAILS);
        items.extend(to_address.await?);
    }
    items.sort_by_key(|item| item.id);
    Ok(items.iter().filter_map(ExportedMail::of).collect())
}

impl From<MailedToken> for ExportedLink {
    fn from(token: MailedToken) -> Self {
        Self {
            purpose: token.purpose,
            email: token.email,
            created_at: token.created_at,
            expires_at: token.expires_at,
        }
    }
}

impl ExportedMail {
    /// Returns `None` for a mail that a newer version wrote.
    fn of(item: &OutboxItem) -> Option<Self> {
        let purpose = |purpose: TokenPurpose| purpose.as_str().to_owned();
        let (kind, email) = match MailJob::parse(&item.payload)? {
            MailJob::Event(_, recipient) => ("notice".to_owned(), recipient),
            MailJob::Reset(email) => (purpose(TokenPurpose::ResetPassword), Some(email)),
            MailJob::Verify(email) => (purpose(TokenPurpose::VerifyEmail), Some(email)),
            // The link says where it goes.
            MailJob::Token(_) => (purpose(TokenPurpose::ChangeEmail), None),
        };
        Some(Self {
            kind,
            email,
            due_at: item.due_at,
            attempts: item.attempts,
        })
    }
}

impl fmt::Debug for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Export")
            .field("user", &self.user.id)
            .finish_non_exhaustive()
    }
}
