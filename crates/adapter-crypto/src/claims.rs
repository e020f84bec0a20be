//! The claims of an access token in JSON.

use belgie_domain::{AccessTokenClaims, Profile};
use belgie_ports::AccessTokenError;
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What is signed. The claims that decide are required, and have one type each.
#[derive(Deserialize, Serialize)]
pub(crate) struct ClaimsJson {
    iss: String,
    sub: String,
    aud: String,
    sid: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

impl From<&AccessTokenClaims> for ClaimsJson {
    fn from(claims: &AccessTokenClaims) -> Self {
        Self {
            iss: claims.issuer.clone(),
            sub: claims.subject.to_string(),
            aud: claims.audience.clone(),
            sid: claims.session.to_string(),
            email: claims.profile.email.clone(),
            name: claims.profile.name.clone(),
            role: claims.profile.role.as_ref().map(ToString::to_string),
            iat: claims.issued_at.timestamp(),
            exp: claims.expires_at.timestamp(),
            jti: claims.id,
        }
    }
}

impl TryFrom<ClaimsJson> for AccessTokenClaims {
    type Error = AccessTokenError;

    fn try_from(json: ClaimsJson) -> Result<Self, AccessTokenError> {
        let invalid = |_| AccessTokenError::Invalid("has ids that are not UUIDs");
        let time = |seconds| DateTime::from_timestamp(seconds, 0);
        let (issued_at, expires_at) = time(json.iat)
            .zip(time(json.exp))
            .ok_or(AccessTokenError::Invalid("has times that are out of range"))?;
        let subject = json.sub.parse().map_err(invalid)?;
        let session = json.sid.parse().map_err(invalid)?;
        let mut profile = Profile::default();
        profile.email = json.email;
        profile.name = json.name;
        profile.role = json.role.and_then(|role| role.parse().ok());
        let claims = Self::new(
            (json.iss, json.aud),
            (subject, session),
            (issued_at, expires_at),
            json.jti,
        );
        Ok(claims.with_profile(profile))
    }
}
