use std::borrow::Cow;

use askama::Template;
use askama::filters::HtmlSafe;

/// A sentence in a frame with an icon. In a template it is `{{ note }}`.
///
/// One that says what an action has just done is a [result](Note::result): it takes the focus, and
/// [`Frame::with_note`](super::frame::Frame::with_note) puts it first on the page and in its title.
#[derive(Clone, Debug, Template)]
#[template(path = "part/note.html")]
pub(crate) struct Note<'a> {
    tone: Tone,
    text: Cow<'a, str>,
    is_result: bool,
}

/// What a note means, which never depends on the colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Something worked.
    Good,
    /// Something is worth knowing.
    Info,
    /// Something needs attention.
    Warn,
}

impl<'a> Note<'a> {
    /// Creates a note.
    pub(crate) fn new(tone: Tone, text: impl Into<Cow<'a, str>>) -> Self {
        Self {
            tone,
            text: text.into(),
            is_result: false,
        }
    }

    /// Creates a note on what an action has just done.
    pub(crate) fn result(tone: Tone, text: impl Into<Cow<'a, str>>) -> Self {
        Self {
            is_result: true,
            ..Self::new(tone, text)
        }
    }

    /// Returns what the title of its page begins with: the text, of a result.
    pub(super) fn title_prefix(&self) -> String {
        if self.is_result {
            return format!("{} · ", self.text);
        }
        String::new()
    }
}

impl HtmlSafe for Note<'_> {}

impl Tone {
    /// Returns the class of a note or badge.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Info => "info",
            Self::Warn => "warn",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_a_tone_an_icon_and_a_text() {
        for tone in [Tone::Good, Tone::Info, Tone::Warn] {
            let html = Note::new(tone, "<b>").to_string();
            assert!(html.starts_with(&format!("<div class=\"note {}\">", tone.class())));
            assert!(html.contains("<svg"), "{html}");
            assert!(html.ends_with("<p>&#60;b&#62;</p></div>"), "{html}");
        }
    }

    #[test]
    fn only_news_takes_the_focus() {
        let html = Note::result(Tone::Good, "Done.").to_string();
        assert!(
            html.contains("role=\"status\" tabindex=\"-1\" autofocus"),
            "{html}"
        );
        assert!(
            !Note::new(Tone::Good, "Done.")
                .to_string()
                .contains("autofocus")
        );
    }
}
