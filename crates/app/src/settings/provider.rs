mod google;
mod oidc;

use std::sync::Arc;

use belgie_domain::Issuer;
use belgie_ports::{Clock, IdentityProvider};
use belgie_provider_http::HttpClient;
use url::Url;

use super::address;
use super::reader::Reader;
use super::table::{self, Setting};

pub use google::Google;
pub use oidc::Oidc;

/// A provider that the settings turn on. To add another kind: its crate, its settings in the table, and a variant here.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ProviderSettings {
    /// Google.
    Google(Google),
    /// A provider of `OIDC_PROVIDERS`.
    Oidc(Oidc),
}

/// Ids that have settings of their own.
const RESERVED: &[&str] = &["google", "github", "microsoft"];

impl ProviderSettings {
    /// Reads all providers, in the order in which they are offered.
    pub(super) fn read_all(reader: &mut Reader<'_>) -> Vec<Self> {
        let google = Google::read(reader).map(Self::Google);
        let oidc = oidc::read_all(reader).into_iter().map(Self::Oidc);
        google.into_iter().chain(oidc).collect()
    }

    /// Returns its id in addresses.
    pub fn id(&self) -> &str {
        match self {
            Self::Google(_) => "google",
            Self::Oidc(oidc) => oidc.id.as_str(),
        }
    }

    /// Returns the variable that names its issuer, and the issuer.
    pub(super) fn issuer(&self) -> (String, &Issuer) {
        let (setting, issuer) = match self {
            Self::Google(google) => (table::GOOGLE_ISSUER_URL, &google.issuer),
            Self::Oidc(oidc) => (
                table::OIDC_X_ISSUER_URL.of_provider(&capitals(oidc.id.as_str())),
                &oidc.issuer,
            ),
        };
        (setting.variable(), issuer)
    }

    /// Makes the provider. Nothing is asked of it yet.
    ///
    /// # Errors
    /// Says what it cannot be made of.
    pub fn build(
        &self,
        http: HttpClient,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Arc<dyn IdentityProvider>> {
        match self {
            Self::Google(google) => google.build(http, clock),
            Self::Oidc(oidc) => oidc.build(http, clock),
        }
    }
}

fn redirect_uri(reader: &mut Reader<'_>, setting: &Setting) -> Option<Url> {
    reader.parsed(setting, |text| match address::web(text) {
        Ok(url) if url.scheme() == "http" && !address::is_loopback(&url) => {
            Err("must begin with https:// (http is for loopback addresses only)")
        }
        other => other,
    })
}

/// RFC 6749 §3.3; OpenID Connect Core §3.1.2.1.
fn scopes(reader: &mut Reader<'_>, setting: &Setting) -> Vec<String> {
    let allowed = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    let scopes = reader.parsed_list(setting, |scope| {
        let is_scope = !scope.is_empty() && scope.bytes().all(allowed);
        is_scope
            .then(|| scope.to_owned())
            .ok_or("must be printable ASCII without quotes and backslashes")
    });
    if !scopes.iter().any(|scope| scope == "openid") {
        reader.refuse(setting, "must contain `openid`");
    }
    scopes
}

/// The form that an id has in the names of settings.
pub(super) fn capitals(id: &str) -> String {
    id.to_ascii_uppercase().replace('-', "_")
}
