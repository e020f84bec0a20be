use crate::UnusableProvider;
use crate::config::{OidcConfig, TokenAuthMethod};

/// Chooses how to authenticate at the token endpoint. The configuration decides, since a client is registered for one
/// method while the document lists those of all clients (OpenID Connect Core §9).
///
/// Without configuration a client with a secret uses `client_secret_basic` if that is announced, or if nothing is
/// (Discovery §3), and else `client_secret_post`. A client without a secret is public, whatever is announced, since many
/// providers do not list `none`.
pub(super) fn choose(
    config: &OidcConfig,
    announced: Option<&[String]>,
) -> Result<TokenAuthMethod, UnusableProvider> {
    if let Some(method) = config.token_auth_method {
        return Ok(method);
    }
    if config.client.secret().is_none() {
        return Ok(TokenAuthMethod::None);
    }
    let Some(announced) = announced else {
        return Ok(TokenAuthMethod::ClientSecretBasic);
    };
    let by_preference = [
        TokenAuthMethod::ClientSecretBasic,
        TokenAuthMethod::ClientSecretPost,
    ];
    by_preference
        .into_iter()
        .find(|method| announced.iter().any(|name| name == method.name()))
        .ok_or_else(|| UnusableProvider::no_common_token_auth_method(announced))
}
