use super::JSON;
use crate::call::Call;
use crate::reply::Reply;
use crate::view::{OwnSession, SessionsView};
use crate::web::Answer;

/// `GET /auth/sessions`
pub(crate) async fn list(call: Call<'_>) -> Answer {
    let (current, auth) = (call.require().await?, &call.web.auth);
    let sessions = auth.sessions().list(current.session.user_id).await?;
    let shown = sessions
        .iter()
        .map(|session| OwnSession::new(session, current.session.id, auth));
    let view = SessionsView {
        sessions: shown.collect(),
    };
    Ok(Reply::json(200, JSON, &view)?)
}
