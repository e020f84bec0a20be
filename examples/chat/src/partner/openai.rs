use std::io;

use async_stream::try_stream;
use futures_util::stream::{BoxStream, StreamExt as _, TryStreamExt as _};
use reqwest::{Client, redirect};
use serde_json::{Value, json};
use tokio_util::codec::{FramedRead, LinesCodec};
use tokio_util::io::StreamReader;

use super::{Partner, PartnerError};
use crate::model::{MAX_TEXT, Message};
use crate::settings::Settings;

/// A language model, at an endpoint that is compatible with OpenAI's `/chat/completions`.
pub struct OpenAi {
    http: Client,
    url: String,
    key: String,
    model: String,
}

impl OpenAi {
    pub fn new(url: &str, settings: &Settings) -> Result<Self, reqwest::Error> {
        let http = Client::builder().redirect(redirect::Policy::none());
        Ok(Self {
            http: http.build()?,
            url: format!("{}/chat/completions", url.trim_end_matches('/')),
            key: settings.partner_key.clone().unwrap_or_default(),
            model: settings.partner_model.clone(),
        })
    }
}

impl Partner for OpenAi {
    /// The endpoint sends server-sent events, each with JSON, as its answer goes on.
    fn answer(&self, history: &[Message]) -> BoxStream<'static, Result<String, PartnerError>> {
        let messages = history.iter().map(|said| {
            let role = if said.is_answer { "assistant" } else { "user" };
            json!({"role": role, "content": said.text})
        });
        let messages: Vec<_> = messages.collect();
        let body = json!({"model": self.model, "messages": messages, "stream": true});
        let request = self.http.post(&self.url).bearer_auth(&self.key).json(&body);
        let parts = try_stream! {
            let response = request.send().await.map_err(anyhow::Error::from)?;
            if !response.status().is_success() {
                Err(PartnerError::Refused(response.status().as_u16()))?;
            }
            let body = StreamReader::new(response.bytes_stream().map_err(io::Error::other));
            let mut lines = FramedRead::new(body, LinesCodec::new_with_max_length(2 * MAX_TEXT));
            while let Some(line) = lines.next().await {
                let line = line.map_err(anyhow::Error::from)?;
                match line.strip_prefix("data:").map(str::trim) {
                    Some("[DONE]") => break,
                    Some(data) => yield content(data)?,
                    None => {}
                }
            }
        };
        parts.boxed()
    }
}

fn content(data: &str) -> Result<String, PartnerError> {
    let chunk: Value = serde_json::from_str(data).map_err(|_| PartnerError::Garbled)?;
    let choices = chunk["choices"].as_array().ok_or(PartnerError::Garbled)?;
    let parts = choices.iter().map(|choice| &choice["delta"]["content"]);
    Ok(parts.filter_map(Value::as_str).collect())
}
