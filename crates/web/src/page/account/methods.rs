use belgie_auth::{Authenticated, ProviderSummary};
use belgie_domain::{Account, AccountId, EmailAddress};

use super::sent::{AccountForm, Sent};
use crate::brand::Mark;
use crate::error::Problem;
use crate::page::field::Field;
use crate::page::time::Moment;
use crate::text::Texts;
use crate::web::Web;

/// How a user can sign in.
pub(super) struct Methods<'a> {
    pub accounts: Vec<Method>,
    pub password: Option<PasswordMethod<'a>>,
    /// Where further accounts can be added.
    pub providers: Vec<Connectable>,
}

/// The password as a way to sign in, with the form that changes it, or that sets the first one.
pub(super) struct PasswordMethod<'a> {
    pub is_set: bool,
    /// For password managers.
    pub email: &'a str,
    pub current: Field<'a>,
    pub new: Field<'a>,
    pub first: Field<'a>,
    /// Whether the form was filled in wrongly, and is open.
    pub is_open: bool,
}

/// An account, as a way to sign in.
pub(super) struct Method {
    pub id: AccountId,
    pub name: String,
    pub mark: Mark,
    pub address: Option<String>,
    pub added: Moment,
    pub last_used: Moment,
    pub is_usable: bool,
    pub is_only_way: bool,
}

/// A provider at which an account can be added.
pub(super) struct Connectable {
    pub name: String,
    pub mark: Mark,
    pub action: String,
}

impl<'a> Methods<'a> {
    pub(super) async fn of(
        current: &'a Authenticated,
        web: &Web,
        sent: &'a Sent,
    ) -> Result<Self, Problem> {
        let (user, providers) = (&current.user, web.auth.providers());
        let accounts = web.auth.accounts().list(user.id).await?;
        let has_password = web.auth.passwords().is_set(user.id).await?;
        let is_usable = |account: &Account| web.auth.accounts().is_usable(account);
        let methods = accounts.iter().map(|account| {
            let mut others = accounts.iter().filter(|other| other.id != account.id);
            Method {
                is_usable: is_usable(account),
                is_only_way: !has_password && !others.any(is_usable),
                ..Method::new(account, &providers)
            }
        });
        let is_offered = web.auth.passwords().are_offered();
        let email = user.email.as_ref().map(EmailAddress::as_str);
        let email = email.filter(|_| is_offered);
        Ok(Self {
            accounts: methods.collect(),
            password: email.map(|email| PasswordMethod::new(web, email, has_password, sent)),
            providers: { providers.iter() }
                .map(|at| Connectable::new(at, web))
                .collect(),
        })
    }

    /// Returns whether the user has a password.
    pub(super) fn has_password(&self) -> bool {
        self.password.as_ref().is_some_and(|method| method.is_set)
    }

    /// Returns the name of the first account's provider.
    pub(super) fn provider_name(&self) -> Option<&str> {
        self.accounts.first().map(|account| account.name.as_str())
    }

    /// Returns the inputs of the form.
    pub(super) fn fields(&self) -> Vec<&Field<'a>> {
        match &self.password {
            Some(method) if method.is_set => vec![&method.current, &method.new],
            Some(method) => vec![&method.first],
            None => Vec::new(),
        }
    }
}

impl<'a> PasswordMethod<'a> {
    fn new(web: &Web, email: &'a str, is_set: bool, sent: &'a Sent) -> Self {
        let texts = &Texts::current().forms;
        let rule = (texts.password_rule)(web.auth.passwords().policy().min_length);
        let current = Field::current_password("current_password", texts.current_password);
        let new = Field::new_password("new_password", texts.new_password);
        let first = Field::new_password("password", texts.password);
        let form = sent.of(AccountForm::Password);
        Self {
            is_set,
            email,
            current: form.fill(current),
            new: form.fill(new.with_hint(rule.clone())),
            first: form.fill(first.with_hint(rule)),
            is_open: form.is_wrong(),
        }
    }
}

impl Method {
    fn new(account: &Account, providers: &[ProviderSummary]) -> Self {
        let provider = { providers.iter() }.find(|provider| provider.id == account.provider);
        let name = provider.map_or(account.provider.as_str(), |provider| &provider.name);
        let times = &Texts::current().time;
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
