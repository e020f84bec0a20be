//! The userinfo endpoint (OpenID Connect Core §5.3).

use belgie_domain::{Issuer, Subject};
use belgie_ports::ProviderError;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::audience::Audiences;
use crate::discovery::Metadata;
use crate::document;
use crate::fault::{ProviderFault, invalid};
use crate::id_token::IdToken;
use crate::issuer_rule::IssuerRule;
use crate::jwt::VerifiedJwt;
use crate::key_cache::KeyCache;
use crate::profile::Profile;
use belgie_provider_http::{Fault, Get, HttpClient, json, printable};

/// The userinfo endpoint of a provider.
pub(crate) struct UserinfoEndpoint<'a> {
    pub(crate) url: &'a Url,
    pub(crate) client_id: &'a str,
    pub(crate) issuer_rule: &'a IssuerRule,
    pub(crate) metadata: &'a Metadata,
    pub(crate) keys: &'a KeyCache,
    pub(crate) http: &'a HttpClient,
}

/// A response that has not been checked.
enum Answer {
    Json(Vec<u8>),
    Jwt(String),
}

impl UserinfoEndpoint<'_> {
    /// Fetches the profile of the person to whom an ID token was issued.
    ///
    /// # Errors
    /// [`ProviderError::InvalidIdentity`] when the response is about another person or for another client (§5.3.2),
    /// any other error when there is no usable response.
    pub(crate) async fn profile(
        &self,
        access_token: &str,
        id_token: &IdToken,
    ) -> Result<Profile, ProviderError> {
        let claims = match self.fetch(access_token).await? {
            Answer::Json(claims) => claims,
            Answer::Jwt(token) => {
                let jwt = self.verified(&token).await?;
                let key_issuer = jwt.key_issuer.as_ref();
                if !self.issuer_rule.allows_key(key_issuer, &id_token.issuer) {
                    return Err(refusal("userinfo is signed by a key of another issuer"));
                }
                check_signed_for(&jwt.payload, &id_token.issuer, self.client_id)?;
                jwt.payload
            }
        };
        read(&claims, &id_token.subject)
    }

    async fn fetch(&self, access_token: &str) -> Result<Answer, ProviderFault> {
        let unavailable = document::USERINFO.unavailable();
        let get =
            Get::new(self.metadata.network, self.url).accept("application/json, application/jwt");
        let get = get.bearer(access_token).limit(MAX_BYTES);
        let answer = self.http.get(get).await.map_err(&unavailable)?;
        if json::media_type(&answer).as_deref() == Some("application/jwt") {
            let token = String::from_utf8(answer.into_body());
            let token = token.map_err(|_| document::USERINFO.malformed("it is not text"))?;
            return Ok(Answer::Jwt(token.trim_ascii().to_owned()));
        }
        json::check_content_type(&answer).map_err(&unavailable)?;
        Ok(Answer::Json(answer.into_body()))
    }

    /// Verifies a signed response with the keys and algorithms of ID tokens.
    async fn verified(&self, token: &str) -> Result<VerifiedJwt, ProviderFault> {
        let jwt = self.keys.verify(token, self.metadata, self.http).await?;
        let verified = jwt.map_err(|error| Fault::Malformed {
            document: document::USERINFO,
            reason: printable(&format!("it {error}")),
        });
        Ok(verified?)
    }
}

/// The claims that a signed response should have.
#[derive(Deserialize)]
struct SignedClaims {
    #[serde(default, deserialize_with = "json::present")]
    iss: Option<String>,
    #[serde(default, deserialize_with = "json::present")]
    aud: Option<Audiences>,
}

/// Checks for whom a response is signed, and by whom, where it says so.
fn check_signed_for(claims: &[u8], issuer: &Issuer, client_id: &str) -> Result<(), ProviderError> {
    let claims = json::object(claims);
    let SignedClaims { iss, aud } = claims.map_err(|error| document::USERINFO.malformed(error))?;
    if iss.is_some_and(|iss| iss != issuer.as_str()) {
        return Err(refusal("userinfo is of another issuer (iss)"));
    }
    if aud.is_some_and(|audiences| !audiences.include(client_id)) {
        return Err(refusal("userinfo is for another client (aud)"));
    }
    Ok(())
}

