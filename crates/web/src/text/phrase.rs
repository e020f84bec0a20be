use std::fmt;

use askama::filters::{Escaper as _, Html, HtmlSafe};

/// A text for a page, with placeholders such as `{site}`. It can only be shown with their values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Phrase(pub &'static str);

/// A phrase with values, each in an element of its own: HTML.
#[derive(Debug)]
pub(crate) struct FilledPhrase<'a> {
    phrase: &'static str,
    values: Vec<Value<'a>>,
}

#[derive(Debug)]
struct Value<'a> {
    placeholder: &'static str,
    /// The tags around the value.
    tags: (&'static str, &'static str),
    text: &'a str,
}

/// Isolates a name from the writing direction of the text around it.
const NAME: (&str, &str) = ("<bdi>", "</bdi>");
const EMAIL: (&str, &str) = ("<strong class=\"email\">", "</strong>");

impl Phrase {
    pub(crate) fn site(self, name: &str) -> FilledPhrase<'_> {
        self.unfilled().site(name)
    }

    pub(crate) fn provider(self, name: &str) -> FilledPhrase<'_> {
        self.unfilled().with("{provider}", NAME, name)
    }

    pub(crate) fn host(self, host: &str) -> FilledPhrase<'_> {
        self.unfilled().with("{host}", NAME, host)
    }

    pub(crate) fn user(self, name: &str) -> FilledPhrase<'_> {
        self.unfilled().with("{user}", NAME, name)
    }

    pub(crate) fn email(self, address: &str) -> FilledPhrase<'_> {
        self.unfilled().with("{email}", EMAIL, address)
    }

    pub(crate) fn day(self, day: &str) -> FilledPhrase<'_> {
        self.unfilled().day(day)
    }

    fn unfilled<'a>(self) -> FilledPhrase<'a> {
        FilledPhrase {
            phrase: self.0,
            values: Vec::new(),
        }
    }
}

impl<'a> FilledPhrase<'a> {
    pub(crate) fn day(self, day: &'a str) -> Self {
        self.with("{day}", ("", ""), day)
    }

    pub(crate) fn site(self, name: &'a str) -> Self {
        self.with("{site}", NAME, name)
    }

    fn with(
        mut self,
        placeholder: &'static str,
        tags: (&'static str, &'static str),
        text: &'a str,
    ) -> Self {
        self.values.push(Value {
            placeholder,
            tags,
            text,
        });
        self
    }

    /// Finds the first placeholder in a text that has a value: where it begins, and the value.
    fn next_value(&self, text: &str) -> Option<(usize, &Value<'a>)> {
        let places = self.values.iter();
        let places = places.filter_map(|value| Some((text.find(value.placeholder)?, value)));
        places.min_by_key(|(at, _)| *at)
    }
}

impl fmt::Display for FilledPhrase<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.phrase;
        while let Some((at, value)) = self.next_value(rest) {
            let (start_tag, end_tag) = value.tags;
            Html.write_escaped_str(&mut *f, &rest[..at])?;
            f.write_str(start_tag)?;
            Html.write_escaped_str(&mut *f, value.text)?;
            f.write_str(end_tag)?;
            rest = &rest[at + value.placeholder.len()..];
        }
        Html.write_escaped_str(f, rest)
    }
}

impl HtmlSafe for FilledPhrase<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_elements_and_are_escaped() {
        let phrase = Phrase("<{site} & {provider}>");
        let filled = phrase.provider("{site}").site("<b>");
        assert_eq!(
            filled.to_string(),
            "&#60;<bdi>&#60;b&#62;</bdi> &#38; <bdi>{site}</bdi>&#62;"
        );
        let filled = Phrase("{email} is yours").email("a@b.example");
        assert_eq!(
            filled.to_string(),
            "<strong class=\"email\">a@b.example</strong> is yours"
        );
    }
}
