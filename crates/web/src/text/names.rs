use std::borrow::Cow;

use super::table::UnknownNames;

/// The values of the placeholders `{provider}`, `{Provider}` (at the start of a sentence), `{site}` and `{email}` in the text
/// of an error.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Names<'a> {
    pub provider: Option<&'a str>,
    pub site: Option<&'a str>,
    pub email: Option<&'a str>,
}

impl Names<'_> {
    /// Fills in the placeholders.
    pub(crate) fn fill<'b>(&self, text: &'b str, unknown: &UnknownNames) -> Cow<'b, str> {
        if !text.contains('{') {
            return Cow::Borrowed(text);
        }
        let first = self.provider.unwrap_or(unknown.provider_first);
        let filled = text
            .replace("{provider}", self.provider.unwrap_or(unknown.provider))
            .replace("{Provider}", first)
            .replace("{site}", self.site.unwrap_or(unknown.site));
        // The address comes last: a person chose it, and it may contain braces.
        Cow::Owned(filled.replace("{email}", self.email.unwrap_or(unknown.email)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use crate::text::Texts;

    #[test]
    fn names_stand_where_the_texts_leave_room_for_them() {
        let text = "{Provider} asks {provider} about {site} and {email}.";
        let known = Names {
            provider: Some("Acme"),
            site: Some("Notes"),
            email: Some("{site}@example.com"),
        };
        let unknown = &Texts::current().unknown;
        assert_eq!(
            known.fill(text, unknown),
            "Acme asks Acme about Notes and {site}@example.com."
        );
        assert_eq!(
            Names::default().fill(text, unknown),
            "The sign-in provider asks the sign-in provider about this site and your e-mail address."
        );
    }

    #[test]
    fn no_error_has_a_placeholder_that_is_not_filled() {
        let texts = Texts::current();
        for &code in Code::ALL {
            let error = (texts.error)(code);
            for text in [error.heading, error.text] {
                let filled = Names::default().fill(text, &texts.unknown);
                assert!(!filled.contains(['{', '}']), "{code}: {filled}");
                assert!(!filled.is_empty());
            }
        }
    }
}
