use std::sync::Arc;

use belgie_domain::Issuer;
use belgie_ports::{Clock, IdentityProvider};
use belgie_provider_http::HttpClient;
use belgie_provider_microsoft::{ClientCredentials, MicrosoftConfig, Tenant, TenantId};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::fields::{credentials, redirect_uri, scopes};
use crate::settings::reader::Reader;
use crate::settings::{address, table};

/// Sign-in with Microsoft.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Microsoft {
    /// The application (client) id of the app registration.
    pub client_id: String,
    /// The value of a client secret of the app registration.
    pub client_secret: SecretString,
    /// The redirect URI, unless it is the default one.
    pub redirect_uri: Option<Url>,
    /// The scopes to request.
    pub scopes: Vec<String>,
    /// Whose accounts may sign in.
    pub tenant: Tenant,
    /// The address of Microsoft's cloud, or an emulator's, below which the tenants have their issuers.
    pub issuer_url: Issuer,
}

impl Microsoft {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let client = credentials(
            reader,
            &table::MICROSOFT_CLIENT_ID,
            &table::MICROSOFT_CLIENT_SECRET,
            "Microsoft",
        );
        let redirect_uri = redirect_uri(reader, &table::MICROSOFT_REDIRECT_URI);
        let scopes = scopes(reader, &table::MICROSOFT_SCOPES);
        let tenant = reader.parsed(&table::MICROSOFT_TENANT, tenant)?;
        let issuer_url = reader.parsed(&table::MICROSOFT_ISSUER_URL, cloud)?;
        let (client_id, client_secret) = client?;
        Some(Self {
            client_id,
            client_secret,
            redirect_uri,
            scopes,
            tenant,
            issuer_url,
        })
    }

    /// Returns whether the client secret is a GUID: the id of a secret, which is shown beside its value.
    pub(in crate::settings) fn has_secret_id(&self) -> bool {
        self.client_secret
            .expose_secret()
            .trim()
            .parse::<TenantId>()
            .is_ok()
    }

    pub(super) fn build(
        &self,
        http: HttpClient,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Arc<dyn IdentityProvider>> {
        let client = ClientCredentials::new(&self.client_id, self.client_secret.expose_secret());
        let mut config = MicrosoftConfig::new(client)
            .tenant(self.tenant)
            .issuer_url(self.issuer_url.as_str())
            .scopes(self.scopes.clone());
        if let Some(uri) = &self.redirect_uri {
            config = config.redirect_uri(uri.clone());
        }
        Ok(Arc::new(config.provider(http, clock)?))
    }
}

fn tenant(text: &str) -> Result<Tenant, String> {
    text.parse()
        .map_err(|error: belgie_provider_microsoft::InvalidTenant| error.to_string())
}

fn cloud(text: &str) -> Result<Issuer, &'static str> {
    let text = text.trim_end_matches('/');
    if text.ends_with("/v2.0") {
        return Err(
            "must be without tenant and version, such as https://login.microsoftonline.com: the tenant is BELGIE_MICROSOFT_TENANT",
        );
    }
    address::issuer(text)
}

#[cfg(test)]
mod tests {
    use crate::settings::{ProviderSettings, Settings, Vars};

    use super::*;

    fn microsoft(settings: &[(&str, &str)]) -> Result<Microsoft, String> {
        let client = [
            ("MICROSOFT_CLIENT_ID", "id"),
            ("MICROSOFT_CLIENT_SECRET", "s"),
        ];
        let vars = Vars::of(&[settings, &client].concat());
        let settings = Settings::read(&vars).map_err(|errors| errors.to_string())?;
        match &settings.providers[..] {
            [ProviderSettings::Microsoft(microsoft)] => Ok(microsoft.clone()),
            others => panic!("{others:?}"),
        }
    }

    #[test]
    fn microsoft_needs_id_and_secret_alone() {
        let microsoft = microsoft(&[]).unwrap();

        assert_eq!(microsoft.redirect_uri, None);
        assert_eq!(microsoft.scopes, ["openid", "email", "profile"]);
        assert_eq!(microsoft.tenant, Tenant::Common);
        assert_eq!(
            microsoft.issuer_url.as_str(),
            belgie_provider_microsoft::MICROSOFT_ISSUER_URL
        );
    }

    #[test]
    fn idt_22_a_tenant_is_a_word_or_an_id() {
        for text in [
            "common",
            "organizations",
            "consumers",
            "72f988bf-86f1-41af-91ab-2d7cd011db47",
        ] {
            let tenant = microsoft(&[("MICROSOFT_TENANT", text)]).unwrap().tenant;
            assert_eq!(tenant.to_string(), text);
        }
        for (text, hint) in [
            ("hunter2.example", "directory (tenant) id"),
            ("hunter2", "`common`, `organizations`, `consumers`"),
        ] {
            let error = microsoft(&[("MICROSOFT_TENANT", text)]).unwrap_err();
            assert!(
                error.starts_with("BELGIE_MICROSOFT_TENANT must "),
                "{error}"
            );
            assert!(error.contains(hint), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn the_address_of_a_cloud_contains_no_tenant() {
        let cloud = |text| microsoft(&[("MICROSOFT_ISSUER_URL", text)]);

        for text in [
            "https://login.microsoftonline.us",
            "https://login.microsoftonline.us/",
        ] {
            let issuer_url = cloud(text).unwrap().issuer_url;
            assert_eq!(issuer_url.as_str(), "https://login.microsoftonline.us");
        }
        for text in [
            "https://login.microsoftonline.com/common/v2.0",
            "https://login.microsoftonline.com/common/v2.0/",
        ] {
            let error = cloud(text).unwrap_err();
            assert!(error.contains("BELGIE_MICROSOFT_TENANT"), "{error}");
        }
    }
}
