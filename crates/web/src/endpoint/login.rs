use belgie_auth::PasswordSignIn;
use serde::Deserialize;
use serde_json::Value;

use super::credentials;
use crate::body::RequestBody;
use crate::call::Call;
use crate::json_body;
use crate::web::Answer;

/// The body of the request. It is secret, so there is no `Debug` output.
#[derive(Deserialize)]
struct Fields {
    email: Option<Value>,
    password: Option<Value>,
    transport: Option<Value>,
}

/// `POST /auth/login`: an address and a password for a session.
pub(crate) async fn login(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let (passwords, web) = (credentials::passwords(call)?, call.web);
    web.check_sign_in_origin(call.request)?;
    let fields: Fields = json_body::read_object(call.headers(), body).await?;
    let email = credentials::email(fields.email)?;
    let password = credentials::password("password", fields.password)?;
    let transport = credentials::transport(fields.transport)?;
    let (held, client) = (credentials::held(call, transport), call.client());
    let browser = web.cookies.binding(call.headers());
    let mut request = PasswordSignIn::new(&email, &password, &client);
    (request.browser, request.held) = (browser.as_ref(), held.as_ref());
    let signed_in = passwords.sign_in(request).await?;
    credentials::signed_in(call, 200, transport, &signed_in)
}
