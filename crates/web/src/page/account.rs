use askama::Template;
use belgie_auth::{Authenticated, ProviderSummary};
use belgie_domain::{Account, AccountId};

use super::field::Field;
use super::frame::{Frame, show as render, show_to};
use super::sent_form::SentForm;
use super::tab::Tab;
use super::time::Moment;
use crate::brand::Mark;
use crate::call::Call;
use crate::error::Refusal;
use crate::header_name::HeaderName;
use crate::reply::Reply;
use crate::security_headers::PagePolicy;
use crate::text::Texts;
use crate::web::{Answer, Web};

#[derive(Template)]
#[template(path = "account.html")]
struct Page<'a> {
    frame: Frame<'a>,
    methods: Vec<Method>,
    providers: Vec<Connectable>,
    password: Option<PasswordMethod<'a>>,
}

/// The password as a way to sign in, with the form that changes it, or that sets the first one.
struct PasswordMethod<'a> {
    is_set: bool,
    /// For password managers.
    email: &'a str,
    current: Field<'a>,
    new: Field<'a>,
    first: Field<'a>,
    /// Whether the form was filled in wrongly, and is open.
    is_open: bool,
}

/// An account, as a way to sign in.
struct Method {
    id: AccountId,
    name: String,
    mark: Mark,
    address: Option<String>,
    added: Moment,
    last_used: Moment,
    is_usable: bool,
    is_only_way: bool,
}

/// A provider at which an account can be added.
struct Connectable {
    name: String,
    mark: Mark,
    action: String,
}

/// `GET /account`
pub(crate) async fn show(call: Call<'_>) -> Answer {
    let (current, sent) = (call.require().await?, SentForm::default());
    let frame = Frame::of(call.web).with_notice(call, true);
    let page = Page::new(call, &current, frame, &sent).await?;
    Ok(with_policy(call.web, show_to(call, &page)?))
}

/// Shows the page again to a person whose password was not changed.
pub(crate) async fn show_again(call: Call<'_>, current: &Authenticated, sent: SentForm) -> Answer {
    if !call.web.has_pages() {
        return Err(sent.into_problem().into());
    }
    let page = Page::new(call, current, Frame::of(call.web), &sent).await?;
    Ok(sent.complete(with_policy(call.web, render(&page)?)))
}

/// The forms that connect an account lead to the provider.
fn with_policy(web: &Web, page: Reply) -> Reply {
    let policy = web.security.policy(PagePolicy {
        forms_leave: true,
        ..PagePolicy::USUAL
    });
    page.with_header(HeaderName::ContentSecurityPolicy, policy)
}

impl<'a> Page<'a> {
    async fn new(
        call: Call<'a>,
        current: &'a Authenticated,
        frame: Frame<'a>,
        sent: &'a SentForm,
    ) -> Result<Self, Refusal> {
        let (web, user) = (call.web, &current.user);
        let accounts = web.auth.accounts().list(user.id).await?;
        let has_password = web.auth.passwords().is_set(user.id).await?;
        let providers = web.auth.providers();
        let is_usable = |account: &Account| web.auth.accounts().is_usable(account);
        let methods = accounts.iter().map(|account| {
            let mut others = accounts.iter().filter(|other| other.id != account.id);
            Method {
                is_usable: is_usable(account),
                is_only_way: !has_password && !others.any(is_usable),
                ..Method::new(account, &providers, &frame)
            }
        });
        let email = user
            .email
            .as_ref()
            .filter(|_| web.auth.passwords().are_offered());
        let password =
            email.map(|email| PasswordMethod::new(web, email.as_str(), has_password, sent));
        let errors = password.as_ref().and_then(|method| {
            let fields: &[_] = if method.is_set {
                &[&method.current, &method.new]
            } else {
                &[&method.first]
            };
            sent.summary(&web.config.app_name, fields)
        });
        Ok(Self {
            methods: methods.collect(),
            providers: { providers.iter() }
                .map(|at| Connectable::new(at, web))
                .collect(),
            password,
            frame: frame.at(Tab::SignInMethods).with_errors(errors),
        })
    }
}

impl<'a> PasswordMethod<'a> {
    fn new(web: &Web, email: &'a str, is_set: bool, sent: &'a SentForm) -> Self {
        let texts = &Texts::current().forms;
        let rule = (texts.password_rule)(web.auth.passwords().policy().min_length);
        let current = Field::current_password("current_password", texts.current_password);
        let new = Field::new_password("new_password", texts.new_password);
        let first = Field::new_password("password", texts.password);
        Self {
            is_set,
            email,
            current: sent.fill(current),
            new: sent.fill(new.with_hint(rule.clone())),
            first: sent.fill(first.with_hint(rule)),
            is_open: sent.is_wrong(),
        }
    }
}

impl Method {
    fn new(account: &Account, providers: &[ProviderSummary], frame: &Frame<'_>) -> Self {
        let provider = { providers.iter() }.find(|provider| provider.id == account.provider);
        let name = provider.map_or(account.provider.as_str(), |provider| &provider.name);
        let times = &frame.text.time;
        Self {
            id: account.id,
            mark: Mark::of(provider.and_then(|provider| provider.brand), name),
            name: name.to_owned(),
            address: account.email.clone(),
            added: Moment::new(account.created_at, times),
            last_used: Moment::new(account.last_used_at, times),
            is_usable: true,
            is_only_way: false,
        }
    }
}

impl Connectable {
    fn new(provider: &ProviderSummary, web: &Web) -> Self {
        Self {
            name: provider.name.clone(),
            mark: Mark::of(provider.brand, &provider.name),
            action: web.paths.link_with(&provider.id),
        }
    }
}
