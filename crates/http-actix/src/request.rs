use std::sync::{Arc, LazyLock};

use actix_web::http::header::{self, HeaderMap};
use actix_web::http::uri::{Authority, PathAndQuery};
use actix_web::{HttpMessage as _, HttpRequest};
use belgie_web::{HeaderName, Headers, Request, RequestContext};

/// The headers of a request, read from actix's own type.
pub(crate) struct RequestHeaders<'a>(pub &'a HeaderMap);

/// actix's header names, each at the index of ours.
static NAMES: LazyLock<Vec<header::HeaderName>> = LazyLock::new(|| {
    let names = HeaderName::ALL.iter();
    names
        .map(|name| header::HeaderName::from_static(name.as_str()))
        .collect()
});

/// Returns actix's name of a header.
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
    request: &'a HttpRequest,
    context: &'a RequestContext,
    headers: &'a RequestHeaders<'a>,
) -> Request<'a> {
    let (method, uri) = (request.method().as_str(), request.uri());
    let target = uri.path_and_query().map_or("", PathAndQuery::as_str);
    Request::new(context, method, target, headers)
        .with_authority(uri.authority().map(Authority::as_str))
        .with_peer(request.peer_addr().map(|peer| peer.ip()))
}

/// Returns the state shared by all extractors of a request.
pub(crate) fn context(request: &HttpRequest) -> Arc<RequestContext> {
    let known = request.extensions().get::<Arc<RequestContext>>().cloned();
    known.unwrap_or_else(|| {
        let context = Arc::new(RequestContext::new());
        request.extensions_mut().insert(Arc::clone(&context));
        context
    })
}
