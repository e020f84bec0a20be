use belgie_domain::{ProviderId, Session, SessionPolicy};
use belgie_web::SessionView;

use super::arguments::{RevokeSessions, SessionCommand};
use super::start::Start;
use super::{output, user};

const HEADINGS: &str = "id                                    created               last used             expires               provider, address and agent";

pub(super) async fn run(start: Start, command: SessionCommand) -> anyhow::Result<()> {
    let auth = start.open().await?;
    match command {
        SessionCommand::List { user, json } => {
            let user = user::find(&auth, &user.user).await?;
            let mut views = output::List::begin(json.json, HEADINGS)?;
            let (policy, now) = (auth.session_policy(), auth.now());
            for session in auth.operator().sessions_of(user.id).await? {
                let view = SessionView::new(&session, policy, now);
                views.item(&view, || row(&session, policy))?;
            }
            views.end("no sessions")
        }
        SessionCommand::Revoke(RevokeSessions { id: Some(id), .. }) => {
            auth.operator().revoke_session(id).await?;
            output::line(&format!("session {id} is revoked"))
        }
        SessionCommand::Revoke(RevokeSessions { user, .. }) => {
            let user = user::find(&auth, &user.unwrap_or_default()).await?;
            let revoked = auth.operator().revoke_sessions_of(user.id).await?;
            output::line(&format!("revoked {}", output::count(revoked, "session")))
        }
    }
}

fn row(session: &Session, policy: &SessionPolicy) -> String {
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
        output::time(session.ends_at(policy)),
        begun_by.join("  ")
    )
}
