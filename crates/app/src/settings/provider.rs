mod fields;
mod github;
mod google;
mod microsoft;
mod oidc;
mod redirect_uri;
mod remedy;

use std::sync::Arc;

use belgie_domain::Issuer;
use belgie_ports::{Clock, IdentityProvider};
use belgie_provider_http::HttpClient;

use super::reader::Reader;
use super::table::{self, capitals};

pub use github::Github;
pub use google::Google;
pub use microsoft::Microsoft;
pub use oidc::Oidc;
pub use redirect_uri::{RedirectUri, redirect_uris};

/// A configured provider. A new kind needs its crate, its settings in the table, and a variant here.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ProviderSettings {
    /// Google.
    Google(Google),
    /// GitHub.
    Github(Github),
    /// Microsoft.
    Microsoft(Microsoft),
    /// A provider of `OIDC_PROVIDERS`.
    Oidc(Oidc),
}

impl ProviderSettings {
    /// Reads all providers, in the order in which they are offered.
    pub(super) fn read_all(reader: &mut Reader<'_>) -> Vec<Self> {
        let google = Google::read(reader).map(Self::Google);
        let github = Github::read(reader).map(Self::Github);
        let microsoft = Microsoft::read(reader).map(Self::Microsoft);
        let oidc = oidc::read_all(reader).into_iter().map(Self::Oidc);
        let named = [google, github, microsoft].into_iter().flatten();
        named.chain(oidc).collect()
    }

    /// Returns the id.
    pub fn id(&self) -> &str {
        match self {
            Self::Google(_) => "google",
            Self::Github(_) => "github",
            Self::Microsoft(_) => "microsoft",
            Self::Oidc(oidc) => oidc.id.as_str(),
        }
    }

    /// Returns the variable that names its issuer, and the issuer.
    pub(super) fn issuer(&self) -> (String, &Issuer) {
        let (setting, issuer) = match self {
            Self::Google(google) => (table::GOOGLE_ISSUER_URL, &google.issuer),
            Self::Github(github) => (table::GITHUB_BASE_URL, &github.base_url),
            Self::Microsoft(microsoft) => (table::MICROSOFT_ISSUER_URL, &microsoft.issuer_url),
            Self::Oidc(oidc) => (
                table::OIDC_X_ISSUER_URL.of_provider(&capitals(oidc.id.as_str())),
                &oidc.issuer,
            ),
        };
        (setting.variable(), issuer)
    }

    /// Returns the variable of the client secret, if it is neither set nor said to be missing on purpose.
    pub fn missing_secret(&self) -> Option<String> {
        match self {
            Self::Oidc(oidc)
                if oidc.client_secret.is_none() && oidc.token_auth_method.is_none() =>
            {
                let setting = table::OIDC_X_CLIENT_SECRET.of_provider(&capitals(oidc.id.as_str()));
                Some(setting.variable())
            }
            Self::Google(_) | Self::Github(_) | Self::Microsoft(_) | Self::Oidc(_) => None,
        }
    }

    /// Creates the provider. Nothing is fetched yet.
    ///
    /// # Errors
    /// When the settings are invalid.
    pub fn build(
        &self,
        http: HttpClient,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Arc<dyn IdentityProvider>> {
        match self {
            Self::Google(google) => google.build(http, clock),
            Self::Github(github) => github.build(http, clock),
            Self::Microsoft(microsoft) => microsoft.build(http, clock),
            Self::Oidc(oidc) => oidc.build(http, clock),
        }
    }
}
