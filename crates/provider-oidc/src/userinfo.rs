//! The userinfo endpoint (OpenID Connect Core §5.3).

use std::convert::Infallible;

use belgie_domain::Subject;
use belgie_ports::ProviderError;
use openidconnect::core::CoreGenderClaim;
use openidconnect::{EmptyAdditionalClaims, SubjectIdentifier, UserInfoClaims, UserInfoError};
use url::Url;

use crate::fault::{Document, invalid};
use crate::profile::Profile;
use belgie_provider_http::{Get, HttpClient, Network, json};

type Claims = UserInfoClaims<EmptyAdditionalClaims, CoreGenderClaim>;

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

fn read(body: &[u8], subject: &Subject) -> Result<Profile, ProviderError> {
    json::check_object(body).map_err(|error| Document::Userinfo.malformed(error))?;
    let expected = SubjectIdentifier::new(subject.as_str().to_owned());
    let claims = Claims::from_json::<Infallible>(body, Some(&expected)).map_err(refusal)?;
    Ok(Profile::of_userinfo(claims.standard_claims()))
}

/// Removes what openidconnect quotes: an unexpected subject belongs to someone else.
fn refusal(error: UserInfoError<Infallible>) -> ProviderError {
    match error {
        UserInfoError::ClaimsVerification(_) => {
            ProviderError::InvalidIdentity(invalid("userinfo is of another subject"))
        }
        UserInfoError::Parse(error) => Document::Userinfo.malformed(error).into(),
        other => Document::Userinfo.malformed(other).into(),
    }
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
            r#"{"sub":"subject-2"}"#,
            r#"{"sub":"SUBJECT-1"}"#,
            r#"{"sub":""}"#,
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
            "{}",
            "[]",
            "null",
            r#"{"sub":null}"#,
            r#"{"sub":7}"#,
            r#"{"sub":"subject-1","sub":"subject-1"}"#,
            r#"{"sub":"subject-1","email_verified":"true"}"#,
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
}
