use std::str::FromStr;

use actix_web::web::Query;
use actix_web::{HttpRequest, HttpResponse};
use belgie::actix::ApiError;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::model::{Listed, Page};
use crate::service::{ChatError, Result};

#[derive(Deserialize)]
struct Asked {
    cursor: Option<String>,
    limit: Option<usize>,
}

/// Reads `?cursor=…&limit=…`.
pub fn page<C: FromStr>(request: &HttpRequest) -> Result<Page<C>> {
    let asked = Query::<Asked>::from_query(request.query_string());
    let asked = asked.map_err(|_| ChatError::Invalid("limit is no number"))?;
    let limit = asked.limit.unwrap_or(50);
    if !(1..=100).contains(&limit) {
        return Err(ChatError::Invalid("limit is not from 1 to 100"));
    }
    let after = asked.cursor.as_deref().map(str::parse).transpose();
    let after = after.map_err(|_| ChatError::Invalid("this is no cursor"))?;
    Ok(Page { after, limit })
}

/// Answers with a part of a list, under this name.
pub fn answer<T: Serialize>(
    name: &str,
    listed: Result<Listed<T>>,
) -> std::result::Result<HttpResponse, ApiError> {
    let Listed { items, next_cursor } = listed?;
    let mut response = HttpResponse::Ok();
    response.insert_header(("cache-control", "no-store"));
    Ok(response.json(json!({name: items, "next_cursor": next_cursor})))
}
