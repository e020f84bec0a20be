//! What is known of a request besides what it asks for.

use std::net::IpAddr;

use actix_web::http::header::USER_AGENT;
use actix_web::{HttpMessage as _, HttpRequest};
use belgie_domain::ClientInfo;
use uuid::Uuid;

use crate::client_address::client_address;
use crate::web::Web;

/// Names a request, and says who sent it. One per request, made when it is first asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    /// Names the request in answers, logs and events.
    pub id: Uuid,
    /// The client's address.
    pub address: Option<IpAddr>,
}

impl Visit {
    /// Returns the visit that this request is.
    pub(crate) fn of(request: &HttpRequest, web: &Web) -> Self {
        if let Some(visit) = request.extensions().get::<Self>() {
            return *visit;
        }
        let visit = Self::begin(request, web);
        request.extensions_mut().insert(visit);
        visit
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the name of a request is neither a secret nor a time that a rule depends on"
    )]
    fn begin(request: &HttpRequest, web: &Web) -> Self {
        let peer = request.peer_addr().map(|peer| peer.ip());
        Self {
            id: Uuid::now_v7(),
            address: client_address(peer, request.headers(), &web.config.trusted_proxies),
        }
    }
}

/// Returns what sessions and events keep of where a request came from.
pub(crate) fn client_info(request: &HttpRequest, web: &Web) -> ClientInfo {
    let visit = Visit::of(request, web);
    let agent = request.headers().get(USER_AGENT);
    let agent = agent.map(|value| String::from_utf8_lossy(value.as_bytes()));
    ClientInfo {
        ip_address: visit.address,
        user_agent: None,
        request_id: Some(visit.id.to_string()),
    }
    .with_user_agent(&agent.unwrap_or_default())
}
