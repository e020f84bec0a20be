//! GitHub's API, of which a sign-in needs two documents.

use belgie_ports::ProviderError;
use belgie_provider_http::{Fault, Get, HttpClient, HttpError, Network, Response, json};
use http::StatusCode;
use url::Url;

use crate::document;
use crate::emails::{self, Email};
use crate::endpoints::Endpoints;
use crate::user::User;

pub(crate) struct Api<'a> {
    pub(crate) endpoints: &'a Endpoints,
    pub(crate) http: &'a HttpClient,
}

impl Api<'_> {
    /// Fetches whom the token belongs to, and their address.
    pub(crate) async fn person(&self, token: &str) -> Result<(User, Option<Email>), ProviderError> {
        let network = self.network().await;
        let network = network.map_err(document::USER.unavailable())?;
        let email = async { Ok(self.email(network, token).await?) };
        tokio::try_join!(self.user(network, token), email)
    }

    async fn user(&self, network: Network, token: &str) -> Result<User, ProviderError> {
        let answer = self.get(network, &self.endpoints.user, Some(token)).await;
        let answer = answer.map_err(document::USER.unavailable())?;
        User::parse(answer.body())
    }

    /// Fetches the address. If the app may not see any, the person signs in without one.
    async fn email(&self, network: Network, token: &str) -> Result<Option<Email>, Fault> {
        match self.get(network, &self.endpoints.emails, Some(token)).await {
            Ok(answer) => {
                let list = emails::parse(answer.body());
                let list = list.map_err(|error| document::EMAILS.malformed(error))?;
                Ok(emails::choose(list))
            }
            Err(HttpError::Status(status @ (StatusCode::FORBIDDEN | StatusCode::NOT_FOUND))) => {
                tracing::warn!(status = status.as_u16(), "{NO_ADDRESSES}");
                Ok(None)
            }
            Err(error) => Err(document::EMAILS.unavailable()(error)),
        }
    }

    /// Checks that the API answers. Without a token it may refuse to do more than that: a GitHub Enterprise Server in
    /// private mode does, and github.com after too many requests.
    pub(crate) async fn probe(&self) -> Result<(), Fault> {
        let unavailable = document::API.unavailable();
        let network = self.network().await.map_err(&unavailable)?;
        match self.get(network, &self.endpoints.api, None).await {
            Ok(answer) => {
                let object = json::check_object(answer.body());
                object.map_err(|error| document::API.malformed(error))
            }
            Err(HttpError::Status(
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS,
            )) => Ok(()),
            Err(error) => Err(unavailable(error)),
        }
    }

    async fn network(&self) -> Result<Network, HttpError> {
        self.http.network_of(&self.endpoints.api).await
    }

    async fn get(
        &self,
        network: Network,
        url: &Url,
        token: Option<&str>,
    ) -> Result<Response, HttpError> {
        let mut get = Get::new(network, url)
            .accept("application/vnd.github+json")
            .headers(&[("X-GitHub-Api-Version", "2022-11-28")]);
        if let Some(token) = token {
            get = get.bearer(token);
        }
        let answer = self.http.get(get).await?;
        json::check_content_type(&answer)?;
        Ok(answer)
    }
}

const NO_ADDRESSES: &str = "GitHub shows no e-mail addresses: an OAuth app needs the scope user:email, a GitHub App \
     the permission to read e-mail addresses";
