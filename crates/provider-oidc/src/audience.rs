use serde::{Deserialize, Deserializer};

/// The audiences of a token: one, or a list of them (RFC 7519 §4.1.3).
#[derive(Debug)]
pub(crate) struct Audiences(Vec<String>);

impl Audiences {
    /// Returns whether one of them is the client.
    pub(crate) fn include(&self, client_id: &str) -> bool {
        self.0.iter().any(|audience| audience == client_id)
    }

    /// Returns all of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Returns whether there are several.
    pub(crate) fn are_several(&self) -> bool {
        self.0.len() > 1
    }
}

impl<'de> Deserialize<'de> for Audiences {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum OneOrMany {
            One(String),
            Many(Vec<String>),
        }
        Ok(Self(match OneOrMany::deserialize(deserializer)? {
            OneOrMany::One(audience) => vec![audience],
            OneOrMany::Many(audiences) => audiences,
        }))
    }
}
