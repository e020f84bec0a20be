use belgie_domain::{EmailAddress, InvalidPassword, Password};

use super::error_summary::ErrorSummary;
use super::field::Field;
use crate::body::{RequestBody, read};
use crate::code::Code;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::params::Params;
use crate::reply::Reply;
use crate::text::{Texts, detail};

/// The status of a page whose form was filled in wrongly.
const WRONG_INPUT: u16 = 422;

/// A form that a browser has sent, and what is wrong with it: at its inputs, or as a whole. Its page shows it again with
/// what was typed, except passwords. It holds them, so there is no `Debug` output.
#[derive(Default)]
pub(crate) struct SentForm {
    body: String,
    errors: Vec<(&'static str, String)>,
    problem: Option<Problem>,
}

impl SentForm {
    /// Reads the body.
    ///
    /// # Errors
    /// As [`read`]; `invalid_request` when it is not UTF-8 or a field is repeated.
    pub(crate) async fn read(body: &mut impl RequestBody) -> Result<Self, Problem> {
        let body = String::from_utf8(read(body).await?);
        let body = body.map_err(|_| Problem::invalid(detail::BODY_NOT_UTF8))?;
        Params::of(&body).each_once()?;
        Ok(Self {
            body,
            ..Self::default()
        })
    }

    /// Returns all fields.
    pub(crate) fn params(&self) -> Params<'_> {
        Params::of(&self.body)
    }

    /// Returns the text of a field, unless it is empty.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let params = self.params();
        let mut values = params.all(name).filter(|value| !value.is_empty());
        values.next().map(str::to_owned)
    }

    /// Returns whether there is such a field, even an empty one.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.params().all(name).next().is_some()
    }

    /// Returns the e-mail address in a field; without one, the field has an error.
    pub(crate) fn email(&mut self, name: &'static str) -> Option<EmailAddress> {
        let address = self.text(name).and_then(|text| text.parse().ok());
        if address.is_none() {
            self.add_error(name, Texts::current().forms.enter_email);
        }
        address
    }

    /// Returns the password in a field; without one, the field has this error.
    pub(crate) fn password(&mut self, name: &'static str, missing: &str) -> Option<Password> {
        let typed = self.text(name).unwrap_or_default();
        let error = match Password::parse(&typed) {
            Ok(password) => return Some(password),
            Err(InvalidPassword::Empty) => missing.to_owned(),
            Err(InvalidPassword::TooLong) => {
                (Texts::current().forms.password_too_long)(Password::MAX_CHARACTERS)
            }
        };
        self.add_error(name, error);
        None
    }

    /// Adds what is wrong with a field.
    pub(crate) fn add_error(&mut self, field: &'static str, text: impl Into<String>) {
        self.errors.push((field, text.into()));
    }

    /// Sets why the form as a whole was refused.
    pub(crate) fn refuse(&mut self, problem: Problem) {
        self.problem = Some(problem);
    }

    /// Returns whether it was refused with this code.
    pub(super) fn is_about(&self, code: Code) -> bool {
        self.problem.as_ref().is_some_and(|it| it.code() == code)
    }

    /// Returns why the form was refused, where no page shows it.
    pub(crate) fn into_problem(self) -> Problem {
        let wrong = || Problem::invalid(detail::FORM_INCOMPLETE).with_status(WRONG_INPUT);
        self.problem.unwrap_or_else(wrong)
    }

    /// Adds to an input what was typed, and what was wrong with it.
    pub(super) fn fill<'a>(&'a self, field: Field<'a>) -> Field<'a> {
        let mut errors = self.errors.iter();
        let error = errors.find(|(name, _)| *name == field.name());
        let error = error.map(|(_, text)| text.as_str());
        match self.text(field.name()) {
            Some(typed) => field.with_value(typed),
            None => field,
        }
        .with_error(error)
    }

    /// Returns the summary of what is wrong with the form, if something is.
    pub(super) fn summary(&self, site: &str, fields: &[&Field<'_>]) -> Option<ErrorSummary<'_>> {
        let of_fields = ErrorSummary::of(Texts::current().forms.there_is_a_problem, fields);
        of_fields.or_else(|| {
            let problem = self.problem.as_ref()?;
            Some(ErrorSummary::new(problem.title(site)).with_text(problem.text(site)))
        })
    }

    /// Returns whether something is wrong with it.
    pub(super) fn is_wrong(&self) -> bool {
        !self.errors.is_empty() || self.problem.is_some()
    }

    /// Gives the page the status of what is wrong.
    pub(super) fn complete(&self, page: Reply) -> Reply {
        let Some(problem) = &self.problem else {
            return if self.is_wrong() {
                page.with_status(WRONG_INPUT)
            } else {
                page
            };
        };
        let page = page.with_status(problem.status());
        match problem.retry_after() {
            Some(seconds) => page.with_header(HeaderName::RetryAfter, seconds.to_string()),
            None => page,
        }
    }
}
