use belgie_auth::BeginSignIn;
use serde::Deserialize;

use super::JSON;
use crate::body::{RequestBody, read};
use crate::call::Call;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::json_body;
use crate::params::Params;
use crate::reply::Reply;
use crate::request_format::RequestFormat;
use crate::text::detail;
use crate::view::LinkView;
use crate::web::Answer;

/// The body of the request.
#[derive(Debug, Default, Deserialize)]
struct Fields {
    redirect_url: Option<String>,
}

/// `POST /auth/provider/{id}/link`
pub(crate) async fn begin(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let (web, headers) = (call.web, call.headers());
    let current = web.require_fresh_here(call.request).await?;
    let format = RequestFormat::of(headers)?;
    let provider = call.segment()?;
    let fields = Fields::parse(format, &read(body).await?)?;
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

impl Fields {
    /// Reads the fields; an empty body has none.
    fn parse(format: RequestFormat, body: &[u8]) -> Result<Self, Problem> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        match format {
            RequestFormat::Api => json_body::object(body),
            RequestFormat::Form => {
                let text = std::str::from_utf8(body).ok();
                let text = text.ok_or_else(|| Problem::invalid(detail::BODY_NOT_UTF8))?;
                let redirect_url = Params::of(text).one("redirect_url")?.map(str::to_owned);
                Ok(Self { redirect_url })
            }
        }
    }
}
