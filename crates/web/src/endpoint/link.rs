use belgie_auth::BeginSignIn;
use serde::Deserialize;

use super::JSON;
use crate::body::RequestBody;
use crate::call::Call;
use crate::error::Problem;
use crate::fields::Fields;
use crate::header_name::HeaderName;
use crate::params::Params;
use crate::reply::Reply;
use crate::request_format::RequestFormat;
use crate::view::LinkView;
use crate::web::Answer;

/// The body of the request.
#[derive(Debug, Default, Deserialize)]
struct LinkFields {
    redirect_url: Option<String>,
}

/// `POST /auth/provider/{id}/link`
pub(crate) async fn begin(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let (web, headers) = (call.web, call.headers());
    let current = web.require_fresh_here(call.request).await?;
    let format = RequestFormat::of(headers)?;
    let provider = call.segment()?;
    let fields = LinkFields::read(format, body).await?;
    let account_page = web.account_page();
    let request = BeginSignIn::new(&provider)
        .with_redirect_url(fields.redirect_url.as_deref().unwrap_or(&account_page))
        .with_binding(web.cookies.binding(headers))
        .with_client(call.client());
    let fresh = web.auth.sessions().fresh(&current)?;
    let begun = web.auth.accounts().begin_link(fresh, request).await?;
    let url = String::from(begun.authorization_url);
    let reply = match format {
        RequestFormat::Api => Reply::json(200, JSON, &LinkView { url: &url })?,
        RequestFormat::Form => Reply::see_other(url),
    };
    let cookie = web.cookies.set_attempt(&begun.binding);
    Ok(reply.with_header(HeaderName::SetCookie, cookie))
}

impl Fields for LinkFields {
    fn of_form(form: &Params<'_>) -> Result<Self, Problem> {
        let redirect_url = form.one("redirect_url")?.map(str::to_owned);
        Ok(Self { redirect_url })
    }
}
