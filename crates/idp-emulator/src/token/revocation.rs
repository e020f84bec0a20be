//! The revocation endpoint: a client revokes a refresh token or an access token (RFC 7009 §2).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::client_authentication::{authenticate, basic_credentials};
use super::error::TokenError;
use crate::provider::Provider;
use crate::reply::Reply;
use crate::request_log::{Endpoint, Parameters};
use crate::transport::deliver;

pub(crate) async fn post(
    provider: web::Data<Provider>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let form = Parameters::parse(&body);
    provider.log.count(Endpoint::Revocation);
    let reply = || -> Result<Reply, TokenError> {
        let basic = basic_credentials(&request)?;
        let client = authenticate(&provider, basic.as_ref(), &form)?;
        let token = form
            .first("token")
            .ok_or(TokenError::InvalidRequest("token is missing"))?;
        provider.grants.revoke_token(token, &client.id);
        Ok(Reply::new(StatusCode::OK, "text/plain; charset=utf-8", ""))
    };
    deliver(&provider, Endpoint::Revocation, || {
        reply().unwrap_or_else(TokenError::reply)
    })
    .await
}
