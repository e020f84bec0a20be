use belgie::domain::{Issuer, ProviderId, ProviderIdentity};
use belgie::http::{Get, HttpClient, json, post_form};
use belgie::ports::{
    AuthorizationRequest, CodeGrant, Exchanged, IdentityProvider, InvalidIdentity, ProviderError,
    ProviderFuture,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

/// The OAuth 2.0 server of a company called Acme.
#[derive(Debug)]
pub struct Acme {
    pub id: ProviderId,
    pub issuer: Issuer,
    pub url: Url,
    pub client_id: String,
    pub client_secret: SecretString,
    pub http: HttpClient,
}

#[derive(Deserialize)]
struct TokenReply {
    access_token: String,
}

#[derive(Deserialize)]
struct User {
    sub: String,
    email: Option<String>,
    name: Option<String>,
}

impl Acme {
    /// Exchanges the code (RFC 6749 §4.1.3) and asks whom the token belongs to. `None` if the code is refused.
    async fn user(
        &self,
        grant: CodeGrant<'_>,
    ) -> Result<Option<User>, Box<dyn std::error::Error + Send + Sync>> {
        let secret = self.client_secret.expose_secret();
        let client = [("client_id", &*self.client_id), ("client_secret", secret)];
        let form = grant.parameters().into_iter().chain(client);
        let request = post_form(&self.url.join("token")?, form)?;
        let network = self.http.network_of(&self.url).await?;
        let answer = self.http.send_token_request(network, request).await?;
        if answer.status() == 400 {
            return Ok(None);
        }
        let reply: TokenReply = json::object(answer.body())?;
        let url = self.url.join("userinfo")?;
        let request = Get::new(network, &url).bearer(&reply.access_token);
        Ok(json::object(self.http.get(request).await?.body())?)
    }
}

impl IdentityProvider for Acme {
    fn id(&self) -> &ProviderId {
        &self.id
    }

    fn display_name(&self) -> &'static str {
        "Acme"
    }

    fn authorization_url<'a>(
        &'a self,
        request: AuthorizationRequest<'a>,
    ) -> ProviderFuture<'a, Url> {
        let scope = "openid email profile";
        let client = [("client_id", &*self.client_id), ("scope", scope)];
        let mut url = self.url.clone();
        url.set_path("authorize");
        { url.query_pairs_mut() }
            .extend_pairs(client)
            .extend_pairs(request.parameters());
        Box::pin(async { Ok(url) })
    }

    fn exchange<'a>(&'a self, grant: CodeGrant<'a>) -> ProviderFuture<'a, Exchanged> {
        Box::pin(async move {
            let user = self.user(grant).await.map_err(ProviderError::Unavailable)?;
            let user = user.ok_or(ProviderError::CodeRejected(None))?;
            let invalid = |_| ProviderError::InvalidIdentity(InvalidIdentity::new("invalid `sub`"));
            let subject = user.sub.parse().map_err(invalid)?;
            let mut identity = ProviderIdentity::new(self.issuer.clone(), subject);
            (identity.email, identity.name) = (user.email, user.name);
            Ok(Exchanged::new(identity))
        })
    }

    fn uses_nonce(&self) -> bool {
        false // OAuth 2.0 without OpenID Connect has none
    }

    fn check_response_issuer<'a>(&'a self, issuer: Option<&'a str>) -> ProviderFuture<'a, ()> {
        let is_own = issuer == Some(self.issuer.as_str());
        Box::pin(async move { is_own.then_some(()).ok_or(ProviderError::IssuerMismatch) })
    }
}
