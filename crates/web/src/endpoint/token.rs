use belgie_auth::Proof;

use super::JSON;
use crate::body::{RequestBody, drain};
use crate::call::Call;
use crate::code::Code;
use crate::error::Problem;
use crate::reply::Reply;
use crate::request_format::RequestFormat;
use crate::text::detail;
use crate::view::AccessTokenView;
use crate::web::Answer;

/// `POST /auth/token`: an access token for the current session (RFC 6749 §5.1).
pub(crate) async fn issue(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let current = call.require().await?;
    if current.by == Proof::AccessToken {
        let problem = Problem::new(Code::Forbidden).with_detail(detail::NOT_BY_ACCESS_TOKEN);
        return Err(problem.into());
    }
    RequestFormat::require_json(call.headers())?;
    drain(body).await?;
    let issued = call.web.auth.access_tokens().issue_to(&current).await?;
    Ok(Reply::json(200, JSON, &AccessTokenView::new(&issued))?)
}
