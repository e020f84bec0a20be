use std::time::Duration;

use futures_util::stream::{BoxStream, StreamExt as _, iter};

use super::{Partner, PartnerError};
use crate::model::Message;

/// Repeats what was said, with a little wit.
pub struct Echo;

/// The pause between two words.
const PAUSE: Duration = Duration::from_millis(30);
/// How many characters of a message are repeated.
const QUOTED: usize = 300;

impl Partner for Echo {
    fn answer(&self, history: &[Message]) -> BoxStream<'static, Result<String, PartnerError>> {
        let said = history.last().map_or("", |message| message.text.trim());
        let words: Vec<_> = reply(said)
            .split_inclusive(' ')
            .map(str::to_owned)
            .collect();
        let spoken = iter(words).then(async |word| {
            tokio::time::sleep(PAUSE).await;
            Ok(word)
        });
        spoken.boxed()
    }
}

fn reply(said: &str) -> String {
    let (quote, length): (String, _) = (said.chars().take(QUOTED).collect(), said.chars().count());
    if length > QUOTED {
        return format!("{length} characters! I am still thinking about “{quote} …”");
    }
    if said.ends_with('?') {
        return format!("“{quote}” is just what I was about to ask you.");
    }
    if said.chars().any(char::is_alphabetic) && said == said.to_uppercase() {
        return format!("There is no need to shout “{}”.", quote.to_lowercase());
    }
    format!("“{quote}” … “{quote}” … It echoes nicely in here.")
}