/// The claim that decides.
#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    sub: Value,
}

fn read(claims: &[u8], subject: &Subject) -> Result<Profile, ProviderError> {
    let malformed = |error| document::USERINFO.malformed(error);
    let profile = Profile::read(claims).map_err(malformed)?;
    let Claims { sub } = json::object(claims).map_err(malformed)?;
    match sub {
        Value::String(sub) if sub == subject.as_str() => Ok(profile),
        Value::String(_) => Err(refusal("userinfo is of another subject")),
        _ => Err(refusal("userinfo does not name its subject")),
    }
}

fn refusal(reason: &str) -> ProviderError {
    ProviderError::InvalidIdentity(invalid(reason))
}

const MAX_BYTES: usize = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Profile, ProviderError> {
        super::read(body.as_bytes(), &"subject-1".parse().unwrap())
    }

    #[test]
    fn idt_17_userinfo_must_be_of_the_same_subject() {
        assert!(read(r#"{"sub":"subject-1","name":"Jane"}"#).is_ok());
        for body in [
            "{}",
            r#"{"sub":"subject-2"}"#,
            r#"{"sub":"SUBJECT-1"}"#,
            r#"{"sub":""}"#,
            r#"{"sub":null}"#,
            r#"{"sub":7}"#,
            r#"{"sub":["subject-1"]}"#,
        ] {
            assert!(
                matches!(read(body), Err(ProviderError::InvalidIdentity(_))),
                "{body}"
            );
        }
    }

    #[test]
    fn idt_17_userinfo_that_cannot_be_read_is_refused() {
        for body in [
            "",
            "[]",
            "null",
            r#"{"sub":"subject-1","sub":"subject-1"}"#,
            r#"{"sub":"subject-1","email":"a@example.com","email":"b@example.com"}"#,
            r#"{"sub":"subject-1""#,
            r#"{"sub":"subject-1"}{"sub":"subject-2"}"#,
            r#"{"sub":"subject-1"}<p>"#,
        ] {
            assert!(
                matches!(read(body), Err(ProviderError::Unavailable(_))),
                "{body}"
            );
        }
    }

    #[test]
    fn idt_17_signed_userinfo_is_of_the_issuer_and_for_the_client_where_it_says_so() {
        let issuer = "https://id.example.com".parse().unwrap();
        let check = |claims: &str| check_signed_for(claims.as_bytes(), &issuer, "client");

        for claims in [
            "{}",
            r#"{"iss":"https://id.example.com","aud":"client"}"#,
            r#"{"aud":["other","client"]}"#,
        ] {
            assert!(check(claims).is_ok(), "{claims}");
        }
        for claims in [
            r#"{"iss":"https://id.example.com/"}"#,
            r#"{"iss":""}"#,
            r#"{"aud":"other"}"#,
            r#"{"aud":["other"]}"#,
            r#"{"aud":[]}"#,
        ] {
            let error = check(claims).unwrap_err();
            assert!(
                matches!(error, ProviderError::InvalidIdentity(_)),
                "{claims}"
            );
        }
        for claims in [
            r#"{"iss":null}"#,
            r#"{"aud":null}"#,
            r#"{"aud":7}"#,
            r#"{"iss":["https://id.example.com"]}"#,
            r#"{"aud":"client","aud":"client"}"#,
            "[]",
        ] {
            let error = check(claims).unwrap_err();
            assert!(matches!(error, ProviderError::Unavailable(_)), "{claims}");
        }
    }

    #[test]
    fn lnk_03_userinfo_verifies_an_address_by_a_json_true_or_the_text_true() {
        let verified = |value: &str| {
            let body = format!(
                r#"{{"sub":"subject-1","email":"a@example.com","email_verified":{value}}}"#
            );
            read(&body).unwrap().email.unwrap().verified
        };

        for value in ["true", r#""true""#] {
            assert!(verified(value), "{value}");
        }
        for value in ["false", "null", "1", r#""True""#, "[true]"] {
            assert!(!verified(value), "{value}");
        }
    }
}
