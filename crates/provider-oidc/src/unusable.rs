use belgie_domain::printable;

/// Why no sign-in is possible with a provider as it is set up, according to its discovery document: the source of
/// [`ProviderError::Unavailable`](belgie_ports::ProviderError::Unavailable).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnusableProvider {
    /// The document is of another issuer than the configured one (Discovery §4.3), which must be equal byte for byte.
    #[error("the discovery document has the issuer {found:?}")]
    OtherIssuer {
        /// The document's issuer, printable.
        found: String,
    },
    /// The provider signs ID tokens with no allowed algorithm.
    #[error(
        "the provider announces none of the allowed algorithms for ID tokens, but {announced}: choose an asymmetric one there, such as RS256"
    )]
    NoCommonAlgorithm {
        /// What it announces instead, printable.
        announced: String,
    },
    /// The provider supports no method of client authentication that this client can use.
    #[error(
        "the provider announces neither client_secret_basic nor client_secret_post for the token endpoint, but {announced}"
    )]
    NoCommonTokenAuthMethod {
        /// What it announces instead, printable.
        announced: String,
    },
    /// The provider takes only pushed authorization requests (RFC 9126 §5).
    #[error(
        "the provider requires pushed authorization requests, which are not supported: turn require_pushed_authorization_requests off there"
    )]
    PushedRequestsRequired,
    /// The provider takes only signed request objects (RFC 9101 §10.5).
    #[error(
        "the provider requires signed request objects, which are not supported: turn require_signed_request_object off there"
    )]
    SignedRequestsRequired,
}

impl UnusableProvider {
    pub(crate) fn no_common_algorithm(announced: &[String]) -> Self {
        let announced = shown(announced);
        Self::NoCommonAlgorithm { announced }
    }

    pub(crate) fn no_common_token_auth_method(announced: &[String]) -> Self {
        let announced = shown(announced);
        Self::NoCommonTokenAuthMethod { announced }
    }
}

fn shown(announced: &[String]) -> String {
    if announced.is_empty() {
        return "nothing".to_owned();
    }
    printable(&announced.join(", "))
}
