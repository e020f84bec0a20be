use std::fmt;

use belgie_domain::printable;

/// An error that the provider itself reported (RFC 6749 §4.1.2.1, §5.2). For the log, never for the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportedError {
    code: String,
    description: Option<String>,
}

impl ReportedError {
    /// Creates the error from `error` and `error_description`, of which at most 200 characters each are kept, as
    /// printable ASCII. The `secrets` of the request are left out first, since some providers quote it.
    pub fn new<'a>(
        code: &str,
        description: Option<&str>,
        secrets: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let secrets: Vec<&str> = secrets.into_iter().collect();
        let shown = |text: &str| printable(&without(text, &secrets));
        let description = description.map(str::trim).filter(|text| !text.is_empty());
        Self {
            code: shown(code),
            description: description.map(shown),
        }
    }

    /// Returns the `error` code.
    pub fn code(&self) -> &str {
        &self.code
    }
}

impl fmt::Display for ReportedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.description {
            Some(description) => write!(f, "{}: {description}", self.code),
            None => f.write_str(&self.code),
        }
    }
}

fn without(text: &str, secrets: &[&str]) -> String {
    let secrets = secrets.iter().filter(|secret| !secret.is_empty());
    secrets.fold(text.to_owned(), |text, secret| text.replace(*secret, "..."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cfg_02_what_the_provider_quotes_of_the_request_is_left_out() {
        let text = "the code c0de of ver1fier (c0de) is used";
        let error = ReportedError::new("c0de", Some(text), ["c0de", "", "ver1fier"]);

        assert_eq!(error.to_string(), "...: the code ... of ... (...) is used");
    }

    #[test]
    fn cfg_02_a_secret_at_the_end_of_what_is_kept_is_left_out_whole() {
        let text = format!("{}hunter2hunter2", "x".repeat(195));

        let error = ReportedError::new("error", Some(&text), ["hunter2hunter2"]);

        assert!(!error.to_string().contains("hunt"), "{error}");
    }

    #[test]
    fn cfg_08_what_a_provider_reports_is_bounded_and_printable() {
        let text = format!("a\r\nb\x1b[31m{}", "x".repeat(100_000));

        let shown = ReportedError::new("a\nb", Some(&text), []).to_string();

        assert!(shown.starts_with("a?b: a??b?[31mxxx"), "{shown}");
        assert!(shown.len() < 250, "{}", shown.len());
    }

    #[test]
    fn a_description_may_be_missing() {
        for description in [None, Some(""), Some(" ")] {
            let error = ReportedError::new("server_error", description, []);

            assert_eq!(error.to_string(), "server_error");
        }
    }
}
