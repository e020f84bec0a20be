use super::JSON;
use crate::call::Call;
use crate::reply::Reply;
use crate::view::CurrentSessionView;
use crate::web::Answer;

/// `GET /auth/session`
pub(crate) async fn show(call: Call<'_>) -> Answer {
    let current = call.require().await?;
    let view = CurrentSessionView::new(&current.session, &current.user, &call.web.auth);
    Ok(Reply::json(200, JSON, &view)?)
}
