use belgie_auth::ProviderSummary;

use super::visit::Visit;
use crate::brand::Mark;
use crate::call::Call;

/// The providers with which one can sign in.
pub(super) struct ProviderList {
    pub first: Vec<ProviderLink>,
    /// Those that are not shown at once.
    pub more: Vec<ProviderLink>,
}

pub(super) struct ProviderLink {
    pub name: String,
    pub href: String,
    pub mark: Mark,
    /// Whether this browser last signed in with it.
    pub is_last: bool,
}

/// How many providers are shown at once.
const FIRST: usize = 4;

impl ProviderList {
    /// Returns a link for each provider, the one with which this browser last signed in first.
    pub(super) fn of(call: Call<'_>, visit: &Visit) -> Self {
        let web = call.web;
        let last = web.cookies.last_provider(call.headers());
        let link = |provider: ProviderSummary| ProviderLink {
            href: visit.carry_to(&web.paths.sign_in_with(&provider.id)),
            mark: Mark::of(provider.brand, &provider.name),
            is_last: last == Some(provider.id.as_str()),
            name: provider.name,
        };
        let mut first: Vec<_> = web.auth.providers().into_iter().map(link).collect();
        first.sort_by_key(|link| !link.is_last);
        let more = first.split_off(FIRST.min(first.len()));
        Self { first, more }
    }
}
