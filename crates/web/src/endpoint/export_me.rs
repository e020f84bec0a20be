use std::error::Error;

use belgie_auth::Export;
use futures_util::{StreamExt as _, stream};
use serde::Serialize;

use super::JSON;
use crate::body_stream::{BodyStream, BrokenOff, Parts};
use crate::call::Call;
use crate::error::Problem;
use crate::export_view::{EventView, ExportView};
use crate::header_name::HeaderName;
use crate::reply::{Body, Reply};
use crate::web::Answer;

/// `GET /api/me/export`: what is stored about the user, as a JSON file without secrets. It is made as the client reads it,
/// since there may be many events.
pub(crate) async fn show(call: Call<'_>) -> Answer {
    let session = call.require().await?;
    let export = call.web.auth.me().export(&session).await?;
    let beginning = beginning(&ExportView::new(&export, &call.web.auth))?;
    let body = BodyStream::new(move || parts(beginning.clone(), export.clone()));
    let reply = Reply::new(200).with_body(JSON, Body::Stream(body));
    Ok(reply.with_header(HeaderName::ContentDisposition, ATTACHMENT))
}

const ATTACHMENT: &str = "attachment; filename=\"personal-data.json\"";

/// Returns everything up to the list of events, which is the last member of the object.
fn beginning(view: &ExportView<'_>) -> Result<Vec<u8>, Problem> {
    let mut json = to_json(view).map_err(|BrokenOff| Problem::internal())?;
    json.pop(); // the closing brace
    json.extend_from_slice(b",\"events\":[");
    Ok(json)
}

fn parts(beginning: Vec<u8>, export: Export) -> Parts {
    let beginning = stream::iter([Ok(beginning)]);
    let events = stream::try_unfold((export, true), |(mut export, is_first)| async move {
        let page = export.next_events().await.map_err(|error| {
            let cause = error.source();
            tracing::error!(%error, cause, "an export broke off");
            BrokenOff
        })?;
        let Some(page) = page else {
            return Ok(None);
        };
        let mut json = Vec::new();
        for event in &page {
            if !(is_first && json.is_empty()) {
                json.push(b',');
            }
            json.append(&mut to_json(&EventView::from(event))?);
        }
        let is_first = is_first && page.is_empty();
        Ok(Some((json, (export, is_first))))
    });
    let end = stream::iter([Ok(b"]}".to_vec())]);
    Box::pin(beginning.chain(events).chain(end))
}

fn to_json(value: &impl Serialize) -> Result<Vec<u8>, BrokenOff> {
    serde_json::to_vec(value).map_err(|error| {
        tracing::error!(%error, "an export cannot be serialized as JSON");
        BrokenOff
    })
}
