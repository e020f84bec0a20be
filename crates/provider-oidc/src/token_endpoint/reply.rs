use std::time::Duration;

use belgie_ports::ProviderTokens;
use chrono::{DateTime, Utc};
use oauth2::basic::BasicTokenType;
use oauth2::helpers::deserialize_untagged_enum_case_insensitive;
use oauth2::{AccessToken, RefreshToken, Scope, TokenResponse};
use serde::de::{Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};

/// The response of the token endpoint (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3), read as it is sent: `scope` may be an
/// array, and an `expires_in` that is not a number of seconds counts as not stated.
///
/// The ID token is kept as text: it is checked before it is parsed.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct TokenReply {
    access_token: AccessToken,
    #[serde(deserialize_with = "deserialize_untagged_enum_case_insensitive")]
    token_type: BasicTokenType,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<u64>,
    refresh_token: Option<RefreshToken>,
    #[serde(default, rename = "scope", deserialize_with = "scopes")]
    scopes: Option<Vec<Scope>>,
    id_token: Option<String>,
}

impl TokenReply {
    /// Returns the access token, which fits a header once it is checked.
    pub(crate) fn access_token(&self) -> &str {
        self.access_token.secret()
    }

    /// Returns the ID token, if there is one.
    pub(crate) fn id_token(&self) -> Option<&str> {
        self.id_token.as_deref().filter(|token| !token.is_empty())
    }

    /// Leaves the ID token out.
    pub(crate) fn without_id_token(self) -> Self {
        Self {
            id_token: None,
            ..self
        }
    }

    /// Returns the granted scope, separated by spaces.
    pub(crate) fn scope(&self) -> Option<String> {
        let scopes: Vec<&str> = self
            .scopes
            .iter()
            .flatten()
            .map(|one| one.as_str())
            .collect();
        (!scopes.is_empty()).then(|| scopes.join(" "))
    }

    /// Creates tokens from a response received at `now`.
    pub(crate) fn into_tokens(self, now: DateTime<Utc>) -> ProviderTokens {
        let scope = self.scope();
        let expires_in = self.expires_in;
        let refresh_token = self.refresh_token.map(RefreshToken::into_secret);
        let mut tokens = ProviderTokens::new(self.access_token.into_secret());
        if let Some(id_token) = self.id_token {
            tokens = tokens.with_id_token(id_token);
        }
        if let Some(refresh_token) = refresh_token.filter(|token| !token.is_empty()) {
            tokens = tokens.with_refresh_token(refresh_token);
        }
        if let Some(scope) = scope {
            tokens = tokens.with_scope(scope);
        }
        match expires_in {
            Some(seconds) => tokens.with_expires_in(seconds, now),
            None => tokens,
        }
    }
}

impl TokenResponse for TokenReply {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &BasicTokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        self.expires_in.map(Duration::from_secs)
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        self.scopes.as_ref()
    }
}

impl std::fmt::Debug for TokenReply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenReply").finish_non_exhaustive()
    }
}

/// Deserializes a number of seconds, also as text (Entra ID v1). Nothing depends on it, so anything else is ignored.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Seconds {
        Number(u64),
        Text(String),
        Other(IgnoredAny),
    }
    Ok(match Seconds::deserialize(deserializer)? {
        Seconds::Number(seconds) => Some(seconds),
        Seconds::Text(text) => text.parse().ok(),
        Seconds::Other(_) => None,
    })
}

/// Deserializes scopes separated by spaces (RFC 6749 §3.3), or an array of them (Twitch).
fn scopes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Scope>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Scopes {
        Text(String),
        Array(Vec<String>),
        Null(()),
    }
    let texts = match Scopes::deserialize(deserializer) {
        Ok(Scopes::Text(text)) => vec![text],
        Ok(Scopes::Array(texts)) => texts,
        Ok(Scopes::Null(())) => return Ok(None),
        Err(_) => {
            return Err(D::Error::custom(
                "scope: neither text nor an array of texts",
            ));
        }
    };
    let scopes = texts.iter().flat_map(|text| text.split_whitespace());
    Ok(Some(
        scopes.map(|scope| Scope::new(scope.to_owned())).collect(),
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn reply(name: &str, value: Value) -> Result<TokenReply, serde_json::Error> {
        let mut reply = json!({ "access_token": "a", "token_type": "bearer", "id_token": "i" });
        reply[name] = value;
        serde_json::from_str(&reply.to_string())
    }

    #[test]
    fn a_scope_is_text_or_an_array() {
        for (value, scope) in [
            (json!("openid email"), Some("openid email")),
            (json!(["openid", "email"]), Some("openid email")),
            (json!(["openid email"]), Some("openid email")),
            (json!(" openid  email "), Some("openid email")),
            (json!(""), None),
            (json!([]), None),
            (Value::Null, None),
        ] {
            let found = reply("scope", value.clone()).unwrap().scope();

            assert_eq!(found.as_deref(), scope, "{value}");
        }
        for value in [json!(7), json!(true), json!({}), json!([7]), json!([null])] {
            assert!(reply("scope", value.clone()).is_err(), "{value}");
        }
    }

    #[test]
    fn a_lifetime_is_a_number_or_its_text_and_anything_else_is_none() {
        for (value, seconds) in [
            (json!(3600), Some(3600)),
            (json!("3600"), Some(3600)),
            (json!(0), Some(0)),
            (Value::Null, None),
            (json!("1h"), None),
            (json!(""), None),
            (json!(-1), None),
            (json!(1.5), None),
            (json!(true), None),
            (json!([3600]), None),
            (json!({ "seconds": 3600 }), None),
        ] {
            let found = reply("expires_in", value.clone()).unwrap().expires_in();

            assert_eq!(found, seconds.map(Duration::from_secs), "{value}");
        }
    }

    #[test]
    fn cfg_03_a_reply_does_not_print_its_tokens() {
        let reply = reply("refresh_token", json!("c4nary")).unwrap();

        assert_eq!(format!("{reply:?}"), "TokenReply { .. }");
    }

    #[test]
    fn idt_14_a_repeated_field_is_refused() {
        let text = r#""access_token":"a","token_type":"bearer","id_token":"i""#;
        assert!(serde_json::from_str::<TokenReply>(&format!("{{{text}}}")).is_ok());
        for twice in [
            r#""access_token":"a""#,
            r#""token_type":"bearer""#,
            r#""id_token":"i""#,
            r#""scope":"a","scope":"a""#,
            r#""expires_in":1,"expires_in":1"#,
            r#""refresh_token":"a","refresh_token":"a""#,
        ] {
            let reply = serde_json::from_str::<TokenReply>(&format!("{{{text},{twice}}}"));
            assert!(reply.is_err(), "{twice}");
        }
    }
}
