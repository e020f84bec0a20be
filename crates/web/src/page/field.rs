use std::borrow::Cow;

use askama::Template;
use askama::filters::HtmlSafe;

use crate::page::link::Link;

/// A labelled input of a form: label, hint, error and input, in this order. In a template it is `{{ field }}`.
///
/// Inputs are required unless they are [optional](Field::optional). Hint and error are tied to the input by
/// `aria-describedby`, so that screen readers read them with it, and an input with an error has `aria-invalid`. The id
/// is the name.
#[derive(Clone, Debug, Template)]
#[template(path = "part/field.html")]
pub(crate) struct Field<'a> {
    name: &'a str,
    label: Cow<'a, str>,
    label_note: Option<&'a str>,
    link: Option<Link>,
    hint: Option<Cow<'a, str>>,
    error: Option<Cow<'a, str>>,
    kind: Kind,
    autocomplete: &'static str,
    is_required: bool,
    value: Option<Cow<'a, str>>,
}

/// The type of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Email,
    Password,
}

impl<'a> Field<'a> {
    /// Creates an input for a line of text. `autocomplete` says what it is to browsers and password managers, such as
    /// `name` or `off` (HTML §4.10.18.7).
    pub(crate) fn text(
        name: &'a str,
        label: impl Into<Cow<'a, str>>,
        autocomplete: &'static str,
    ) -> Self {
        Self::new(name, label, Kind::Text, autocomplete)
    }

    /// Creates the input for the e-mail address with which a person signs in or signs up.
    pub(crate) fn email(name: &'a str, label: impl Into<Cow<'a, str>>) -> Self {
        Self::new(name, label, Kind::Email, "username")
    }

    /// Creates the input for an e-mail address that a person does not sign in with yet.
    pub(crate) fn another_email(name: &'a str, label: impl Into<Cow<'a, str>>) -> Self {
        Self::new(name, label, Kind::Email, "email")
    }

    /// Creates the input in which a person repeats an e-mail address, as a confirmation.
    pub(crate) fn repeated_email(name: &'a str, label: impl Into<Cow<'a, str>>) -> Self {
        Self::new(name, label, Kind::Email, "off")
    }

    /// Creates the input for the password that a person has.
    pub(crate) fn current_password(name: &'a str, label: impl Into<Cow<'a, str>>) -> Self {
        Self::new(name, label, Kind::Password, "current-password")
    }

    /// Creates the input for a password that a person chooses.
    pub(crate) fn new_password(name: &'a str, label: impl Into<Cow<'a, str>>) -> Self {
        Self::new(name, label, Kind::Password, "new-password")
    }

    fn new(
        name: &'a str,
        label: impl Into<Cow<'a, str>>,
        kind: Kind,
        autocomplete: &'static str,
    ) -> Self {
        Self {
            name,
            label: label.into(),
            label_note: None,
            link: None,
            hint: None,
            error: None,
            kind,
            autocomplete,
            is_required: true,
            value: None,
        }
    }

    /// Makes the input optional; `note` says so beside the label: "(optional)".
    pub(crate) fn optional(mut self, note: &'a str) -> Self {
        self.is_required = false;
        self.label_note = Some(note);
        self
    }

    /// Adds what helps before typing.
    pub(crate) fn with_hint(mut self, hint: impl Into<Cow<'a, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds what was wrong with the input, if something was, and how to put it right.
    pub(crate) fn with_error(mut self, error: Option<impl Into<Cow<'a, str>>>) -> Self {
        self.error = error.map(Into::into);
        self
    }

    /// Keeps what was typed. Passwords are never sent back.
    pub(crate) fn with_value(mut self, value: impl Into<Cow<'a, str>>) -> Self {
        self.value = Some(value.into()).filter(|_| self.kind != Kind::Password);
        self
    }

    /// Adds a link at the end of the label's line, such as "Forgot password?".
    pub(crate) fn with_link(mut self, link: Link) -> Self {
        self.link = Some(link);
        self
    }

    pub(super) fn name(&self) -> &str {
        self.name
    }

    pub(super) fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// Returns the ids of hint and error.
    fn described_by(&self) -> Option<String> {
        let parts = [
            (self.hint.is_some(), "hint"),
            (self.error.is_some(), "error"),
        ];
        let parts = parts.into_iter().filter(|(is_there, _)| *is_there);
        let ids: Vec<_> = parts
            .map(|(_, part)| format!("{}-{part}", self.name))
            .collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

impl HtmlSafe for Field<'_> {}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Email => "email",
            Self::Password => "password",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_hint_error_and_input_stand_in_this_order_and_are_tied_together() {
        let field = Field::text("town", "Town", "address-level2")
            .with_hint("As on an envelope.")
            .with_error(Some("Enter a town."))
            .with_value("<Gent>");
        let html = field.to_string();
        let lines: Vec<_> = html.lines().filter(|line| !line.is_empty()).collect();

        assert_eq!(
            lines.join("\n"),
            "<div class=\"field\">\n\
             <div class=\"split\"><label for=\"town\">Town</label></div>\n\
             <p class=\"hint\" id=\"town-hint\">As on an envelope.</p>\n\
             <p class=\"error\" id=\"town-error\">Enter a town.</p>\n\
             <input id=\"town\" name=\"town\" type=\"text\" autocomplete=\"address-level2\" required \
             value=\"&#60;Gent&#62;\" aria-describedby=\"town-hint town-error\" aria-invalid=\"true\">\n\
             </div>"
        );
    }

    #[test]
    fn a_field_without_hint_and_error_refers_to_neither() {
        let html = Field::email("email", "E-mail address").to_string();

        assert!(!html.contains("aria-"), "{html}");
        assert!(html.contains(
            "type=\"email\" inputmode=\"email\" autocapitalize=\"none\" spellcheck=\"false\" autocomplete=\"username\" required>"
        ), "{html}");
    }

    #[test]
    fn a_password_is_never_sent_back() {
        for field in [
            Field::current_password("password", "Password"),
            Field::new_password("password", "Password"),
        ] {
            let html = field.with_value("hunter2").to_string();
            assert!(html.contains("type=\"password\""), "{html}");
            assert!(!html.contains("hunter2"), "{html}");
        }
    }

    #[test]
    fn an_optional_field_says_so_and_may_have_a_link() {
        let link = Link::new("Why?", "/help");
        let html = Field::text("name", "Name", "name")
            .optional("(optional)")
            .with_link(link)
            .to_string();

        assert!(html.contains("<label for=\"name\">Name <span class=\"muted\">(optional)</span></label><a class=\"small\" href=\"/help\">Why?</a>"), "{html}");
        assert!(html.contains("<input id=\"name\" name=\"name\""), "{html}");
        assert!(!html.contains("required"), "{html}");
    }
}
