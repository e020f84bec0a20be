//! The security headers of every response.

use uuid::Uuid;

use crate::config::WebConfig;
use crate::header_name::HeaderName;
use crate::reply::Reply;
use crate::site::Site;

/// Chooses the security headers. Those an endpoint has set are kept.
#[derive(Debug)]
pub(crate) struct SecurityHeaders {
    page_policy: &'static str,
    is_https: bool,
}

/// Headers that browsers apply only to documents.
const FOR_DOCUMENTS: [(HeaderName, &str); 2] = [
    (HeaderName::CrossOriginOpenerPolicy, "same-origin"),
    (
        HeaderName::PermissionsPolicy,
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' https: data:; \
     base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'";
/// Chrome and Safari also apply `form-action` to the redirect after a form, which would block one that leads to another
/// site: a provider, or the target of a sign-out.
pub(crate) const PAGE_POLICY_FORMS_LEAVE: &str = "default-src 'none'; style-src 'self'; \
     img-src 'self' https: data:; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

impl SecurityHeaders {
    pub(crate) fn new(config: &WebConfig, site: &Site) -> Self {
        let target = site.redirects().check(&config.after_sign_out);
        let forms_stay = target.is_ok_and(|target| target.is_same_origin());
        Self {
            page_policy: if forms_stay {
                PAGE_POLICY
            } else {
                PAGE_POLICY_FORMS_LEAVE
            },
            is_https: site.is_https(),
        }
    }

    /// Adds the missing headers.
    pub(crate) fn complete(&self, reply: &mut Reply, request_id: Uuid) {
        let content_type = reply.header(HeaderName::ContentType);
        let is_page = content_type.is_some_and(|value| value.starts_with("text/html"));
        let (policy, referrer) = if is_page {
            (self.page_policy, "same-origin")
        } else {
            (API_POLICY, "no-referrer")
        };
        let fixed = [
            (HeaderName::CacheControl, "no-store"),
            (HeaderName::ContentSecurityPolicy, policy),
            (HeaderName::ReferrerPolicy, referrer),
            (HeaderName::XContentTypeOptions, "nosniff"),
        ];
        let for_documents = FOR_DOCUMENTS.into_iter().filter(|_| is_page);
        for (name, value) in fixed.into_iter().chain(for_documents) {
            reply.push_missing(name, value);
        }
        if self.is_https {
            reply.push_missing(HeaderName::StrictTransportSecurity, "max-age=31536000");
        }
        reply.push(HeaderName::XRequestId, request_id.to_string());
    }
}
