//! The format of a request with side effects: the same routes serve programs and forms.

use crate::code::Code;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::headers::{Headers, first, text};
use crate::text::detail;

/// The format of a request with side effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestFormat {
    /// From a program: JSON, or no body.
    Api,
    /// From an HTML form.
    Form,
}

impl RequestFormat {
    /// Reads the content type.
    ///
    /// # Errors
    /// `unsupported_media_type` when it is neither JSON nor a form.
    pub(crate) fn of(headers: &dyn Headers) -> Result<Self, Problem> {
        let Some(value) = first(headers, HeaderName::ContentType) else {
            return Ok(Self::Api);
        };
        let essence = text(value).unwrap_or_default().split(';').next();
        let essence = essence.unwrap_or_default().trim().to_ascii_lowercase();
        match &*essence {
            "application/json" => Ok(Self::Api),
            "application/x-www-form-urlencoded" => Ok(Self::Form),
            _ => Err(Problem::new(Code::UnsupportedMediaType)),
        }
    }

    /// Checks that the request comes from a program.
    ///
    /// # Errors
    /// `unsupported_media_type`.
    pub(crate) fn require_json(headers: &dyn Headers) -> Result<(), Problem> {
        if Self::of(headers)? == Self::Api {
            return Ok(());
        }
        Err(Problem::new(Code::UnsupportedMediaType))
    }

    /// Checks that the request comes from a form.
    ///
    /// # Errors
    /// `unsupported_media_type`.
    pub(crate) fn require_form(headers: &dyn Headers) -> Result<(), Problem> {
        if Self::of(headers)? == Self::Form {
            return Ok(());
        }
        Err(Problem::new(Code::UnsupportedMediaType).with_detail(detail::FORM_EXPECTED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csr_03_only_json_and_forms_are_taken() {
        for (sent, read) in [
            (None, Some(RequestFormat::Api)),
            (Some("application/json"), Some(RequestFormat::Api)),
            (
                Some("Application/JSON; charset=utf-8"),
                Some(RequestFormat::Api),
            ),
            (
                Some("application/x-www-form-urlencoded"),
                Some(RequestFormat::Form),
            ),
            (Some("text/plain"), None),
            (Some("application/jsonp"), None),
            (Some("multipart/form-data; boundary=x"), None),
            (Some(""), None),
        ] {
            let headers: Vec<_> = sent
                .map(|value| (HeaderName::ContentType, value))
                .into_iter()
                .collect();
            assert_eq!(RequestFormat::of(&headers).ok(), read, "{sent:?}");
        }
    }
}
