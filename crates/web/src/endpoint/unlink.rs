use belgie_auth::{AuthError, Authenticated, Proof};
use belgie_domain::AccountId;

use crate::body::{RequestBody, drain};
use crate::call::Call;
use crate::code::Code;
use crate::error::Problem;
use crate::notice::Notice;
use crate::reply::Reply;
use crate::request_format::RequestFormat;
use crate::web::Answer;

/// `DELETE /auth/accounts/{id}`
pub(crate) async fn delete(call: Call<'_>) -> Answer {
    let current = call.web.require_fresh(call.request).await?;
    RequestFormat::of(call.headers())?;
    unlink(call, account_id(call)?, &current).await?;
    Ok(Reply::new(204))
}

/// `POST /auth/accounts/{id}/unlink`: the same for a form. An account that has been removed already counts as success.
pub(crate) async fn post(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let current = call.web.require_fresh(call.request).await?;
    RequestFormat::require_form(call.headers())?;
    let id = account_id(call)?;
    drain(body).await?;
    match unlink(call, id, &current).await {
        Ok(()) | Err(AuthError::NotFound(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let reply = Reply::see_other(call.web.account_page());
    if current.by != Proof::Cookie {
        return Ok(reply);
    }
    Ok(call.web.with_notice(reply, Notice::AccountRemoved))
}

pub(super) fn account_id(call: Call<'_>) -> Result<AccountId, Problem> {
    let id = call.segment()?.parse();
    id.map_err(|_| Problem::new(Code::NotFound))
}

async fn unlink(call: Call<'_>, id: AccountId, current: &Authenticated) -> Result<(), AuthError> {
    let auth = &call.web.auth;
    let fresh = auth.sessions().fresh(current)?;
    auth.accounts().unlink(fresh, id, &call.client()).await
}
