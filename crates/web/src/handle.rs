//! From request to response: limits, dispatch, panics, headers, log.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use tracing::{Instrument as _, Span};

use crate::access_log::AccessEntry;
use crate::body::{MAX_BODY, RequestBody};
use crate::call::Call;
use crate::code::Code;
use crate::cors;
use crate::endpoint;
use crate::error::{Problem, Refusal};
use crate::header_name::HeaderName;
use crate::headers::first_text;
use crate::page;
use crate::page::mailing::Mailing;
use crate::reply::Reply;
use crate::request::Request;
use crate::routes::{Resource, UseCase};
use crate::web::{Answer, Web};

/// Largest request line and header section, in bytes.
const MAX_HEADERS: usize = 16 * 1024;

impl Web {
    /// Answers a request to a path of the route table. Errors and panics become responses, too.
    pub async fn handle(
        &self,
        resource: &Resource,
        request: Request<'_>,
        body: &mut impl RequestBody,
    ) -> Reply {
        let entry = AccessEntry::begin(&request);
        let span = self.span(&request);
        async {
            let answer = AssertUnwindSafe(self.answer(resource, &request, body));
            let answer = answer.catch_unwind().await.unwrap_or_else(|_| {
                tracing::error!("a handler panicked");
                Err(Problem::internal().into())
            });
            let mut reply = answer.unwrap_or_else(|refusal| self.show(&refusal, &request));
            if resource.is_shared {
                cors::allow_reading(&mut reply, request.headers(), self.auth.redirects());
            }
            self.complete(&mut reply, &request);
            if let Some(entry) = entry {
                entry.end(reply.status());
            }
            reply
        }
        .instrument(span)
        .await
    }

    async fn answer(
        &self,
        resource: &Resource,
        request: &Request<'_>,
        body: &mut impl RequestBody,
    ) -> Answer {
        self.admit(resource, request)?;
        let Some(route) = resource.route(request.method()) else {
            return self.without_route(resource, request);
        };
        let call = Call {
            web: self,
            request,
            resource,
        };
        dispatch(route.use_case, call, body).await
    }

    /// Checks what applies to every request.
    fn admit(&self, resource: &Resource, request: &Request<'_>) -> Result<(), Refusal> {
        if !resource.serves_any_host {
            self.hosts.check(request)?;
        }
        if request.target().len() + request.headers().size() > MAX_HEADERS {
            return Err(Problem::new(Code::TooLarge).with_status(431).into());
        }
        let length = first_text(request.headers(), HeaderName::ContentLength);
        let length = length.and_then(|value| value.parse::<u64>().ok());
        if length.is_some_and(|length| length > MAX_BODY as u64) {
            return Err(Problem::new(Code::TooLarge).into());
        }
        Ok(())
    }

    /// Answers an unsupported method or an unknown path.
    fn without_route(&self, resource: &Resource, request: &Request<'_>) -> Answer {
        if resource.routes.is_empty() {
            return Err(Problem::new(Code::NotFound).into());
        }
        if resource.is_shared && request.method() == "OPTIONS" {
            let answer = cors::preflight(request.headers(), self.auth.redirects());
            if let Some(reply) = answer {
                return Ok(reply);
            }
        }
        let problem = Problem::new(Code::MethodNotAllowed);
        Err(problem.with_allow(resource.allow()).into())
    }

    /// Creates the span of a request. It omits the query, which may contain codes and states.
    fn span(&self, request: &Request<'_>) -> Span {
        tracing::info_span!(
            "request",
            id = %request.id(),
            method = %request.method(),
            path = request.path(),
            client = self.client_address(request).map(tracing::field::display),
        )
    }
}

