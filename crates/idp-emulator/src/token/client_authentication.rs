//! Client authentication at the token endpoint (RFC 6749 §2.3.1).

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::TokenError;
use crate::client::Client;
use crate::provider::Provider;
use crate::request_log::{BasicCredentials, Parameters};

/// Reads the `Authorization` header, if there is one. It is an error if the header is not well-formed `Basic`.
pub(crate) fn basic_credentials(
    request: &HttpRequest,
) -> Result<Option<BasicCredentials>, TokenError> {
    let Some(header) = request.headers().get(AUTHORIZATION) else {
        return Ok(None);
    };
    let header = header.to_str().map_err(|_| TokenError::InvalidClient)?;
    parse_basic(header)
        .map(Some)
        .ok_or(TokenError::InvalidClient)
}

/// Returns the authenticated client. It authenticates by header or by form, but not by both; a public client only names
/// itself in the form.
pub(crate) fn authenticate<'a>(
    provider: &'a Provider,
    basic: Option<&BasicCredentials>,
    form: &Parameters,
) -> Result<&'a Client, TokenError> {
    let (id, secret) = match (basic, form.first("client_id"), form.first("client_secret")) {
        (Some(_), _, Some(_)) => {
            return Err(TokenError::InvalidRequest(
                "the client authenticates in two ways",
            ));
        }
        (Some(basic), Some(id), None) if basic.id != id => return Err(TokenError::InvalidClient),
        (Some(basic), _, None) => (basic.id.as_str(), Some(basic.secret.as_str())),
        (None, Some(id), secret) => (id, secret),
        (None, None, _) => return Err(TokenError::InvalidClient),
    };
    provider
        .find_client(id)
        .filter(|client| client.secret.as_deref() == secret)
        .ok_or(TokenError::InvalidClient)
}

fn parse_basic(header: &str) -> Option<BasicCredentials> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some(BasicCredentials {
        id: form_decode(id),
        secret: form_decode(secret),
    })
}

/// Decodes `application/x-www-form-urlencoded` text that is one value, not a list of them.
fn form_decode(text: &str) -> String {
    let value = text.replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(value.as_bytes())
        .next()
        .map(|(text, _)| text.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_form_decoded() {
        // RFC 6749 §2.3.1 with appendix B: "a:b c" and "p%+é&=".
        let header = format!("Basic {}", STANDARD.encode("a%3Ab+c:p%25%2B%C3%A9%26%3D"));

        let credentials = parse_basic(&header).unwrap();

        assert_eq!(credentials.id, "a:b c");
        assert_eq!(credentials.secret, "p%+é&=");
    }

    #[test]
    fn what_is_not_basic_is_not_read() {
        for header in ["", "Basic", "Basic ???", "Bearer YTpi", "Basic YWI="] {
            assert_eq!(parse_basic(header), None, "{header}");
        }
    }

    #[test]
    fn an_empty_value_stays_empty() {
        assert_eq!(form_decode(""), "");
        assert_eq!(form_decode("a&b=c"), "a&b=c");
    }
}
