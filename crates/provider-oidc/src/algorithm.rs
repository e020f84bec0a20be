/// An asymmetric algorithm that an ID token may be signed with (RFC 7518 §3.1, RFC 8037 §3.1).
///
/// `none` and the `HS` family are missing, so no configuration can allow them (RFC 8725 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SigningAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// `EdDSA` on Ed25519, also under its newer name `Ed25519` (RFC 9864 §2.2).
    EdDsa,
}

impl SigningAlgorithm {
    /// Every algorithm.
    pub const ALL: [Self; 9] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
    ];

    /// Returns the name used in `alg` header fields and discovery documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }

    pub(crate) fn find(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|algorithm| algorithm.is_named(name))
    }

    fn is_named(self, name: &str) -> bool {
        self.name() == name || (self == Self::EdDsa && name == "Ed25519")
    }

    /// Returns the `allowed` algorithms that the provider announces: never more than configured.
    pub(crate) fn narrow(allowed: &[Self], announced: &[String]) -> Vec<Self> {
        let known = |algorithm: &Self| announced.iter().any(|name| algorithm.is_named(name));
        allowed.iter().copied().filter(known).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idt_02_discovery_narrows_the_algorithms_and_never_widens_them() {
        let announced = ["none", "HS256", "ES256", "RS256"].map(str::to_owned);

        assert_eq!(
            SigningAlgorithm::narrow(&[SigningAlgorithm::Rs256], &announced),
            [SigningAlgorithm::Rs256]
        );
        assert_eq!(
            SigningAlgorithm::narrow(&SigningAlgorithm::ALL, &announced),
            [SigningAlgorithm::Rs256, SigningAlgorithm::Es256]
        );
    }

    #[test]
    fn idt_02_no_symmetric_algorithm_has_a_name_here() {
        for name in ["none", "None", "HS256", "HS384", "HS512", "rs256", ""] {
            assert_eq!(SigningAlgorithm::find(name), None, "{name}");
        }
    }

    #[test]
    fn eddsa_on_ed25519_has_two_names() {
        for name in ["EdDSA", "Ed25519"] {
            let announced = [name.to_owned()];
            let narrowed = SigningAlgorithm::narrow(&SigningAlgorithm::ALL, &announced);

            assert_eq!(SigningAlgorithm::find(name), Some(SigningAlgorithm::EdDsa));
            assert_eq!(narrowed, [SigningAlgorithm::EdDsa]);
        }
        for name in ["ed25519", "Ed448", "EdDsa"] {
            assert_eq!(SigningAlgorithm::find(name), None, "{name}");
        }
    }

    #[test]
    fn every_algorithm_is_found_by_its_name() {
        for algorithm in SigningAlgorithm::ALL {
            assert_eq!(SigningAlgorithm::find(algorithm.name()), Some(algorithm));
        }
    }
}
