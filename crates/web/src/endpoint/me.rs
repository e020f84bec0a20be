use super::JSON;
use crate::call::Call;
use crate::reply::Reply;
use crate::view::UserView;
use crate::web::Answer;

/// `GET /api/me`
pub(crate) async fn show(call: Call<'_>) -> Answer {
    let current = call.require().await?;
    Ok(Reply::json(200, JSON, &UserView::from(&current.user))?)
}
