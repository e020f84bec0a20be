use super::JSON;
use super::unlink::account_id;
use crate::body::{RequestBody, drain};
use crate::call::Call;
use crate::reply::Reply;
use crate::request_format::RequestFormat;
use crate::view::{AccountTokenView, rfc3339};
use crate::web::Answer;

/// `POST /auth/accounts/{id}/token`: for the application's server. A browser proves its session by cookie and gets
/// nothing.
pub(crate) async fn post(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let current = call.require().await?;
    RequestFormat::require_json(call.headers())?;
    let id = account_id(call)?;
    drain(body).await?;
    let token = call.web.auth.accounts().token(&current, id).await?;
    let view = AccountTokenView {
        access_token: token.access_token(),
        expires_at: token.expires_at.map(rfc3339),
        scope: token.scope.as_deref(),
    };
    Ok(Reply::json(200, JSON, &view)?)
}
