use std::time::Duration;

use async_stream::stream;
use futures_util::stream::{BoxStream, StreamExt as _};
use tokio::time::sleep;

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
        let reply = reply(said);
        let words = stream! {
            for word in reply.split_inclusive(' ') {
                sleep(PAUSE).await;
                yield Ok(word.to_owned());
            }
        };
        words.boxed()
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
    format!("“{quote}” … “{quote}” … It echoes nicely in here.")
}
