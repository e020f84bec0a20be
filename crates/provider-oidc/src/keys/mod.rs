//! The keys that the provider signs with (OpenID Connect Core §10.1).

mod usable;

use openidconnect::JsonWebKey as _;
use openidconnect::core::CoreJsonWebKey;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::discovery::Metadata;
use crate::http::{Get, HttpClient};
use crate::json;
use crate::unusable::{Document, Unusable};

/// The keys of a key set that may verify an ID token.
#[derive(Debug)]
pub(crate) struct Keys {
    /// Where they were read.
    pub(crate) source: Url,
    keys: Vec<CoreJsonWebKey>,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl Keys {
    /// Returns the keys that a token may have been signed with: those of its `kid`, or all when it names none.
    pub(crate) fn candidates(&self, kid: Option<&str>) -> impl Iterator<Item = &CoreJsonWebKey> {
        self.keys.iter().filter(move |key| match kid {
            Some(kid) => key.key_id().is_some_and(|id| id.as_str() == kid),
            None => true,
        })
    }

    fn parse(source: &Url, body: &[u8]) -> Result<Self, Unusable> {
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
pub(crate) async fn fetch(metadata: &Metadata, http: &HttpClient) -> Result<Keys, Unusable> {
    let get = Get {
        network: metadata.network,
        url: &metadata.jwks_uri,
        bearer: None,
        limit: LONGEST,
    };
    let answer = http.get(get).await.map_err(Document::Keys.unavailable())?;
    Keys::parse(&metadata.jwks_uri, answer.body())
}

const LONGEST: usize = 256 * 1024;
const MOST_KEYS: usize = 100;

#[cfg(test)]
mod tests;
