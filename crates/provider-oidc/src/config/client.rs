use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// The credentials under which the provider knows this client.
#[derive(Clone)]
pub struct ClientCredentials {
    pub(crate) id: String,
    secret: Option<SecretString>,
}

impl ClientCredentials {
    /// Creates the credentials of a confidential client (RFC 6749 §2.1) from its identifier and secret.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secret: Some(secret.into().into()),
        }
    }

    /// Creates the credentials of a public client, which has no secret.
    pub fn public(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secret: None,
        }
    }

    pub(crate) fn secret(&self) -> Option<&str> {
        self.secret.as_ref().map(ExposeSecret::expose_secret)
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
