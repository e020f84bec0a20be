use std::io;

use belgie_domain::{Password, PasswordWeakness};
use belgie_ports::{BoxFuture, PasswordHasherError, PasswordStrength};
use zxcvbn::matching::Match;
use zxcvbn::matching::patterns::MatchPattern;
use zxcvbn::{Score, zxcvbn};

use crate::hash_threads::HashThreads;

/// Estimates how many guesses a password takes, as zxcvbn does: it knows tens of thousands of common passwords, words and
/// names, the rows of keyboards, sequences, repetitions and dates, and how people disguise them.
///
/// The address, the name and the other words of the context do not count: what is left without them must be hard to guess.
/// Of a long password, 24 characters that are hard to guess are enough.
#[derive(Clone, Debug)]
pub struct Guessability {
    threads: HashThreads,
}

/// A password that is shorter than the usual minimum must be less predictable.
const SHORT: usize = 15;
/// The time that zxcvbn takes grows fast with the length: up to two seconds for 100 characters that are chosen to be slow.
const EXAMINED: usize = 24;
/// Shorter words are part of too many passwords by chance.
const SHORTEST_WORD: usize = 3;
/// An address, a name, an application and a host rarely consist of more. Each further one takes time.
const MOST_WORDS: usize = 32;

impl Guessability {
    /// Starts an estimator with a thread of its own, since an estimate takes some milliseconds: people who choose a password
    /// do not hold up those who sign in.
    ///
    /// # Errors
    /// When the operating system starts no more threads.
    pub fn start() -> io::Result<Self> {
        let threads = HashThreads::start(1)?;
        Ok(Self { threads })
    }
}

impl PasswordStrength for Guessability {
    fn weakness<'a>(
        &'a self,
        password: &'a Password,
        context: &'a [String],
    ) -> BoxFuture<'a, Result<Option<PasswordWeakness>, PasswordHasherError>> {
        let (password, context) = (password.clone(), words(context));
        let estimating = self.threads.run(move |_| estimate(&password, &context));
        Box::pin(estimating)
    }
}

/// Returns what makes a password easy to guess, apart from the words of the context in it.
fn estimate(password: &Password, context: &[String]) -> Option<PasswordWeakness> {
    let enough = if password.characters() < SHORT {
        Score::Three
    } else {
        Score::Two
    };
    match without(password.secret(), context) {
        Some(rest) => weakness(&rest, context, enough).map(|_| PasswordWeakness::Personal),
        None => weakness(password.secret(), context, enough),
    }
}

/// Removes the words from a text, the longest first; returns `None` when it contains none.
fn without(text: &str, words: &[String]) -> Option<String> {
    let mut longest_first: Vec<_> = words.iter().collect();
    longest_first.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let whole = text.to_lowercase();
    let mut rest = whole.clone();
    for word in longest_first {
        rest = rest.replace(word, "");
    }
    (rest != whole).then_some(rest)
}

/// Returns what makes a text easy to guess. The whole of a long one takes at least as many guesses as its start or its
/// end.
fn weakness(text: &str, context: &[String], enough: Score) -> Option<PasswordWeakness> {
    let characters: Vec<char> = text.chars().collect();
    let weakness =
        |part: &[char]| weakness_of_part(&part.iter().collect::<String>(), context, enough);
    let start = weakness(&characters[..characters.len().min(EXAMINED)])?;
    let end = &characters[characters.len().saturating_sub(EXAMINED)..];
    if characters.len() > EXAMINED && weakness(end).is_none() {
        return None;
    }
    Some(start)
}

/// Returns what makes a text easy to guess: a million guesses are enough for a score of one, a hundred million for a score
/// of two.
fn weakness_of_part(text: &str, context: &[String], enough: Score) -> Option<PasswordWeakness> {
    let inputs: Vec<&str> = context.iter().map(String::as_str).collect();
    let estimate = zxcvbn(text, &inputs);
    if estimate.score() >= enough {
        return None;
    }
    let length = |part: &&Match| part.token.chars().count();
    let longest = estimate.sequence().iter().max_by_key(length);
    let reason = longest.map(|part| reason_of(&part.pattern, context));
    Some(reason.unwrap_or(PasswordWeakness::Predictable))
}

fn reason_of(pattern: &MatchPattern, context: &[String]) -> PasswordWeakness {
    match pattern {
        MatchPattern::Dictionary(word) if context.contains(&word.matched_word) => {
            PasswordWeakness::Personal
        }
        MatchPattern::Dictionary(_) => PasswordWeakness::Common,
        MatchPattern::Spatial(_) => PasswordWeakness::Keyboard,
        MatchPattern::Repeat(_) => PasswordWeakness::Repetitive,
        MatchPattern::Sequence(_) => PasswordWeakness::Sequence,
        MatchPattern::Regex(_) | MatchPattern::Date(_) => PasswordWeakness::Date,
        MatchPattern::BruteForce => PasswordWeakness::Predictable,
    }
}

