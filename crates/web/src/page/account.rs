use askama::Template;
use belgie_auth::ProviderSummary;
use belgie_domain::{Account, AccountId};

use super::frame::{Frame, show_to};
use super::tab::Tab;
use super::time::Moment;
use crate::brand::Mark;
use crate::call::Call;
use crate::header_name::HeaderName;
use crate::security_headers::PagePolicy;
use crate::web::{Answer, Web};

#[derive(Template)]
#[template(path = "account.html")]
struct Page<'a> {
    frame: Frame<'a>,
    methods: Vec<Method>,
    providers: Vec<Connectable>,
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
    let (web, current) = (call.web, call.require().await?);
    let accounts = web.auth.accounts().list(current.user.id).await?;
    let frame = Frame::of(web)
        .at(Tab::SignInMethods)
        .with_notice(call, true);
    let providers = web.auth.providers();
    let is_usable = |account: &Account| web.auth.accounts().is_usable(account);
    let methods = accounts.iter().map(|account| {
        let mut others = accounts.iter().filter(|other| other.id != account.id);
        Method {
            is_usable: is_usable(account),
            is_only_way: !others.any(is_usable),
            ..Method::new(account, &providers, &frame)
        }
    });
    let page = Page {
        methods: methods.collect(),
        providers: { providers.iter() }
            .map(|at| Connectable::new(at, web))
            .collect(),
        frame,
    };
    let reply = show_to(call, &page)?;
    // The forms that connect an account lead to the provider.
    let policy = web.security.policy(PagePolicy {
        forms_leave: true,
        ..PagePolicy::USUAL
    });
    Ok(reply.with_header(HeaderName::ContentSecurityPolicy, policy))
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