/// Runs a use case. All but the most frequent ones are boxed, so that their size does not weigh on every request.
async fn dispatch(use_case: UseCase, call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    match use_case {
        UseCase::Me => endpoint::me::show(call).await,
        UseCase::Session => endpoint::session::show(call).await,
        UseCase::Home => Box::pin(page::home::show(call)).await,
        UseCase::EditMe => Box::pin(endpoint::edit_me::patch(call, body)).await,
        UseCase::EditMeByForm => Box::pin(endpoint::edit_me::post(call, body)).await,
        UseCase::ExportMe => Box::pin(endpoint::export_me::show(call)).await,
        UseCase::DeleteMe => Box::pin(endpoint::delete_me::delete(call)).await,
        UseCase::DeleteMeByForm => Box::pin(endpoint::delete_me::post(call, body)).await,
        UseCase::SignInPage => Box::pin(page::sign_in::show(call)).await,
        UseCase::SignUpPage => Box::pin(page::sign_up::show(call)).await,
        UseCase::ForgotPage => page::ask_for_mail::forgot(call),
        UseCase::ResetPage => Box::pin(page::mailed_link::show(call, Mailing::Reset)).await,
        UseCase::VerifyPage => Box::pin(page::mailed_link::show(call, Mailing::Verify)).await,
        UseCase::Dashboard => Box::pin(page::dashboard::show(call)).await,
        UseCase::Mailbox => page::mailbox::show_all(call),
        UseCase::Alive => endpoint::health::alive(),
        UseCase::Ready => Box::pin(endpoint::health::ready(call)).await,
        UseCase::Asset => endpoint::asset::show(call),
        UseCase::Providers => endpoint::providers::list(call),
        UseCase::BeginSignIn => Box::pin(endpoint::sign_in::begin(call)).await,
        UseCase::CompleteSignIn => Box::pin(endpoint::callback::complete(call)).await,
        UseCase::PendingSignIn => Box::pin(endpoint::pending::show(call)).await,
        UseCase::StartFresh => Box::pin(endpoint::pending::start_fresh(call, body)).await,
        UseCase::CancelPending => Box::pin(endpoint::pending::delete(call)).await,
        UseCase::CancelPendingByForm => {
            Box::pin(endpoint::pending::cancel_by_form(call, body)).await
        }
        UseCase::SignInPosted => Box::pin(endpoint::posted_callback::sign_in(call, body)).await,
        UseCase::ExchangeCode => Box::pin(endpoint::exchange::exchange(call, body)).await,
        UseCase::Register => Box::pin(endpoint::register::register(call, body)).await,
        UseCase::LogIn => Box::pin(endpoint::login::login(call, body)).await,
        UseCase::ChangePassword => Box::pin(endpoint::password::change(call, body)).await,
        UseCase::SetPassword => Box::pin(endpoint::password::set(call, body)).await,
        UseCase::ReauthenticateByPassword => {
            Box::pin(endpoint::password::reauthenticate(call, body)).await
        }
        UseCase::ReauthenticationPage => Box::pin(page::reauthentication::show(call)).await,
        UseCase::ForgotPassword => Box::pin(endpoint::forgotten::forgot(call, body)).await,
        UseCase::ResetPassword => Box::pin(endpoint::forgotten::reset(call, body)).await,
        UseCase::ResendVerification => Box::pin(endpoint::email::resend(call, body)).await,
        UseCase::VerifyEmail => Box::pin(endpoint::email::verify(call, body)).await,
        UseCase::ChangeEmail => Box::pin(endpoint::email::change(call, body)).await,
        UseCase::ConfirmEmail => Box::pin(endpoint::email::confirm(call, body)).await,
        UseCase::BeginLink => Box::pin(endpoint::link::begin(call, body)).await,
        UseCase::Accounts => Box::pin(endpoint::accounts::list(call)).await,
        UseCase::AccountToken => Box::pin(endpoint::account_token::post(call, body)).await,
        UseCase::Unlink => Box::pin(endpoint::unlink::delete(call)).await,
        UseCase::UnlinkByForm => Box::pin(endpoint::unlink::post(call, body)).await,
        UseCase::AccountPage => Box::pin(page::account::show(call)).await,
        UseCase::Sessions => Box::pin(endpoint::sessions::list(call)).await,
        UseCase::RevokeOthers => Box::pin(endpoint::revoke_others::delete(call)).await,
        UseCase::RevokeOthersByForm => Box::pin(endpoint::revoke_others::post(call, body)).await,
        UseCase::Revoke => Box::pin(endpoint::revoke::delete(call)).await,
        UseCase::RevokeByForm => Box::pin(endpoint::revoke::post(call, body)).await,
        UseCase::IssueAccessToken => Box::pin(endpoint::token::issue(call, body)).await,
        UseCase::Jwks => Box::pin(endpoint::jwks::show(call)).await,
        UseCase::SignOutPage => page::sign_out::show(call),
        UseCase::SignOut => Box::pin(endpoint::sign_out::sign_out(call, body)).await,
    }
}
