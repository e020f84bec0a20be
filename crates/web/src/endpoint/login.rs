use belgie_auth::{AuthError, PasswordSignIn, SignedIn};
use belgie_domain::{EmailAddress, Password};

use super::credentials::{self, Transport};
use super::sent::Sent;
use crate::body::RequestBody;
use crate::call::Call;
use crate::page;
use crate::web::Answer;

/// `POST /auth/login`: an address and a password for a session. A form leads on to `redirect_url`, or to the sign-in page
/// again.
pub(crate) async fn login(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    credentials::passwords(call)?;
    let mut sent = Sent::read(call, body).await?;
    let visit = sent.visit(call.web)?;
    let (email, password) = (sent.email(), sent.current_password());
    let (Ok(email), Ok(password), Ok(transport)) = (email, password, sent.transport()) else {
        return page::sign_in::show_again(call, &visit, sent.wrong()?);
    };
    match sign_in(call, &email, &password, transport).await {
        Ok(signed_in) => sent.signed_in(call, (200, transport), &visit, &signed_in),
        Err(error) => page::sign_in::show_again(call, &visit, sent.refused(error)?),
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
