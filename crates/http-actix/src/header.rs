//! The headers that every answer of ours carries.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
    REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use uuid::Uuid;

use crate::config::WebConfig;

/// Decides the security headers; what a handler set itself stays.
#[derive(Debug)]
pub(crate) struct SecurityHeaders {
    page_policy: &'static str,
    is_https: bool,
}

const CROSS_ORIGIN_OPENER_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-opener-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What browsers heed on documents only.
const FOR_DOCUMENTS: [(HeaderName, &str); 2] = [
    (CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (
        PERMISSIONS_POLICY,
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' https: data:; \
     base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'";
/// Chrome and Safari hold the redirect after a form to `form-action` too, so signing out could not lead elsewhere.
const PAGE_POLICY_FORMS_LEAVE: &str = "default-src 'none'; style-src 'self'; \
     img-src 'self' https: data:; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

impl SecurityHeaders {
    pub(crate) fn new(config: &WebConfig) -> Self {
        let forms_stay = config.after_sign_out.starts_with('/')
            || config
                .base_url
                .join(&config.after_sign_out)
                .is_ok_and(|target| target.origin() == config.base_url.origin());
        Self {
            page_policy: if forms_stay {
                PAGE_POLICY
            } else {
                PAGE_POLICY_FORMS_LEAVE
            },
            is_https: config.is_https(),
        }
    }

    /// Adds what is missing.
    pub(crate) fn complete(&self, headers: &mut HeaderMap, request_id: Uuid) {
        let is_page = headers
            .get(CONTENT_TYPE)
            .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
        let (policy, referrer) = if is_page {
            (self.page_policy, "same-origin")
        } else {
            (API_POLICY, "no-referrer")
        };
        let fixed = [
            (CACHE_CONTROL, "no-store"),
            (CONTENT_SECURITY_POLICY, policy),
            (REFERRER_POLICY, referrer),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        let for_documents = FOR_DOCUMENTS.into_iter().filter(|_| is_page);
        for (name, value) in fixed.into_iter().chain(for_documents) {
            add(headers, name, value);
        }
        if self.is_https {
            add(headers, STRICT_TRANSPORT_SECURITY, "max-age=31536000");
        }
        let mut buffer = Uuid::encode_buffer();
        let id: &str = request_id.hyphenated().encode_lower(&mut buffer);
        if let Ok(id) = HeaderValue::from_str(id) {
            headers.insert(X_REQUEST_ID, id);
        }
    }
}

fn add(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
