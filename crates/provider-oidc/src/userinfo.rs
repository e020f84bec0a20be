//! The userinfo endpoint (OpenID Connect Core §5.3).

use belgie_domain::Subject;
use belgie_ports::ProviderError;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::fault::{Document, invalid};
use crate::profile::Profile;
use belgie_provider_http::{Get, HttpClient, Network, json};

/// Fetches the profile of a person, which must have the subject of the ID token (§5.3.2).
pub(crate) async fn fetch(
    http: &HttpClient,
    network: Network,
    url: &Url,
    access_token: &str,
    subject: &Subject,
) -> Result<Profile, ProviderError> {
    let unavailable = Document::Userinfo.unavailable();
    let get = Get::new(network, url).bearer(access_token).limit(MAX_BYTES);
    let answer = http.get(get).await.map_err(&unavailable)?;
    json::check_content_type(&answer).map_err(&unavailable)?;
    read(answer.body(), subject)
}

/// The claim that decides.
#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    sub: Value,
}

fn read(claims: &[u8], subject: &Subject) -> Result<Profile, ProviderError> {
    let malformed = |error| Document::Userinfo.malformed(error);
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
