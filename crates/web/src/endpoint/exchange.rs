use serde::Deserialize;

use super::JSON;
use crate::body::RequestBody;
use crate::call::Call;
use crate::json_body;
use crate::reply::Reply;
use crate::view::SignedInView;
use crate::web::Answer;

/// The body of the request. It is secret, so there is no `Debug` output.
#[derive(Deserialize)]
struct Fields {
    code: String,
    code_verifier: String,
}

/// `POST /auth/exchange`: a one-time code for a session. It sets no cookie.
pub(crate) async fn exchange(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let web = call.web;
    web.check_sign_in_origin(call.request)?;
    let fields: Fields = json_body::read_object(call.headers(), body).await?;
    let (sign_in, client) = (web.auth.sign_in(), call.client());
    let redeemed = sign_in.redeem(&fields.code, &fields.code_verifier, &client);
    let signed_in = redeemed.await?;
    let view = SignedInView::new(&signed_in, &web.auth);
    Ok(Reply::json(200, JSON, &view)?)
}
