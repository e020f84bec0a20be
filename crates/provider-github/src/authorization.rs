//! The authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3).

use belgie_ports::AuthorizationRequest;
use url::Url;

use crate::config::GithubConfig;
use crate::endpoints::Endpoints;

/// Returns the URL to redirect the browser to.
///
/// GitHub cannot be asked to authenticate a person again. Its account picker comes nearest, and the exchange refuses the
/// result.
pub(crate) fn url(
    config: &GithubConfig,
    endpoints: &Endpoints,
    request: AuthorizationRequest<'_>,
) -> Url {
    let mut url = endpoints.authorization.clone();
    let mut query = url.query_pairs_mut();
    query
        .append_pair("client_id", &config.client_id)
        .append_pair("scope", &config.scopes.join(" "))
        .extend_pairs(request.parameters());
    if request.max_age.is_some() {
        query.append_pair("prompt", "select_account");
    }
    drop(query);
    url
}
