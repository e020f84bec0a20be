use std::borrow::Cow;

use askama::Template;
use askama::filters::HtmlSafe;

use super::field::Field;

/// What is wrong with a form, above it: a heading, and a link to each input with an error. It takes the focus and is
/// read out at once (`role=alert`), and the page's title begins with "Error:". A page shows it by
/// [`Frame::with_errors`](crate::page::frame::Frame::with_errors).
#[derive(Clone, Debug, Template)]
#[template(path = "part/error_summary.html")]
pub(crate) struct ErrorSummary<'a> {
    heading: Cow<'a, str>,
    problems: Vec<FieldProblem>,
    text: Option<Cow<'a, str>>,
}

/// What is wrong with one input.
#[derive(Clone, Debug)]
struct FieldProblem {
    field: String,
    text: String,
}

impl<'a> ErrorSummary<'a> {
    /// Creates the summary of the errors of these inputs; `None` when there are none.
    pub(crate) fn of(heading: impl Into<Cow<'a, str>>, fields: &[&Field<'_>]) -> Option<Self> {
        let problems = fields.iter().filter_map(|field| {
            Some(FieldProblem {
                field: field.name().to_owned(),
                text: field.error()?.to_owned(),
            })
        });
        let problems: Vec<_> = problems.collect();
        (!problems.is_empty()).then(|| Self {
            heading: heading.into(),
            problems,
            text: None,
        })
    }

    /// Creates a summary of what is wrong with the form as a whole: "That e-mail address and password do not match."
    pub(crate) fn new(heading: impl Into<Cow<'a, str>>) -> Self {
        Self {
            heading: heading.into(),
            problems: Vec::new(),
            text: None,
        }
    }

    /// Adds what helps.
    pub(crate) fn with_text(mut self, text: impl Into<Cow<'a, str>>) -> Self {
        self.text = Some(text.into());
        self
    }
}

impl HtmlSafe for ErrorSummary<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_leads_to_each_field_with_an_error() {
        let name = Field::text("name", "Name", "name");
        let email = Field::email("email", "E-mail").with_error(Some("Enter an <address>."));
        let password = Field::new_password("password", "Password");
        let password = password.with_error(Some("Choose a longer password."));

        let html = ErrorSummary::of("There is a problem", &[&name, &email, &password]);

        let html = html.unwrap().to_string();
        assert!(
            html.starts_with("<div class=\"note bad\" role=\"alert\" tabindex=\"-1\" autofocus>")
        );
        let links: Vec<_> = html.split("<a ").skip(1).collect();
        assert_eq!(links.len(), 2, "{html}");
        assert!(links[0].starts_with("href=\"#email\">Enter an &#60;address&#62;.</a>"));
        assert!(links[1].starts_with("href=\"#password\">Choose a longer password.</a>"));
        assert!(ErrorSummary::of("There is a problem", &[&name]).is_none());
    }

    #[test]
    fn a_whole_form_can_be_wrong() {
        let summary = ErrorSummary::new("These do not match.").with_text("Try again.");
        let html = summary.to_string();

        assert!(
            html.contains("<strong>These do not match.</strong>"),
            "{html}"
        );
        assert!(html.contains("<p>Try again.</p>"), "{html}");
    }
}
