use belgie_domain::{ProviderId, Session};
use serde::Serialize;

use super::arguments::{RevokeSessions, SessionCommand};
use super::start::Start;
use super::{output, user};

/// A session as JSON, without anything that opens it.
#[derive(Serialize)]
struct SessionView<'a> {
    id: String,
    created_at: String,
    authenticated_at: String,
    last_used_at: String,
    expires_at: String,
    provider: Option<&'a str>,
    ip_address: Option<std::net::IpAddr>,
    user_agent: Option<&'a str>,
}

const HEADINGS: &str = "id                                    created               last used             expires               provider, address and agent";

pub(super) async fn run(start: Start, command: SessionCommand) -> anyhow::Result<()> {
    let auth = start.open().await?;
    match command {
        SessionCommand::List { user, json } => {
            let user = user::find(&auth, &user.user).await?;
            let mut views = output::List::begin(json.json, HEADINGS)?;
            for session in auth.admin().sessions_of(user.id).await? {
                views.item(&view(&session), || row(&session))?;
            }
            views.end()
        }
        SessionCommand::Revoke(RevokeSessions { id: Some(id), .. }) => {
            auth.admin().revoke_session(id).await?;
            output::line(&format!("session {id} is revoked"))
        }
        SessionCommand::Revoke(RevokeSessions { user, .. }) => {
            let user = user::find(&auth, &user.unwrap_or_default()).await?;
            let revoked = auth.admin().revoke_sessions_of(user.id).await?;
            output::line(&format!("revoked {}", output::count(revoked, "session")))
        }
    }
}

fn view(session: &Session) -> SessionView<'_> {
    SessionView {
        id: session.id.to_string(),
        created_at: output::json_time(session.created_at),
        authenticated_at: output::json_time(session.authenticated_at),
        last_used_at: output::json_time(session.last_used_at),
        expires_at: output::json_time(session.expires_at),
        provider: session.provider.as_ref().map(ProviderId::as_str),
        ip_address: session.ip_address,
        user_agent: session.user_agent.as_deref(),
    }
}

fn row(session: &Session) -> String {
    let address = session.ip_address.map(|address| address.to_string());
    let begun_by = [
        session.provider.as_ref().map(ProviderId::as_str),
        address.as_deref(),
        session.user_agent.as_deref(),
    ];
    let begun_by: Vec<&str> = begun_by.into_iter().flatten().collect();
    format!(
        "{}  {}  {}  {}  {}",
        session.id,
        output::time(session.created_at),
        output::time(session.last_used_at),
        output::time(session.expires_at),
        begun_by.join("  ")
    )
}
