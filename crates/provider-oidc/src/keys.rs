//! The provider's signing keys (OpenID Connect Core §10.1).

mod usable;
mod verifying_key;

use serde::Deserialize;
use url::Url;

use crate::SigningAlgorithm;
use crate::discovery::Metadata;
use crate::document;
use crate::fault::ProviderFault;
use belgie_provider_http::{Get, HttpClient, json};

pub(crate) use verifying_key::VerifyingKey;

/// The keys of a key set that may verify ID tokens.
#[derive(Debug)]
pub(crate) struct Keys {
    /// The URL of the key set.
    pub(crate) source: Url,
    keys: Vec<VerifyingKey>,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<json::Members>,
}

impl Keys {
    /// Returns the keys that may have signed a token: those for its algorithm with its `kid`, or all of them if it has
    /// none. At most [`MAX_TRIES`], since each costs a signature check.
    pub(crate) fn candidates(
        &self,
        algorithm: SigningAlgorithm,
        kid: Option<&str>,
    ) -> impl Iterator<Item = &VerifyingKey> {
        let named = move |key: &&VerifyingKey| match kid {
            Some(kid) => key.id() == Some(kid),
            None => true,
        };
        let keys = self.keys.iter().filter(move |key| key.suits(algorithm));
        keys.filter(named).take(MAX_TRIES)
    }

    /// Returns how many there are.
    pub(crate) fn count(&self) -> usize {
        self.keys.len()
    }

    fn parse(source: &Url, body: &[u8]) -> Result<Self, ProviderFault> {
        let set: KeySet = json::object(body).map_err(|error| document::KEYS.malformed(error))?;
        if set.keys.len() > MAX_KEYS {
            let reason = format!("it has more than {MAX_KEYS} keys");
            return Err(document::KEYS.malformed(reason).into());
        }
        Ok(Self {
            source: source.clone(),
            keys: set.keys.into_iter().filter_map(usable::read).collect(),
        })
    }
}

/// Fetches the key set.
pub(crate) async fn fetch(metadata: &Metadata, http: &HttpClient) -> Result<Keys, ProviderFault> {
    let get = Get::new(metadata.network, &metadata.jwks_uri).limit(MAX_BYTES);
    let answer = http.get(get).await.map_err(document::KEYS.unavailable())?;
    Keys::parse(&metadata.jwks_uri, answer.body())
}

const MAX_BYTES: usize = 256 * 1024;
const MAX_KEYS: usize = 100;
const MAX_TRIES: usize = 10;

#[cfg(test)]
mod tests;
