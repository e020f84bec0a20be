//! The texts that people read, by language. A language is a [`Texts`] in a file of its own.

mod account;
pub(crate) mod detail;
mod en;
mod forms;
mod mailbox;
mod mails;
mod names;
mod phrase;
mod profile;
mod table;

pub(crate) use mails::{AskTexts, LinkTexts};
pub(crate) use names::Names;
pub(crate) use phrase::Phrase;
pub(crate) use table::{ErrorPageTexts, ErrorText, Texts, TimeTexts};

impl Texts {
    /// Returns the texts of all pages. There is one language so far.
    pub(crate) fn current() -> &'static Self {
        &en::TEXTS
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    /// Attributes that are read to people or shown to them.
    const SPOKEN: [&str; 5] = [
        "alt",
        "aria-label",
        "aria-description",
        "placeholder",
        "title",
    ];

    #[test]
    fn templates_have_no_words_of_their_own() {
        let mut count = 0;
        for path in files_below(concat!(env!("CARGO_MANIFEST_DIR"), "/templates").as_ref()) {
            let html = without_template_syntax(&fs::read_to_string(&path).unwrap());
            let text = outside(&html, '<', '>').replace("&nbsp;", "");
            assert!(
                !text.contains(char::is_alphabetic),
                "{}: {text}",
                path.display()
            );
            for attribute in SPOKEN {
                for value in html.split(&format!(" {attribute}=\"")).skip(1) {
                    assert!(value.starts_with('"'), "{}: {value}", path.display());
                }
            }
            count += 1;
        }
        assert!(count > 5);
    }

    fn files_below(directory: &Path) -> Vec<PathBuf> {
        let files = fs::read_dir(directory).unwrap();
        let paths = files.map(|file| file.unwrap().path());
        let below = paths.map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        });
        below.flatten().collect()
    }

    /// Removes what the template engine replaces, `{{ … }}` and `{% … %}`.
    fn without_template_syntax(template: &str) -> String {
        outside(template, '{', '}').replace('}', "")
    }

    /// Returns what is not between these two characters.
    fn outside(text: &str, start: char, end: char) -> String {
        let parts = text.split(start).enumerate();
        let kept = parts.map(|(index, part)| match index {
            0 => part,
            _ => part.split_once(end).map_or("", |(_, after)| after),
        });
        kept.collect()
    }
}
