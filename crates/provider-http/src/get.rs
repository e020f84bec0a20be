use http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use url::Url;

use crate::{HttpError, Network, Request};

/// A request for a document.
#[derive(Clone, Copy)]
#[must_use]
pub struct Get<'a> {
    pub(crate) network: Network,
    pub(crate) limit: usize,
    url: &'a Url,
    accept: &'a str,
    bearer: Option<&'a str>,
    headers: &'a [(&'a str, &'a str)],
}

impl<'a> Get<'a> {
    /// Requests JSON of at most 256 KiB.
    pub fn new(network: Network, url: &'a Url) -> Self {
        Self {
            network,
            limit: LIMIT,
            url,
            accept: "application/json",
            bearer: None,
            headers: &[],
        }
    }

    /// Sets the media type to request.
    pub fn accept(mut self, media_type: &'a str) -> Self {
        self.accept = media_type;
        self
    }

    /// Adds an access token (RFC 6750 §2.1).
    pub fn bearer(mut self, token: &'a str) -> Self {
        self.bearer = Some(token);
        self
    }

    /// Sets further headers, by name and value.
    pub fn headers(mut self, headers: &'a [(&'a str, &'a str)]) -> Self {
        self.headers = headers;
        self
    }

    /// Sets the maximum length of the response, in bytes.
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    pub(crate) fn request(&self) -> Result<Request, HttpError> {
        let mut request = http::Request::get(self.url.as_str()).header(ACCEPT, self.accept);
        for (name, value) in self.headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = self.bearer {
            let mut value = HeaderValue::try_from(format!("Bearer {token}"))
                .map_err(|error| HttpError::Request(error.to_string()))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        request
            .body(Vec::new())
            .map_err(|error| HttpError::Request(error.to_string()))
    }
}

/// Omits the token.
impl std::fmt::Debug for Get<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Get")
            .field("url", &self.url.as_str())
            .field("network", &self.network)
            .finish_non_exhaustive()
    }
}

const LIMIT: usize = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_token_that_fits_no_header_is_an_error_and_no_panic() {
        let url = Url::parse("http://127.0.0.1/").unwrap();
        let get = Get::new(Network::Inside, &url).bearer("a\r\nX-Injected: 1");

        assert!(matches!(get.request(), Err(HttpError::Request(_))));
    }

    #[test]
    fn further_headers_are_sent() {
        let url = Url::parse("http://127.0.0.1/").unwrap();
        let get = Get::new(Network::Inside, &url);

        let request = get.headers(&[("X-Api-Version", "2")]).request().unwrap();
        assert_eq!(request.headers()["x-api-version"], "2");

        let broken = get.headers(&[("X-Api-Version", "a\nb")]).request();
        assert!(matches!(broken, Err(HttpError::Request(_))));
    }

    #[test]
    fn cfg_03_a_request_does_not_print_its_token() {
        let url = Url::parse("http://127.0.0.1/").unwrap();
        let get = Get::new(Network::Inside, &url).bearer("c4nary");

        assert!(!format!("{get:?} {:?}", get.request()).contains("c4nary"));
    }
}
