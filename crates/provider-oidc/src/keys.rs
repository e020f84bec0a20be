//! The keys that the provider signs with (OpenID Connect Core §10.1).

mod usable;
mod verifying_key;

use openidconnect::JsonWebKey as _;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::SigningAlgorithm;
use crate::discovery::Metadata;
use crate::fault::{Document, ProviderFault};
use belgie_provider_http::{Get, HttpClient, json};

pub(crate) use verifying_key::VerifyingKey;

/// The keys of a key set that may verify an ID token.
#[derive(Debug)]
pub(crate) struct Keys {
    /// Where they were read.
    pub(crate) source: Url,
    keys: Vec<VerifyingKey>,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl Keys {
    /// Returns the keys that a token may have been signed with: of the type that its algorithm needs, those of its
    /// `kid`, or all when it names none. There are at most [`MOST_TRIES`], as each costs a signature check.
    pub(crate) fn candidates(
        &self,
        algorithm: SigningAlgorithm,
        kid: Option<&str>,
    ) -> impl Iterator<Item = &VerifyingKey> {
        let named = move |key: &&VerifyingKey| match kid {
            Some(kid) => key.key_id().is_some_and(|id| id.as_str() == kid),
            None => true,
        };
        let keys = self.keys.iter();
        keys.filter(move |key| *key.key_type() == algorithm.key_type())
            .filter(named)
            .take(MOST_TRIES)
    }

    fn parse(source: &Url, body: &[u8]) -> Result<Self, ProviderFault> {
        let set: KeySet = json::object(body).map_err(|error| Document::Keys.malformed(error))?;
        if set.keys.len() > MOST_KEYS {
            return Err(Document::Keys.malformed(format!("it has more than {MOST_KEYS} keys")));
        }
        Ok(Self {
            source: source.clone(),
            keys: set.keys.into_iter().filter_map(usable::read).collect(),
        })
    }
}

/// Fetches the key set.
pub(crate) async fn fetch(metadata: &Metadata, http: &HttpClient) -> Result<Keys, ProviderFault> {
    let get = Get::new(metadata.network, &metadata.jwks_uri).limit(LONGEST);
    let answer = http.get(get).await.map_err(Document::Keys.unavailable())?;
    Keys::parse(&metadata.jwks_uri, answer.body())
}

const LONGEST: usize = 256 * 1024;
const MOST_KEYS: usize = 100;
const MOST_TRIES: usize = 10;

#[cfg(test)]
mod tests;
