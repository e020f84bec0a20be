/// An e-mail address as a provider vouches for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EmailClaim<'a> {
    /// The address.
    pub address: &'a str,
    /// The provider says that the person receives mail there.
    pub verified: bool,
    /// The organisation that the account belongs to, from the signed `hd` claim.
    pub hosted_domain: Option<&'a str>,
}

impl<'a> EmailClaim<'a> {
    /// Makes the claim that the provider has verified this address of nobody's organisation.
    pub fn verified(address: &'a str) -> Self {
        Self {
            address,
            verified: true,
            hosted_domain: None,
        }
    }
}

/// Decides whether a provider is trusted to vouch for this very address, so that it may open an existing user.
pub type EmailTrust = fn(EmailClaim<'_>) -> bool;

/// Trusts the provider with no address.
pub fn trust_no_email(_: EmailClaim<'_>) -> bool {
    false
}

/// Trusts the provider with every address that it has verified.
pub fn trust_verified_email(claim: EmailClaim<'_>) -> bool {
    claim.verified
}
