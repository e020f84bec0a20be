use belgie_auth::AccessTokens;

use crate::call::Call;
use crate::header_name::HeaderName;
use crate::reply::Reply;
use crate::view::{JwkView, JwksView};
use crate::web::Answer;

/// RFC 7517 §8.5.1
const JWK_SET: &str = "application/jwk-set+json";

/// `GET /.well-known/jwks.json`: the keys that verify access tokens. They are public, so that pages of any origin may
/// read them, and may be cached, except while there is none.
pub(crate) async fn show(call: Call<'_>) -> Answer {
    let keys = call.web.auth.access_tokens().jwks().await?;
    let view = JwksView {
        keys: keys.iter().map(JwkView::from).collect(),
    };
    let reply = Reply::json(200, JWK_SET, &view)?;
    let reply = reply.with_header(HeaderName::AccessControlAllowOrigin, "*");
    if keys.is_empty() {
        return Ok(reply);
    }
    let seconds = AccessTokens::KEYS_CACHEABLE.num_seconds();
    Ok(reply.with_header(
        HeaderName::CacheControl,
        format!("public, max-age={seconds}"),
    ))
}
