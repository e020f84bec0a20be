//! GitHub's `DELETE /applications/{client_id}/token`: an app revokes one of its tokens.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use crate::provider::Provider;
use crate::reply::Reply;
use crate::request_log::{Endpoint, Parameters};
use crate::token::{authenticate, basic_credentials};
use crate::transport::deliver;

pub(crate) async fn delete(
    provider: web::Data<Provider>,
    request: HttpRequest,
    client_id: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    provider.log.count(Endpoint::Revocation);
    deliver(&provider, Endpoint::Revocation, || {
        let revoked = revoke(&provider, &request, &client_id, &body);
        revoked.unwrap_or_else(|status| {
            Reply::json(status, &json!({ "message": "a refusal of the emulator" }))
        })
    })
    .await
}

fn revoke(
    provider: &Provider,
    request: &HttpRequest,
    client_id: &str,
    body: &[u8],
) -> Result<Reply, StatusCode> {
    let refused = |_| StatusCode::NOT_FOUND;
    let basic = basic_credentials(request).map_err(refused)?;
    let basic = basic.ok_or(StatusCode::NOT_FOUND)?;
    let client = authenticate(provider, Some(&basic), &Parameters::default()).map_err(refused)?;
    if client.id != client_id {
        return Err(StatusCode::NOT_FOUND);
    }
    let body: Option<Value> = serde_json::from_slice(body).ok();
    let token = body.as_ref().and_then(|body| body["access_token"].as_str());
    let token = token.ok_or(StatusCode::UNPROCESSABLE_ENTITY)?;
    provider.grants.revoke_token(token, client_id);
    Ok(Reply::new(
        StatusCode::NO_CONTENT,
        "text/plain; charset=utf-8",
        "",
    ))
}
