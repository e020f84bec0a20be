use serde::Deserialize;
use serde_json::Value;

use super::credentials;
use crate::body::RequestBody;
use crate::call::Call;
use crate::json_body;
use crate::reply::Reply;
use crate::web::Answer;

/// The body with an address.
#[derive(Deserialize)]
struct Address {
    email: Option<Value>,
}

/// The body with the token of a link. It is secret, so there is no `Debug` output.
#[derive(Deserialize)]
struct Link {
    token: Option<Value>,
    password: Option<Value>,
}

/// `POST /auth/password/forgot`: a link to choose a new password.
pub(crate) async fn forgot(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let passwords = credentials::passwords(call)?;
    call.web.check_sign_in_origin(call.request)?;
    let fields: Address = json_body::read_object(call.headers(), body).await?;
    let email = credentials::email(fields.email)?;
    passwords.forgot(&email, &call.client()).await?;
    Ok(Reply::new(202))
}

/// `POST /auth/password/reset`: the token of a link for a new password. All sessions of the user end.
pub(crate) async fn reset(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let passwords = credentials::passwords(call)?;
    call.web.check_sign_in_origin(call.request)?;
    let fields: Link = json_body::read_object(call.headers(), body).await?;
    let token = credentials::mailed_token(fields.token)?;
    let new = credentials::password("password", fields.password)?;
    let reset = passwords.reset(&token, &new, &call.client()).await;
    reset.map_err(|error| credentials::refused("password", error))?;
    Ok(Reply::new(204))
}
