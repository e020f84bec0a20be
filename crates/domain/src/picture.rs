use url::Url;

/// Returns the URL of a person's picture if it is an http or https URL of at most 2048 bytes. Browsers load it; the server
/// never does.
pub fn picture_url(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let fits = matches!(url.scheme(), "https" | "http") && text.len() <= MAX_BYTES;
    fits.then(|| url.into())
}

const MAX_BYTES: usize = 2048;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn net_07_a_picture_is_an_address_for_browsers() {
        assert_eq!(
            picture_url("https://example.com/a.png").as_deref(),
            Some("https://example.com/a.png")
        );
        for text in ["", "javascript:alert(1)", "data:text/html,x", "/a.png"] {
            assert_eq!(picture_url(text), None, "{text}");
        }
        let long = format!("https://example.com/{}", "a".repeat(3000));
        assert_eq!(picture_url(&long), None);
    }
}
