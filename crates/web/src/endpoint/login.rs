use belgie_auth::{AuthError, PasswordSignIn, SignedIn};
use belgie_domain::{EmailAddress, Password};
use serde::Deserialize;
use serde_json::Value;

use super::credentials::{self, Transport};
use super::password_form;
use crate::body::RequestBody;
use crate::call::Call;
use crate::header_name::HeaderName;
use crate::json_body;
use crate::page;
use crate::page::sent_form::SentForm;
use crate::page::visit::Visit;
use crate::reply::Reply;
use crate::request_format::RequestFormat;
use crate::text::Texts;
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
    credentials::passwords(call)?;
    call.web.check_sign_in_origin(call.request)?;
    match RequestFormat::of(call.headers())? {
        RequestFormat::Api => by_json(call, body).await,
        RequestFormat::Form => by_form(call, body).await,
    }
}

async fn by_json(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let fields: Fields = json_body::read_object(call.headers(), body).await?;
    let email = credentials::email(fields.email)?;
    let password = credentials::password("password", fields.password)?;
    let transport = credentials::transport(fields.transport)?;
    let signed_in = sign_in(call, &email, &password, transport).await?;
    credentials::signed_in(call, 200, transport, &signed_in)
}

/// Leads on to `redirect_url`, or shows the sign-in page again.
async fn by_form(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let mut sent = SentForm::read(body).await?;
    let visit = Visit::of(call.web, &sent.params())?;
    let missing = Texts::current().forms.enter_password;
    let (email, password) = (sent.email("email"), sent.password("password", missing));
    let (Some(email), Some(password)) = (email, password) else {
        return page::sign_in::show_again(call, &visit, sent);
    };
    match sign_in(call, &email, &password, Transport::Cookie).await {
        Ok(signed_in) => {
            let cookie = call.web.cookies.set_session(&signed_in.token);
            let reply = Reply::see_other(visit.location(call.web));
            Ok(reply.with_header(HeaderName::SetCookie, cookie))
        }
        Err(error) => {
            password_form::refuse(&mut sent, "password", error)?;
            page::sign_in::show_again(call, &visit, sent)
        }
    }
}

async fn sign_in(
    call: Call<'_>,
    email: &EmailAddress,
    password: &Password,
    transport: Transport,
) -> Result<SignedIn, AuthError> {
    let web = call.web;
    let (held, client) = (credentials::held(call, transport), call.client());
    let browser = web.cookies.binding(call.headers());
    let mut request = PasswordSignIn::new(email, password, &client);
    (request.browser, request.held) = (browser.as_ref(), held.as_ref());
    web.auth.passwords().sign_in(request).await
}
