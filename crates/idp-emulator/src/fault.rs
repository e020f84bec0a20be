//! Deliberate faults.

mod active;
mod answer;
mod kinds;

pub(crate) use active::Faults;
pub use answer::Answer;
pub use kinds::{
    AuthorizationFault, DiscoveryFault, GithubFault, IdTokenFault, JwksFault, Signature,
    TokenReplyFault, UserinfoFault,
};

use serde_json::{Map, Value};

use crate::request_log::Endpoint;

/// A deliberate fault of the provider. Several may be active together.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// In the discovery document.
    Discovery(DiscoveryFault),
    /// In the JSON Web Key Set.
    Jwks(JwksFault),
    /// In the authorization response.
    Authorization(AuthorizationFault),
    /// In the token endpoint's JSON reply.
    TokenReply(TokenReplyFault),
    /// In the ID token.
    IdToken(IdTokenFault),
    /// In the userinfo reply.
    Userinfo(UserinfoFault),
    /// In GitHub's API.
    Github(GithubFault),
    /// An endpoint's response is replaced, or delivered in another manner.
    Answer {
        /// The endpoint.
        endpoint: Endpoint,
        /// How it responds.
        answer: Answer,
    },
}

impl Fault {
    /// Sets a claim of the ID token to any JSON value.
    pub fn claim(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::IdToken(IdTokenFault::ClaimSet {
            name: name.into(),
            value: value.into(),
        })
    }

    /// Removes a claim from the ID token.
    pub fn without_claim(name: impl Into<String>) -> Self {
        Self::IdToken(IdTokenFault::ClaimRemoved { name: name.into() })
    }

    /// Moves the ID token's `claim` (`iat`, `exp` …) relative to the provider's time of issue.
    pub fn claim_at(name: impl Into<String>, seconds_from_now: i64) -> Self {
        Self::IdToken(IdTokenFault::ClaimAt {
            name: name.into(),
            seconds_from_now,
        })
    }

    /// Issues the ID token for another tenant of Microsoft, which both `tid` and `iss` name.
    pub fn tenant(id: impl Into<String>) -> Self {
        Self::IdToken(IdTokenFault::Tenant(id.into()))
    }

    /// Sets a field of the ID token's header.
    pub fn header(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::IdToken(IdTokenFault::HeaderSet {
            name: name.into(),
            value: value.into(),
        })
    }

    /// Removes a field from the ID token's header.
    pub fn without_header(name: impl Into<String>) -> Self {
        Self::IdToken(IdTokenFault::HeaderRemoved { name: name.into() })
    }

    /// Signs the ID token in another way.
    pub fn signature(signature: Signature) -> Self {
        Self::IdToken(IdTokenFault::Signature(signature))
    }

    /// Sets a field of the discovery document.
    pub fn discovery(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::Discovery(DiscoveryFault::FieldSet {
            name: name.into(),
            value: value.into(),
        })
    }

    /// Removes a field from the discovery document.
    pub fn without_discovery(name: impl Into<String>) -> Self {
        Self::Discovery(DiscoveryFault::FieldRemoved { name: name.into() })
    }

    /// Sets a field of the token endpoint's reply.
    pub fn token_reply(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::TokenReply(TokenReplyFault::FieldSet {
            name: name.into(),
            value: value.into(),
        })
    }

    /// Removes a field from the token endpoint's response.
    pub fn without_token_reply(name: impl Into<String>) -> Self {
        Self::TokenReply(TokenReplyFault::FieldRemoved { name: name.into() })
    }

    /// Makes the token endpoint return an error of RFC 6749 §5.2; at GitHub with status 200.
    pub fn token_error(code: impl Into<String>) -> Self {
        Self::TokenReply(TokenReplyFault::Error { code: code.into() })
    }

    /// Sets a claim of the userinfo reply.
    pub fn userinfo(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::Userinfo(UserinfoFault::ClaimSet {
            name: name.into(),
            value: value.into(),
        })
    }

    /// Removes a claim from the userinfo response.
    pub fn without_userinfo(name: impl Into<String>) -> Self {
        Self::Userinfo(UserinfoFault::ClaimRemoved { name: name.into() })
    }

    /// Sets a field of GitHub's `/user`.
    pub fn github_user(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::Github(GithubFault::UserSet {
            name: name.into(),
            value: value.into(),
        })
    }

    /// Removes a field from GitHub's `/user`.
    pub fn without_github_user(name: impl Into<String>) -> Self {
        Self::Github(GithubFault::UserRemoved { name: name.into() })
    }

    /// Sets a parameter of the authorization response (`iss`, `state` …).
    pub fn callback(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self::Authorization(AuthorizationFault::ParameterSet {
            name: name.into(),
            value: value.into(),
        })
    }

    /// Removes a parameter from the authorization response.
    pub fn without_callback(name: impl Into<String>) -> Self {
        Self::Authorization(AuthorizationFault::ParameterRemoved { name: name.into() })
    }

    /// Answers every authorization request with an error of RFC 6749 §4.1.2.1.
    pub fn authorization_error(code: impl Into<String>, description: impl Into<String>) -> Self {
        Self::Authorization(AuthorizationFault::Error {
            code: code.into(),
            description: description.into(),
        })
    }

    /// Replaces an endpoint's response.
    pub fn answer(endpoint: Endpoint, answer: Answer) -> Self {
        Self::Answer { endpoint, answer }
    }
}

/// Sets or, without a value, removes a field of a JSON object.
pub(crate) fn edit(object: &mut Map<String, Value>, name: &str, value: Option<&Value>) {
    match value {
        Some(value) => {
            object.insert(name.to_owned(), value.clone());
        }
        None => {
            object.remove(name);
        }
    }
}
