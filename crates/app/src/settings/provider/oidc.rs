use std::sync::Arc;

use belgie_domain::{Issuer, ProviderId};
use belgie_ports::{Clock, IdentityProvider};
use belgie_provider_http::HttpClient;
use belgie_provider_oidc::{
    AuthorizationParameters, ClientCredentials, ConfigError, EmailTrust, OidcConfig, OidcProvider,
    TokenAuthMethod,
};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::fields::{redirect_uri, scopes, trust_email};
use crate::settings::address;
use crate::settings::reader::Reader;
use crate::settings::table::{self, Setting, capitals};

/// Any OpenID Connect provider.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Oidc {
    /// The id.
    pub id: ProviderId,
    /// The name on the button.
    pub name: String,
    /// The issuer.
    pub issuer: Issuer,
    /// The client id.
    pub client_id: String,
    /// The client secret; a public client has none.
    pub client_secret: Option<SecretString>,
    /// How the client authenticates at the token endpoint, unless discovery decides.
    pub token_auth_method: Option<TokenAuthMethod>,
    /// The redirect URI, unless it is the default one.
    pub redirect_uri: Option<Url>,
    /// The scopes to request.
    pub scopes: Vec<String>,
    /// Further parameters of the authorization request.
    pub parameters: AuthorizationParameters,
    /// The audiences that ID tokens may have besides the client id.
    pub trusted_audiences: Vec<String>,
    /// The addresses for which `email_verified` is trusted.
    pub trust_email: EmailTrust,
}

impl Oidc {
    pub(super) fn build(
        &self,
        http: HttpClient,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Arc<dyn IdentityProvider>> {
        let mut config = OidcConfig::new(self.id.clone(), self.issuer.as_str(), self.client())?
            .display_name(&self.name)
            .scopes(self.scopes.clone())?
            .authorization_parameters(self.parameters.clone())
            .trusted_audiences(self.trusted_audiences.clone())
            .email_trust(self.trust_email.clone());
        if let Some(method) = self.token_auth_method {
            config = config.token_auth_method(method)?;
        }
        if let Some(uri) = &self.redirect_uri {
            config = config.redirect_uri(uri.clone());
        }
        Ok(Arc::new(OidcProvider::new(config, http, clock)))
    }

    fn client(&self) -> ClientCredentials {
        match &self.client_secret {
            Some(secret) => ClientCredentials::new(&self.client_id, secret.expose_secret()),
            None => ClientCredentials::public(&self.client_id),
        }
    }
}

/// Reads the providers listed in `OIDC_PROVIDERS`.
pub(super) fn read_all(reader: &mut Reader<'_>) -> Vec<Oidc> {
    let ids = reader.parsed_list(&table::OIDC_PROVIDERS, |text| {
        let id: ProviderId = text
            .parse()
            .map_err(|_| "must be in lower case: a letter, then at most 31 of a-z, 0-9, - and _")?;
        match id.as_str() {
            "google" => {
                Err("is `google`, which has the settings BELGIE_GOOGLE_…: leave it out here")
            }
            "github" => {
                Err("is `github`, which has the settings BELGIE_GITHUB_…: leave it out here")
            }
            "microsoft" => {
                Err("is `microsoft`, which has the settings BELGIE_MICROSOFT_…: leave it out here")
            }
            "password" => {
                Err("is `password`, which means signing in with a password: choose another id")
            }
            _ => Ok(id),
        }
    });
    let mut seen = Vec::new();
    let mut providers = Vec::new();
    for id in ids {
        let capitals = capitals(id.as_str());
        if seen.contains(&capitals) {
            let problem = format!("names two providers whose settings would be OIDC_{capitals}_…");
            reader.refuse(&table::OIDC_PROVIDERS, problem);
            continue;
        }
        providers.extend(read_one(reader, &id, &capitals));
        seen.push(capitals);
    }
    providers
}

fn read_one(reader: &mut Reader<'_>, id: &ProviderId, capitals: &str) -> Option<Oidc> {
    let own = |setting: &Setting| setting.of_provider(capitals);
    let issuer = required(
        reader,
        &own(&table::OIDC_X_ISSUER_URL),
        |reader, setting| reader.parsed(setting, address::issuer),
    );
    let client_id = required(reader, &own(&table::OIDC_X_CLIENT_ID), Reader::text);
    let client_secret = reader.secret(&own(&table::OIDC_X_CLIENT_SECRET));
    let token_auth_method = token_auth_method(reader, capitals);
    let name = reader.text(&own(&table::OIDC_X_NAME));
    let redirect_uri = redirect_uri(reader, &own(&table::OIDC_X_REDIRECT_URI));
    let scopes = scopes(reader, &own(&table::OIDC_X_SCOPES));
    let parameters = parameters(reader, &own(&table::OIDC_X_PARAMETERS));
    let trusted_audiences = reader.list(&own(&table::OIDC_X_TRUSTED_AUDIENCES));
    let trust_email = trust_email(reader, &own(&table::OIDC_X_TRUST_EMAIL));
    Some(Oidc {
        id: id.clone(),
        name: name.unwrap_or_else(|| id.to_string()),
        issuer: issuer?,
        client_id: client_id?,
        client_secret,
        token_auth_method,
        redirect_uri,
        scopes,
        parameters,
        trusted_audiences,
        trust_email,
    })
}

fn required<'a, T>(
    reader: &mut Reader<'a>,
    setting: &Setting,
    read: impl FnOnce(&mut Reader<'a>, &Setting) -> Option<T>,
) -> Option<T> {
    if !reader.is_given(setting) {
        let problem = format!(
            "is not set, but {} names its provider",
            table::OIDC_PROVIDERS.variable()
        );
        reader.refuse(setting, problem);
        return None;
    }
    read(reader, setting)
}

/// Reads how the client authenticates, and checks that there is a secret if and only if that needs one.
fn token_auth_method(reader: &mut Reader<'_>, capitals: &str) -> Option<TokenAuthMethod> {
    let setting = table::OIDC_X_TOKEN_AUTH_METHOD.of_provider(capitals);
    let secret = table::OIDC_X_CLIENT_SECRET.of_provider(capitals);
    let method = reader.chosen(
        &setting,
        &[
            TokenAuthMethod::ClientSecretBasic,
            TokenAuthMethod::ClientSecretPost,
            TokenAuthMethod::None,
        ],
    )?;
    match (method, reader.is_given(&secret)) {
        (TokenAuthMethod::None, true) => {
            let problem = format!("is `none`, but {} is set: remove one", secret.variable());
            reader.refuse(&setting, problem);
        }
        (TokenAuthMethod::ClientSecretBasic | TokenAuthMethod::ClientSecretPost, false) => {
            let problem = format!("is not set, but {} is `{method}`", setting.variable());
            reader.refuse(&secret, problem);
        }
        _ => {}
    }
    Some(method)
}

fn parameters(reader: &mut Reader<'_>, setting: &Setting) -> AuthorizationParameters {
    let parse = |text: &str| {
        let parsed: Result<AuthorizationParameters, _> = text.parse();
        parsed.map_err(|error| match error {
            ConfigError::UnknownParameter(_) => {
                let known = AuthorizationParameters::NAMES.join(", ");
                format!("cannot be used: {error}; known are {known}")
            }
            error => format!("cannot be used: {error}"),
        })
    };
    reader.parsed(setting, parse).unwrap_or_default()
}

#[cfg(test)]
mod tests;
