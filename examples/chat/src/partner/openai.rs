use std::io;

use futures_util::future::{ok, ready};
use futures_util::stream::{BoxStream, StreamExt as _, TryStreamExt as _, once};
use serde::Deserialize;
use serde_json::json;
use tokio_util::codec::{FramedRead, LinesCodec};
use tokio_util::io::StreamReader;

use super::{Partner, PartnerError};
use crate::model::{Author, MAX_TEXT, Message};
use crate::settings::PartnerSettings;

/// A language model, at an endpoint that is compatible with OpenAI's `/chat/completions`.
pub struct OpenAi {
    http: reqwest::Client,
    settings: PartnerSettings,
}

#[derive(Deserialize)]
struct Chunk {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    delta: Delta,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<String>,
}

impl OpenAi {
    pub fn new(settings: PartnerSettings) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let http = http.build()?;
        Ok(Self { http, settings })
    }
}

impl Partner for OpenAi {
    fn answer(&self, history: &[Message]) -> BoxStream<'static, Result<String, PartnerError>> {
        let messages = history.iter().map(|message| match message.author {
            Author::User => json!({"role": "user", "content": message.text}),
            Author::Partner => json!({"role": "assistant", "content": message.text}),
        });
        let messages: Vec<_> = messages.collect();
        let PartnerSettings { url, key, model } = &self.settings;
        let request = self
            .http
            .post(format!("{}/chat/completions", url.trim_end_matches('/')));
        let body = json!({"model": model, "messages": messages, "stream": true});
        once(begin(request.bearer_auth(key).json(&body)))
            .try_flatten()
            .boxed()
    }
}

/// Sends the request, and returns the parts of the answer as they arrive: server-sent events, each with JSON.
async fn begin(
    request: reqwest::RequestBuilder,
) -> Result<BoxStream<'static, Result<String, PartnerError>>, PartnerError> {
    let response = request.send().await.map_err(PartnerError::unavailable)?;
    if !response.status().is_success() {
        return Err(PartnerError::Refused(response.status().as_u16()));
    }
    let body = StreamReader::new(response.bytes_stream().map_err(io::Error::other));
    let lines = FramedRead::new(body, LinesCodec::new_with_max_length(2 * MAX_TEXT));
    let parts = lines
        .map_err(PartnerError::unavailable)
        .try_filter_map(|line| {
            ok(line
                .strip_prefix("data:")
                .map(|data| data.trim().to_owned()))
        })
        .try_take_while(|data| ok(data != "[DONE]"))
        .and_then(|data| ready(content(&data)));
    Ok(parts.boxed())
}

fn content(data: &str) -> Result<String, PartnerError> {
    let chunk: Chunk = serde_json::from_str(data).map_err(PartnerError::Garbled)?;
    let parts = chunk
        .choices
        .into_iter()
        .filter_map(|choice| choice.delta.content);
    Ok(parts.collect())
}
