//! The authorization request (OpenID Connect Core §3.1.2.1, RFC 7636 §4.3).

use belgie_ports::AuthorizationRequest;
use oauth2::basic::BasicClient;
use oauth2::{
    AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
};
use url::Url;

use crate::config::OidcConfig;
use crate::discovery::Metadata;

/// Returns the URL to redirect the browser to.
pub(crate) fn url(
    config: &OidcConfig,
    metadata: &Metadata,
    request: AuthorizationRequest<'_>,
) -> Url {
    let client = BasicClient::new(ClientId::new(config.client.id.clone()))
        .set_auth_uri(AuthUrl::from_url(metadata.authorization_endpoint.clone()))
        .set_redirect_uri(RedirectUrl::from_url(request.redirect_uri.clone()));
    let verifier = PkceCodeVerifier::new(request.code_verifier.secret().to_owned());
    let mut url = client
        .authorize_url(|| CsrfToken::new(request.state.secret().to_owned()))
        .add_scopes(config.scopes.iter().cloned().map(Scope::new))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
        .add_extra_param("nonce", request.nonce.secret());
    let reauthenticates = request.max_age.is_some();
    let max_age = config.parameters.least_max_age(request.max_age);
    for (name, value) in config.parameters.iter() {
        if !(reauthenticates && matches!(name, "max_age" | "prompt")) {
            url = url.add_extra_param(name, value);
        }
    }
    if let Some(max_age) = max_age.filter(|_| reauthenticates) {
        url = url
            .add_extra_param("max_age", max_age.num_seconds().max(0).to_string())
            .add_extra_param("prompt", "login");
    }
    url.url().0
}
