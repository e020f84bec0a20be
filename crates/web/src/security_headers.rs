//! The security headers of every response.

use uuid::Uuid;

use crate::config::WebConfig;
use crate::header_name::HeaderName;
use crate::reply::Reply;
use crate::site::Site;

/// Chooses the security headers. Those an endpoint has set are kept.
#[derive(Debug)]
pub(crate) struct SecurityHeaders {
    /// The sources of logos besides this site.
    logo_sources: Vec<String>,
    forms_stay: bool,
    is_https: bool,
}

/// What a page may do beyond the usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PagePolicy {
    /// Where its pictures come from.
    pub pictures: Pictures,
    /// Whether a form leads to another site. Chrome and Safari also apply `form-action` to the redirect after a form.
    pub forms_leave: bool,
}

/// Where the pictures of a page come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pictures {
    /// Only from here: the address of the page may be a secret.
    Here,
    /// From here and where the logo is.
    Logo,
    /// From anywhere: pictures of people.
    Anywhere,
}

impl PagePolicy {
    pub(crate) const USUAL: Self = Self {
        pictures: Pictures::Logo,
        forms_leave: false,
    };

    /// Of a page that shows people.
    pub(crate) const PEOPLE: Self = Self {
        pictures: Pictures::Anywhere,
        forms_leave: false,
    };
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

impl SecurityHeaders {
    pub(crate) fn new(config: &WebConfig, site: &Site) -> Self {
        let target = site.redirects().check(&config.after_sign_out);
        Self {
            logo_sources: config.brand.logo_origins(),
            forms_stay: target.is_ok_and(|target| target.is_same_origin()),
            is_https: site.is_https(),
        }
    }

    /// Returns the content security policy of a page.
    pub(crate) fn policy(&self, page: PagePolicy) -> String {
        let mut pictures = vec!["'self'"];
        match page.pictures {
            Pictures::Here => {}
            Pictures::Logo => pictures.extend(self.logo_sources.iter().map(String::as_str)),
            Pictures::Anywhere => pictures.push("https:"),
        }
        // Every page with a bar signs out by a form, which may lead to another site.
        let forms = if page.forms_leave || !self.forms_stay {
            ""
        } else {
            " form-action 'self';"
        };
        format!(
            "default-src 'none'; style-src 'self'; img-src {}; base-uri 'none'; \
             object-src 'none';{forms} frame-ancestors 'none'",
            pictures.join(" ")
        )
    }

    /// Returns the content security policy of a page with mails in frames: these inherit it, and mails bring their styles as
    /// attributes.
    pub(crate) fn policy_with_mails(&self) -> String {
        let policy = self.policy(PagePolicy::USUAL);
        format!("{policy}; style-src-attr 'unsafe-inline'")
    }

    /// Adds the missing headers, to a page those of this policy.
    pub(crate) fn complete(&self, reply: &mut Reply, page: PagePolicy, request_id: Uuid) {
        let content_type = reply.header(HeaderName::ContentType);
        let is_page = content_type.is_some_and(|value| value.starts_with("text/html"));
        let referrer = if is_page {
            "same-origin"
        } else {
            "no-referrer"
        };
        if is_page && reply.header(HeaderName::ContentSecurityPolicy).is_none() {
            let policy = self.policy(page);
            reply.push(HeaderName::ContentSecurityPolicy, policy);
        }
        let fixed = [
            (HeaderName::CacheControl, "no-store"),
            (HeaderName::ContentSecurityPolicy, API_POLICY),
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
