//! Refusals of the token endpoint (RFC 6749 §5.2).

use actix_web::http::StatusCode;
use serde_json::json;

use crate::reply::Reply;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenError {
    InvalidClient,
    InvalidGrant(&'static str),
    InvalidRequest(&'static str),
    InvalidScope,
    OtherRedirectUri,
    UnsupportedGrantType,
}

impl TokenError {
    pub(crate) fn reply(self) -> Reply {
        let (code, description) = match self {
            Self::InvalidClient => ("invalid_client", "unknown client or wrong secret"),
            Self::InvalidGrant(description) => ("invalid_grant", description),
            Self::InvalidRequest(description) => ("invalid_request", description),
            Self::OtherRedirectUri => ("invalid_grant", "another redirect_uri"),
            Self::InvalidScope => ("invalid_scope", "more than was granted"),
            Self::UnsupportedGrantType => ("unsupported_grant_type", "unknown grant type"),
        };
        let body = json!({ "error": code, "error_description": description });
        let reply = Reply::json(self.status(), &body).no_store();
        match self {
            Self::InvalidClient => reply.header("www-authenticate", r#"Basic realm="token""#),
            _ => reply,
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::InvalidClient => StatusCode::UNAUTHORIZED,
            Self::InvalidGrant(_)
            | Self::InvalidRequest(_)
            | Self::InvalidScope
            | Self::OtherRedirectUri
            | Self::UnsupportedGrantType => StatusCode::BAD_REQUEST,
        }
    }
}
