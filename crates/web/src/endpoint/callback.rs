use belgie_auth::{Callback, CallbackFailure, Completed, ProviderAnswer};
use belgie_domain::Purpose;

use super::pending;
use crate::call::Call;
use crate::code::Code;
use crate::cookie_config::SameSite;
use crate::credential::Credential;
use crate::error::{Attempted, Problem, Refusal};
use crate::header_name::HeaderName;
use crate::negotiate::wants_page;
use crate::notice::Notice;
use crate::page;
use crate::params::Params;
use crate::reply::Reply;
use crate::web::{Answer, Web};

/// `GET /auth/provider/{id}/callback`
pub(crate) async fn complete(call: Call<'_>) -> Answer {
    let (web, headers, params) = (call.web, call.headers(), call.params());
    let response = Response::of(&params);
    let states: Vec<_> = params.all("state").collect();
    let provider = call.segment()?;
    let callback = Callback::new(&provider, &states, response.answer)
        .with_issuer(response.issuer)
        .with_binding(web.cookies.binding(headers))
        .replacing(Credential::of(headers, &web.cookies).cookie())
        .with_client(call.client());
    match web.auth.sign_in().complete(callback).await {
        Ok(Completed::SignedIn(signed_in)) => {
            let cookie = web.cookies.set_session(&signed_in.token);
            let reply = lead_on(&signed_in.location, web)?;
            let reply = reply.with_header(HeaderName::SetCookie, cookie);
            let reply = remember_provider(reply, call);
            match signed_in.connected {
                Some(_) => Ok(web.with_notice(reply, Notice::AccountConnected)),
                None => Ok(reply),
            }
        }
        Ok(Completed::CodeIssued { location }) => Ok(Reply::see_other(location)),
        Ok(Completed::Linked { location }) => {
            let reply = lead_on(&location, web)?;
            Ok(web.with_notice(reply, Notice::AccountConnected))
        }
        Err(failure) if failure.is_pending => ask(failure, call).await,
        Err(failure) => refuse(failure, response.malformed, call),
    }
}

/// Lets the browser remember with which provider it signed in, for our sign-in page.
fn remember_provider(reply: Reply, call: Call<'_>) -> Reply {
    let provider = call.provider().filter(|_| call.web.has_pages());
    match provider {
        Some(provider) => {
            let cookie = call.web.cookies.set_last_provider(&provider.id);
            reply.with_header(HeaderName::SetCookie, cookie)
        }
        None => reply,
    }
}

/// Sends the browser on: by a page if it would withhold the session cookie from a redirect.
fn lead_on(location: &str, web: &Web) -> Answer {
    if web.config.cookie.same_site == SameSite::Strict {
        return Ok(page::interstitial::show(web, location)?);
    }
    Ok(Reply::see_other(location.to_owned()))
}

/// The authorization response (RFC 6749 §4.1.2, RFC 9207 §2).
struct Response<'a> {
    answer: ProviderAnswer<'a>,
    issuer: Option<&'a str>,
    /// A parameter is repeated. The attempt is ended nevertheless.
    malformed: Option<Problem>,
}

impl<'a> Response<'a> {
    fn of(params: &'a Params<'_>) -> Self {
        Self::read(params).unwrap_or_else(|problem| Self {
            answer: ProviderAnswer::Malformed,
            issuer: None,
            malformed: Some(problem),
        })
    }

    /// A response with neither code nor error, such as one with a token in the query, is malformed.
    fn read(params: &'a Params<'_>) -> Result<Self, Problem> {
        params.each_once()?;
        let answer = match (params.one("error")?, params.one("code")?) {
            (Some(code), _) => ProviderAnswer::Error {
                code,
                description: params.one("error_description")?,
            },
            (None, Some(code)) => ProviderAnswer::Code(code),
            (None, None) => ProviderAnswer::Malformed,
        };
        Ok(Self {
            answer,
            issuer: params.one("iss")?,
            malformed: None,
        })
    }
}

/// Asks the person how to go on, since the address is in use already. From now on the browser keeps its binding for as
/// long as the identity waits in it.
async fn ask(failure: CallbackFailure, call: Call<'_>) -> Answer {
    let web = call.web;
    let has_page = wants_page(call.headers()) && web.config.error_page.is_none();
    let reply = if has_page {
        let status = Code::AccountExists.status();
        page::pending::show(web, &pending::find(call).await?)?.with_status(status)
    } else {
        let return_to = failure.retry.map(|retry| retry.return_to);
        let problem = Problem::from(failure.error).returning_to(return_to);
        web.show(&call.sign_in_failed(problem), call.request)
    };
    Ok(match web.cookies.binding(call.headers()) {
        Some(browser) => {
            reply.with_header(HeaderName::SetCookie, web.cookies.set_attempt(&browser))
        }
        None => reply,
    })
}

/// Reports a failure to the origin where the sign-in was started, if that is another one; otherwise on this site.
fn refuse(failure: CallbackFailure, malformed: Option<Problem>, call: Call<'_>) -> Answer {
    if let Some(location) = failure.location {
        return Err(Refusal::Redirect(location));
    }
    let problem = malformed.unwrap_or_else(|| Problem::from(failure.error));
    let attempted = match failure.purpose {
        Some(Purpose::Link { .. }) => Attempted::Link,
        Some(Purpose::Reauthenticate { .. }) => Attempted::Reauthentication,
        _ => Attempted::SignIn,
    };
    if attempted != Attempted::SignIn {
        let problem = problem.at_provider(call.provider());
        return Err(problem.while_attempting(attempted).into());
    }
    let return_to = failure.retry.map(|retry| retry.return_to);
    Err(call.sign_in_failed(problem.returning_to(return_to)))
}