/// Returns the texts and then the words in them, each once and in lower case: of an address also its parts, of a name each
/// name.
fn words(context: &[String]) -> Vec<String> {
    let texts: Vec<_> = context.iter().map(|text| text.to_lowercase()).collect();
    let parts = |text: &String| -> Vec<String> {
        let parts = text.split(|character: char| !character.is_alphanumeric());
        parts.map(str::to_owned).collect()
    };
    let all = texts.iter().cloned().chain(texts.iter().flat_map(parts));
    let mut words = Vec::new();
    for word in all.filter(|word| word.chars().count() >= SHORTEST_WORD) {
        if words.len() < MOST_WORDS && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weakness(typed: &str) -> Option<PasswordWeakness> {
        let context = ["jane.doe@acme.example", "Jane Doe", "Widgetry"];
        let context = words(&context.map(str::to_owned));
        estimate(&Password::parse(typed).unwrap(), &context)
    }

    #[test]
    fn pwd_04_common_passwords_are_refused_with_the_reason() {
        for (typed, reason) in [
            ("password", PasswordWeakness::Common),
            ("P4ssw0rd", PasswordWeakness::Common),
            ("iloveyou", PasswordWeakness::Common),
            ("password1234567", PasswordWeakness::Common),
            ("drowssapdrowssap", PasswordWeakness::Repetitive),
            ("aaaaaaaaaaaaaaa", PasswordWeakness::Repetitive),
            ("abcabcabcabcabcabc", PasswordWeakness::Repetitive),
            ("abcdefghijklmno", PasswordWeakness::Sequence),
            ("qwertyuiop[]\\", PasswordWeakness::Keyboard),
        ] {
            assert_eq!(weakness(typed), Some(reason), "{typed}");
        }
    }

    #[test]
    fn pwd_04_the_names_of_the_person_and_the_application_are_refused() {
        for typed in [
            "jane.doe@acme.example",
            "Jane.Doe@Acme.Example1",
            "widgetrywidgetry1",
            "Widgetry2026",
            "widgetry1",
            "W1dg3try 2026",
            "jane.doe@acme.example jane.doe@acme.example jane.doe@acme.example",
        ] {
            let refused = weakness(typed);
            assert_eq!(refused, Some(PasswordWeakness::Personal), "{typed}");
        }
    }

    #[test]
    fn pwd_04_an_address_is_refused_however_long_it_is() {
        let address = "christopher.montgomery@example-company.com";
        let context = words(&[address.to_owned()]);
        for typed in [
            address.to_owned(),
            address.to_uppercase(),
            format!("{address}123"),
            format!("password {address}"),
            "montgomery.christopher@company-example.com".to_owned(),
        ] {
            let refused = estimate(&Password::parse(&typed).unwrap(), &context);
            assert_eq!(refused, Some(PasswordWeakness::Personal), "{typed}");
        }
        let hard = format!("{address} k8#vQ2!mZx7p");
        assert_eq!(estimate(&Password::parse(&hard).unwrap(), &context), None);
    }

    #[test]
    fn rat_10_few_words_of_the_context_are_looked_for_and_each_once() {
        let many: Vec<_> = (0..1_000).map(|number| format!("word{number}")).collect();
        let (jane, again) = ("jane@example.com".to_owned(), "Jane jane".to_owned());

        let found = words(&[jane, many.join(" "), again]);

        assert_eq!(found.len(), MOST_WORDS);
        assert_eq!(found[0], "jane@example.com");
        assert_eq!(found.iter().filter(|word| *word == "jane").count(), 1);
    }

    #[tokio::test]
    async fn rat_10_estimates_work_on_a_thread_of_their_own() {
        let estimator = Guessability::start().unwrap();

        let easy = Password::parse("password").unwrap();
        let weakness = estimator.weakness(&easy, &[]).await.unwrap();

        assert_eq!(weakness, Some(PasswordWeakness::Common));
    }

    #[test]
    fn pwd_03_what_is_hard_to_guess_is_accepted_whatever_it_is_made_of() {
        for typed in [
            "correct horse battery staple",
            "purple monkey dishwasher lamp",
            "zwölf Boxkämpfer jagen Viktor",
            "тихо шуршат камыши у реки",
            "k8#vQ2!mZx7p",
            "jane likes her tea with cardamom",
        ] {
            assert_eq!(weakness(typed), None, "{typed}");
        }
    }

    #[test]
    fn pwd_04_a_short_password_must_be_less_predictable() {
        assert_eq!(weakness("tuna7fish"), Some(PasswordWeakness::Predictable));
        assert_eq!(weakness("qwertyuiop[]asdf"), None); // as predictable, but long
        assert_eq!(weakness("h7!kQz0wPb"), None);
    }

    #[test]
    fn rat_10_a_long_password_takes_no_longer_than_a_short_one_and_its_end_counts() {
        let hard = "correct horse battery staple";
        for typed in [
            format!("{hard}{}", "a".repeat(200)),
            format!("{}{hard}", "a".repeat(200)),
        ] {
            assert_eq!(weakness(&typed), None, "{typed}");
        }
        let repeated = Some(PasswordWeakness::Repetitive);
        assert_eq!(weakness(&"a".repeat(256)), repeated);
    }
}
