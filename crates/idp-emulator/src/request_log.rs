//! The requests that the provider has received: all are counted, and the latest are kept.

use std::collections::VecDeque;
use std::sync::Mutex;

use crate::lock::lock;

/// An endpoint of the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// `/.well-known/openid-configuration`
    Discovery,
    /// The JSON Web Key Set.
    Jwks,
    /// The authorization endpoint, or GitHub's, requested by a browser or by [`Emulator::authorize`](crate::Emulator::authorize).
    Authorization,
    /// The token endpoint, or GitHub's.
    Token,
    /// The revocation endpoint.
    Revocation,
    /// The userinfo endpoint.
    Userinfo,
    /// The root of GitHub's API, which needs no token.
    GithubRoot,
    /// GitHub's `/user`.
    GithubUser,
    /// GitHub's `/user/emails`.
    GithubEmails,
    /// The address that no client should ever request; see [`Emulator::trap_url`](crate::Emulator::trap_url).
    Trap,
}

/// The requests that the provider has received since it started, or since they were last cleared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Requests {
    /// The number of requests for the discovery document.
    pub discovery: usize,
    /// The number of requests for the key set.
    pub jwks: usize,
    /// The number of authorization requests.
    pub authorization: usize,
    /// The number of token requests.
    pub token: usize,
    /// The number of revocations.
    pub revocation: usize,
    /// The number of requests for userinfo.
    pub userinfo: usize,
    /// The number of requests for the root of GitHub's API.
    pub github_root: usize,
    /// The number of requests for GitHub's `/user`.
    pub github_user: usize,
    /// The number of requests for GitHub's `/user/emails`.
    pub github_emails: usize,
    /// The number of requests to the trap.
    pub trap: usize,
    /// The last 10,000 authorization requests, oldest first.
    pub authorization_requests: VecDeque<Parameters>,
    /// The last 10,000 token requests, oldest first.
    pub token_requests: VecDeque<TokenRequest>,
    /// The headers of the last 10,000 requests to GitHub's API, with names in lower case, oldest first.
    pub github_headers: VecDeque<Parameters>,
}

impl Requests {
    /// Returns the number of requests to an endpoint.
    pub fn count(&self, endpoint: Endpoint) -> usize {
        match endpoint {
            Endpoint::Discovery => self.discovery,
            Endpoint::Jwks => self.jwks,
            Endpoint::Authorization => self.authorization,
            Endpoint::Token => self.token,
            Endpoint::Revocation => self.revocation,
            Endpoint::Userinfo => self.userinfo,
            Endpoint::GithubRoot => self.github_root,
            Endpoint::GithubUser => self.github_user,
            Endpoint::GithubEmails => self.github_emails,
            Endpoint::Trap => self.trap,
        }
    }

    fn count_mut(&mut self, endpoint: Endpoint) -> &mut usize {
        match endpoint {
            Endpoint::Discovery => &mut self.discovery,
            Endpoint::Jwks => &mut self.jwks,
            Endpoint::Authorization => &mut self.authorization,
            Endpoint::Token => &mut self.token,
            Endpoint::Revocation => &mut self.revocation,
            Endpoint::Userinfo => &mut self.userinfo,
            Endpoint::GithubRoot => &mut self.github_root,
            Endpoint::GithubUser => &mut self.github_user,
            Endpoint::GithubEmails => &mut self.github_emails,
            Endpoint::Trap => &mut self.trap,
        }
    }
}

/// A request to the token endpoint, as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenRequest {
    /// The form.
    pub form: Parameters,
    /// The client's credentials in the `Authorization` header, decoded (RFC 6749 §2.3.1).
    pub basic: Option<BasicCredentials>,
    /// Whether the code verifier matches the code challenge (RFC 7636 §4.6); `None` when there was no verifier, or no
    /// code known to the provider.
    pub pkce_matched: Option<bool>,
}

/// A client's identifier and secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasicCredentials {
    /// The client identifier.
    pub id: String,
    /// The client secret.
    pub secret: String,
}

/// The parameters of a request, in the order in which they were received.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(crate) fn parse(encoded: &[u8]) -> Self {
        Self(
            url::form_urlencoded::parse(encoded)
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// Returns a parameter's first value.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// Returns every parameter with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the name of a repeated parameter, if there is one (RFC 6749 §3.1).
    pub(crate) fn repeated(&self) -> Option<&str> {
        self.0.iter().enumerate().find_map(|(index, (name, _))| {
            let before = &self.0[..index];
            before
                .iter()
                .any(|(other, _)| other == name)
                .then_some(name.as_str())
        })
    }
}

#[derive(Debug, Default)]
pub(crate) struct RequestLog(Mutex<Requests>);

impl RequestLog {
    pub(crate) fn count(&self, endpoint: Endpoint) {
        *lock(&self.0).count_mut(endpoint) += 1;
    }

    pub(crate) fn authorization(&self, parameters: Parameters) {
        let mut requests = lock(&self.0);
        requests.authorization += 1;
        remember(&mut requests.authorization_requests, parameters);
    }

    pub(crate) fn token(&self, request: TokenRequest) {
        let mut requests = lock(&self.0);
        requests.token += 1;
        remember(&mut requests.token_requests, request);
    }

    pub(crate) fn github(&self, endpoint: Endpoint, headers: Vec<(String, String)>) {
        let mut requests = lock(&self.0);
        *requests.count_mut(endpoint) += 1;
        remember(&mut requests.github_headers, Parameters(headers));
    }

    pub(crate) fn snapshot(&self) -> Requests {
        lock(&self.0).clone()
    }

    pub(crate) fn of(&self, endpoint: Endpoint) -> usize {
        lock(&self.0).count(endpoint)
    }

    pub(crate) fn forget(&self) {
        *lock(&self.0) = Requests::default();
    }
}

fn remember<T>(requests: &mut VecDeque<T>, request: T) {
    if requests.len() == REMEMBERED {
        requests.pop_front();
    }
    requests.push_back(request);
}

const REMEMBERED: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_keep_their_order_and_show_what_is_repeated() {
        let parameters = Parameters::parse(b"state=a&code=1%202&state=b");

        assert_eq!(parameters.first("state"), Some("a"));
        assert_eq!(parameters.first("code"), Some("1 2"));
        assert_eq!(parameters.repeated(), Some("state"));
        assert_eq!(Parameters::parse(b"a=1&b=1").repeated(), None);
    }

    #[test]
    fn only_the_latest_requests_are_remembered() {
        let mut requests: VecDeque<usize> = (0..REMEMBERED).collect();

        remember(&mut requests, REMEMBERED);

        assert_eq!(requests.len(), REMEMBERED);
        assert_eq!(requests.front(), Some(&1));
    }
}
