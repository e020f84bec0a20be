use askama::Template;
use belgie_auth::Authenticated;
use belgie_domain::ReturnTo;

use super::field::Field;
use super::frame::{Frame, show as render};
use super::provider_list::ProviderLink;
use super::sent_form::SentForm;
use crate::brand::Mark;
use crate::call::Call;
use crate::code::Code;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::negotiate::wants_page;
use crate::params::Params;
use crate::reply::Reply;
use crate::security_headers::PagePolicy;
use crate::text::Texts;
use crate::ways_to_confirm::WaysToConfirm;
use crate::web::{Answer, Web};

#[derive(Template)]
#[template(path = "reauthentication.html")]
struct Page<'a> {
    frame: Frame<'a>,
    form: Option<PasswordForm<'a>>,
    providers: Vec<ProviderLink>,
}

/// The form for the password.
struct PasswordForm<'a> {
    /// For password managers.
    email: Option<&'a str>,
    password: Field<'a>,
    target: &'a str,
}

/// `GET /auth/reauthenticate`: a page on which one authenticates again while signed in. A person with neither a password
/// nor an account at a provider of this site is sent to sign in anew. To programs the method is not allowed.
pub(crate) async fn show(call: Call<'_>) -> Answer {
    if !call.web.has_pages() || !wants_page(call.headers()) {
        let problem = Problem::new(Code::MethodNotAllowed);
        return Err(problem.with_allow(call.resource.allow()).into());
    }
    let (current, target) = (call.require().await?, target(call.web, &call.params())?);
    let ways = call.web.ways_to_confirm(&current).await?;
    let elsewhere = call.web.sign_in_again_location(Some(target.as_str()));
    if let Some(elsewhere) = elsewhere.filter(|_| ways.is_empty()) {
        return Ok(Reply::see_other(elsewhere));
    }
    let sent = SentForm::default();
    let page = Page::new(call.web, &ways, target.as_str(), &sent);
    Ok(with_policy(call.web, &target, render(&page)?))
}

/// Shows the page again to a person whose password was not right.
pub(crate) async fn show_again(
    call: Call<'_>,
    current: &Authenticated,
    target: &ReturnTo,
    sent: SentForm,
) -> Answer {
    if !call.web.has_pages() {
        return Err(sent.into_problem().into());
    }
    let ways = call.web.ways_to_confirm(current).await?;
    let page = Page::new(call.web, &ways, target.as_str(), &sent);
    Ok(sent.complete(with_policy(call.web, target, render(&page)?)))
}

/// Renders the page in place of an error. It leads on to `here`, if browsers may be sent there, or else to the account
/// page.
pub(super) fn instead_of_error(
    web: &Web,
    ways: &WaysToConfirm,
    here: Option<&str>,
) -> askama::Result<String> {
    let here = here.filter(|here| web.auth.redirects().check(here).is_ok());
    let target = here.map_or_else(|| web.account_page(), str::to_owned);
    let sent = SentForm::default();
    Page::new(web, ways, &target, &sent).render()
}

/// Returns where the person goes afterwards, the account page if the request does not say.
///
/// # Errors
/// `redirect_not_allowed`; `invalid_request` when the parameter is repeated.
pub(crate) fn target(web: &Web, params: &Params<'_>) -> Result<ReturnTo, Problem> {
    let account_page = web.account_page();
    let target = params.one("redirect_url")?.unwrap_or(&account_page);
    Ok(web.auth.redirects().check(target)?)
}

/// The form leads to the target.
fn with_policy(web: &Web, target: &ReturnTo, page: Reply) -> Reply {
    let policy = web.security.policy(PagePolicy {
        forms_leave: !target.is_same_origin(),
        ..PagePolicy::USUAL
    });
    page.with_header(HeaderName::ContentSecurityPolicy, policy)
}

impl<'a> Page<'a> {
    fn new(web: &'a Web, ways: &'a WaysToConfirm, target: &'a str, sent: &'a SentForm) -> Self {
        let texts = &Texts::current().forms;
        let form = ways.has_password.then(|| PasswordForm {
            email: ways.email.as_deref(),
            password: sent.fill(Field::current_password("password", texts.password)),
            target,
        });
        let fields: Vec<_> = form.iter().map(|form| &form.password).collect();
        let errors = sent.summary(&web.config.app_name, &fields);
        let links = ways.providers.iter().map(|provider| ProviderLink {
            name: provider.name.clone(),
            href: web.reauthenticate_with(&provider.id, target),
            mark: Mark::of(provider.brand, &provider.name),
            is_last: false,
        });
        Self {
            providers: links.collect(),
            frame: Frame::of(web).with_errors(errors),
            form,
        }
    }
}
