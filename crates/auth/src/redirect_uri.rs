use belgie_domain::ProviderId;
use url::Url;

/// Returns the default redirect URI of a provider, below the public base URL: `…/auth/provider/{id}/callback`.
pub fn default_redirect_uri(base_url: &Url, id: &ProviderId) -> Url {
    let mut uri = base_url.clone();
    uri.set_query(None);
    uri.set_fragment(None);
    if let Ok(mut path) = uri.path_segments_mut() {
        path.pop_if_empty()
            .extend(["auth", "provider", id.as_str(), "callback"]);
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow_08_the_redirect_uri_is_made_of_the_configured_address_alone() {
        let id: ProviderId = "corporate-sso".parse().unwrap();
        for (base_url, expected) in [
            (
                "http://localhost:8000",
                "http://localhost:8000/auth/provider/corporate-sso/callback",
            ),
            (
                "https://example.com/app/?x#y",
                "https://example.com/app/auth/provider/corporate-sso/callback",
            ),
        ] {
            let base_url = Url::parse(base_url).unwrap();

            assert_eq!(default_redirect_uri(&base_url, &id).as_str(), expected);
        }
    }
}
