use http::header::{ACCEPT, CONTENT_TYPE};
use url::Url;
use url::form_urlencoded::Serializer;

use crate::{HttpError, Request};

/// Creates a POST request with a form, to be answered in JSON: the request of a token endpoint (RFC 6749 §4.1.3), for
/// [`HttpClient::send`](crate::HttpClient::send).
///
/// # Errors
/// [`HttpError::Request`] for a URL that cannot be requested.
pub fn post_form<'a>(
    url: &Url,
    fields: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Request, HttpError> {
    let form = Serializer::new(String::new()).extend_pairs(fields).finish();
    http::Request::post(url.as_str())
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form.into_bytes())
        .map_err(|error| HttpError::Request(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_encoded() {
        let url = Url::parse("https://idp.example/token").unwrap();

        let request = post_form(&url, [("code", "a&b=c"), ("code_verifier", "ü ~")]).unwrap();

        assert_eq!(request.uri(), "https://idp.example/token");
        let body = String::from_utf8(request.into_body()).unwrap();
        assert_eq!(body, "code=a%26b%3Dc&code_verifier=%C3%BC+%7E");
    }
}
