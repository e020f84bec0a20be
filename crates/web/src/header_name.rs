use std::fmt;

macro_rules! header_names {
    ($($name:ident = $text:literal,)+) => {
        /// A header that Belgie reads or writes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum HeaderName {
            $(#[doc = concat!("`", $text, "`")] $name,)+
        }

        impl HeaderName {
            /// All names, each at the index `name as usize`, so that an adapter can keep a parallel array of its
            /// framework's names.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Returns the name in lower case.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

header_names! {
    Accept = "accept",
    AccessControlAllowCredentials = "access-control-allow-credentials",
    AccessControlAllowHeaders = "access-control-allow-headers",
    AccessControlAllowMethods = "access-control-allow-methods",
    AccessControlAllowOrigin = "access-control-allow-origin",
    AccessControlExposeHeaders = "access-control-expose-headers",
    AccessControlMaxAge = "access-control-max-age",
    AccessControlRequestHeaders = "access-control-request-headers",
    AccessControlRequestMethod = "access-control-request-method",
    Allow = "allow",
    Authorization = "authorization",
    CacheControl = "cache-control",
    ContentDisposition = "content-disposition",
    ContentLength = "content-length",
    ContentSecurityPolicy = "content-security-policy",
    ContentType = "content-type",
    Cookie = "cookie",
    CrossOriginOpenerPolicy = "cross-origin-opener-policy",
    Forwarded = "forwarded",
    Host = "host",
    Location = "location",
    Origin = "origin",
    PermissionsPolicy = "permissions-policy",
    ReferrerPolicy = "referrer-policy",
    RetryAfter = "retry-after",
    SecFetchDest = "sec-fetch-dest",
    SecFetchMode = "sec-fetch-mode",
    SecFetchSite = "sec-fetch-site",
    SetCookie = "set-cookie",
    StrictTransportSecurity = "strict-transport-security",
    UserAgent = "user-agent",
    Vary = "vary",
    WwwAuthenticate = "www-authenticate",
    XContentTypeOptions = "x-content-type-options",
    XForwardedFor = "x-forwarded-for",
    XRequestId = "x-request-id",
}

impl fmt::Display for HeaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_stands_at_its_own_index() {
        for (index, name) in HeaderName::ALL.iter().enumerate() {
            assert_eq!(*name as usize, index, "{name}");
        }
    }
}
