//! The JSON of an export, but for the list of events.

use std::net::IpAddr;

use belgie_auth::{Auth, Export, ExportedAccount, ExportedLink, ExportedMail};
use belgie_domain::{EmailAddress, Event, ProviderId};
use serde::Serialize;

use crate::view::{AccountView, SessionView, UserView, rfc3339};

/// What is stored about a user, without secrets.
#[derive(Debug, Serialize)]
pub(crate) struct ExportView<'a> {
    exported_at: String,
    user: ExportedUserView<'a>,
    accounts: Vec<ExportedAccountView<'a>>,
    sessions: Vec<SessionView<'a>>,
    password: Option<PasswordView>,
    links: Vec<LinkView<'a>>,
    mails: Vec<MailView<'a>>,
}

#[derive(Debug, Serialize)]
struct ExportedUserView<'a> {
    #[serde(flatten)]
    user: UserView<'a>,
    name_edited: bool,
    image_edited: bool,
}

#[derive(Debug, Serialize)]
struct ExportedAccountView<'a> {
    #[serde(flatten)]
    account: AccountView<'a>,
    /// The provider's tokens themselves are secrets.
    tokens_updated_at: Option<String>,
}

#[derive(Debug, Serialize)]
struct PasswordView {
    changed_at: String,
}

#[derive(Debug, Serialize)]
struct LinkView<'a> {
    purpose: &'a str,
    email: &'a str,
    created_at: String,
    expires_at: String,
}

#[derive(Debug, Serialize)]
struct MailView<'a> {
    kind: &'a str,
    email: Option<&'a str>,
    due_at: String,
    attempts: u32,
}

/// An event of the audit log.
#[derive(Debug, Serialize)]
pub(crate) struct EventView<'a> {
    id: String,
    at: String,
    kind: &'a str,
    user_id: Option<String>,
    actor_id: Option<String>,
    provider: Option<&'a str>,
    outcome: String,
    ip_address: Option<IpAddr>,
    user_agent: Option<&'a str>,
    request_id: Option<&'a str>,
}

impl<'a> ExportView<'a> {
    pub(crate) fn new(export: &'a Export, auth: &Auth) -> Self {
        let (policy, now) = (auth.session_policy(), export.exported_at);
        let sessions = export.sessions.iter();
        Self {
            exported_at: rfc3339(now),
            user: ExportedUserView {
                user: (&export.user).into(),
                name_edited: export.user.name_edited,
                image_edited: export.user.image_edited,
            },
            accounts: export.accounts.iter().map(Into::into).collect(),
            sessions: sessions
                .map(|session| SessionView::new(session, policy, now))
                .collect(),
            password: export.password_changed_at.map(|at| PasswordView {
                changed_at: rfc3339(at),
            }),
            links: export.links.iter().map(Into::into).collect(),
            mails: export.mails.iter().map(Into::into).collect(),
        }
    }
}

impl<'a> From<&'a ExportedAccount> for ExportedAccountView<'a> {
    fn from(exported: &'a ExportedAccount) -> Self {
        Self {
            account: (&exported.account).into(),
            tokens_updated_at: exported.tokens_updated_at.map(rfc3339),
        }
    }
}

impl<'a> From<&'a ExportedLink> for LinkView<'a> {
    fn from(link: &'a ExportedLink) -> Self {
        Self {
            purpose: link.purpose.as_str(),
            email: link.email.as_str(),
            created_at: rfc3339(link.created_at),
            expires_at: rfc3339(link.expires_at),
        }
    }
}

impl<'a> From<&'a ExportedMail> for MailView<'a> {
    fn from(mail: &'a ExportedMail) -> Self {
        Self {
            kind: &mail.kind,
            email: mail.email.as_ref().map(EmailAddress::as_str),
            due_at: rfc3339(mail.due_at),
            attempts: mail.attempts,
        }
    }
}

impl<'a> From<&'a Event> for EventView<'a> {
    fn from(event: &'a Event) -> Self {
        Self {
            id: event.id.to_string(),
            at: rfc3339(event.at),
            kind: event.kind.as_str(),
            user_id: event.user_id.map(|id| id.to_string()),
            actor_id: event.actor_id.map(|id| id.to_string()),
            provider: event.provider.as_ref().map(ProviderId::as_str),
            outcome: event.outcome.to_string(),
            ip_address: event.client.ip_address,
            user_agent: event.client.user_agent.as_deref(),
            request_id: event.client.request_id.as_deref(),
        }
    }
}
