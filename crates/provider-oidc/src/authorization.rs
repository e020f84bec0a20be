//! The authorization request (OpenID Connect Core §3.1.2.1).

use belgie_ports::AuthorizationRequest;
use url::Url;

use crate::config::OidcConfig;
use crate::discovery::Metadata;

/// Returns the URL to redirect the browser to.
pub(crate) fn url(
    config: &OidcConfig,
    metadata: &Metadata,
    request: AuthorizationRequest<'_>,
) -> Url {
    let mut url = metadata.authorization_endpoint.clone();
    let mut query = url.query_pairs_mut();
    query
        .append_pair("client_id", &config.client.id)
        .append_pair("scope", &config.scopes.join(" "))
        .append_pair("nonce", request.nonce.secret())
        .extend_pairs(request.parameters());
    let reauthenticates = request.max_age.is_some();
    let configured = config.parameters.iter();
    query.extend_pairs(
        configured.filter(|(name, _)| !(reauthenticates && matches!(*name, "max_age" | "prompt"))),
    );
    let max_age = config.parameters.least_max_age(request.max_age);
    if let Some(max_age) = max_age.filter(|_| reauthenticates) {
        query
            .append_pair("max_age", &max_age.num_seconds().max(0).to_string())
            .append_pair("prompt", "login");
    }
    drop(query);
    url
}
