//! The fields of a body that may be JSON or a form, and may be empty.

use serde::de::DeserializeOwned;

use crate::body::{RequestBody, read};
use crate::error::Problem;
use crate::json_body;
use crate::params::Params;
use crate::request_format::RequestFormat;
use crate::text::detail;

/// The fields of a body, none of which is required.
pub(crate) trait Fields: DeserializeOwned + Default {
    /// Reads them from a form.
    ///
    /// # Errors
    /// `invalid_request` when one is repeated.
    fn of_form(form: &Params<'_>) -> Result<Self, Problem>;

    /// Reads them from a body.
    ///
    /// # Errors
    /// As [`read`]; `invalid_request` when it is neither a JSON object nor a form, as declared.
    async fn read(format: RequestFormat, body: &mut impl RequestBody) -> Result<Self, Problem> {
        let body = read(body).await?;
        match format {
            _ if body.is_empty() => Ok(Self::default()),
            RequestFormat::Api => json_body::object(&body),
            RequestFormat::Form => {
                let text = std::str::from_utf8(&body);
                let text = text.map_err(|_| Problem::invalid(detail::BODY_NOT_UTF8))?;
                Self::of_form(&Params::of(text))
            }
        }
    }
}
