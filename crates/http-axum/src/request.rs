use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};

use axum::extract::{ConnectInfo, OriginalUri};
use axum::http::header::{self, HeaderMap};
use axum::http::request::Parts;
use axum::http::uri::{Authority, PathAndQuery};
use belgie_web::{HeaderName, Headers, Request, RequestContext};

/// The headers of a request, read from axum's own type.
pub(crate) struct RequestHeaders<'a>(pub &'a HeaderMap);

/// axum's header names, each at the index of ours.
static NAMES: LazyLock<Vec<header::HeaderName>> = LazyLock::new(|| {
    let names = HeaderName::ALL.iter();
    names
        .map(|name| header::HeaderName::from_static(name.as_str()))
        .collect()
});

/// Returns axum's name of a header.
pub(crate) fn name(name: HeaderName) -> &'static header::HeaderName {
    &NAMES[name as usize]
}

impl Headers for RequestHeaders<'_> {
    fn each<'h>(&'h self, of: HeaderName, visit: &mut dyn FnMut(&'h [u8])) {
        for value in self.0.get_all(name(of)) {
            visit(value.as_bytes());
        }
    }

    fn size(&self) -> usize {
        let line = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
            name.as_str().len() + value.len() + ": \r\n".len()
        };
        self.0.iter().map(line).sum()
    }
}

/// Creates Belgie's view of a request.
pub(crate) fn seen<'a>(
    parts: &'a Parts,
    context: &'a RequestContext,
    headers: &'a RequestHeaders<'a>,
) -> Request<'a> {
    // A nested router strips its prefix from the URI.
    let original = parts.extensions.get::<OriginalUri>();
    let uri = original.map_or(&parts.uri, |original| &original.0);
    let target = uri.path_and_query().map_or("", PathAndQuery::as_str);
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    Request::new(context, parts.method.as_str(), target, headers)
        .with_authority(uri.authority().map(Authority::as_str))
        .with_peer(peer.map(|peer| peer.0.ip()))
}

/// Returns the state shared by all extractors of a request.
pub(crate) fn context(parts: &mut Parts) -> Arc<RequestContext> {
    let shared = parts
        .extensions
        .get_or_insert_with(|| Arc::new(RequestContext::new()));
    Arc::clone(shared)
}
