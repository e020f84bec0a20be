//! Which form of body a request has: the same routes serve programs and forms.

use crate::code::Code;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::headers::{Headers, first, text};

/// Who sent a request that changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// A program, with JSON or without a body.
    Program,
    /// A form of a page.
    Form,
}

impl Sender {
    /// Reads the content type.
    ///
    /// # Errors
    /// `unsupported_media_type` when it is neither JSON nor that of a form.
    pub(crate) fn of(headers: &dyn Headers) -> Result<Self, Problem> {
        let Some(value) = first(headers, HeaderName::ContentType) else {
            return Ok(Self::Program);
        };
        let essence = text(value).unwrap_or_default().split(';').next();
        let essence = essence.unwrap_or_default().trim().to_ascii_lowercase();
        match &*essence {
            "application/json" => Ok(Self::Program),
            "application/x-www-form-urlencoded" => Ok(Self::Form),
            _ => Err(Problem::new(Code::UnsupportedMediaType)),
        }
    }

    /// Checks that a form was sent, where only pages ask.
    ///
    /// # Errors
    /// `unsupported_media_type`.
    pub(crate) fn require_form(headers: &dyn Headers) -> Result<(), Problem> {
        if Self::of(headers)? == Self::Form {
            return Ok(());
        }
        Err(Problem::new(Code::UnsupportedMediaType)
            .with_detail("This route takes application/x-www-form-urlencoded."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csr_03_only_json_and_forms_are_taken() {
        for (sent, read) in [
            (None, Some(Sender::Program)),
            (Some("application/json"), Some(Sender::Program)),
            (
                Some("Application/JSON; charset=utf-8"),
                Some(Sender::Program),
            ),
            (
                Some("application/x-www-form-urlencoded"),
                Some(Sender::Form),
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
            assert_eq!(Sender::of(&headers).ok(), read, "{sent:?}");
        }
    }
}
