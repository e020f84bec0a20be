use belgie_auth::default_redirect_uri;
use belgie_domain::ProviderId;
use url::Url;

use crate::settings::Vars;
use crate::settings::per_provider::listed_ids;
use crate::settings::table::{self, Setting, capitals};

/// The redirect URI to register with a provider.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RedirectUri {
    /// The provider's id.
    pub provider: ProviderId,
    /// The setting that overrides it.
    pub setting: Setting,
    /// The URI.
    pub uri: String,
}

impl RedirectUri {
    /// Returns whether any setting of the provider is given, or `OIDC_PROVIDERS` names it.
    pub fn is_mentioned(&self, vars: &Vars) -> bool {
        let own = self.setting.variable();
        let own = own.trim_end_matches("REDIRECT_URI");
        listed_ids(vars)
            .iter()
            .any(|id| id == self.provider.as_str())
            || vars
                .names()
                .any(|name| name.starts_with(own) && vars.given(name).is_some())
    }
}

/// Returns the redirect URIs of Google, GitHub, Microsoft and each provider in `OIDC_PROVIDERS`. Their other settings may still be
/// missing, since some providers ask for the redirect URI before they issue id and secret.
pub fn redirect_uris(vars: &Vars, base_url: &Url) -> Vec<RedirectUri> {
    let named = [
        ("google".to_owned(), table::GOOGLE_REDIRECT_URI),
        ("github".to_owned(), table::GITHUB_REDIRECT_URI),
        ("microsoft".to_owned(), table::MICROSOFT_REDIRECT_URI),
    ];
    let others = listed_ids(vars).into_iter().map(|id| {
        let setting = table::OIDC_X_REDIRECT_URI.of_provider(&capitals(&id));
        (id, setting)
    });
    let all = named.into_iter().chain(others);
    all.filter_map(|(id, setting)| {
        let provider: ProviderId = id.parse().ok()?;
        let given = vars.given(&setting.variable()).map(str::to_owned);
        let uri = given.unwrap_or_else(|| default_redirect_uri(base_url, &provider).to_string());
        Some(RedirectUri {
            provider,
            setting,
            uri,
        })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_uri_needs_neither_client_id_nor_secret() {
        let vars = Vars::of(&[
            ("OIDC_PROVIDERS", "my-corp,acme,No!"),
            ("OIDC_ACME_REDIRECT_URI", "https://b.example/callback"),
        ]);
        let base_url = Url::parse("https://a.example").unwrap();

        let uris = redirect_uris(&vars, &base_url);

        let uris: Vec<_> = uris.iter().map(|uri| uri.uri.as_str()).collect();
        assert_eq!(
            uris,
            [
                "https://a.example/auth/provider/google/callback",
                "https://a.example/auth/provider/github/callback",
                "https://a.example/auth/provider/microsoft/callback",
                "https://a.example/auth/provider/my-corp/callback",
                "https://b.example/callback",
            ]
        );
    }
}
