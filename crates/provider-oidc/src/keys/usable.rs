use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::CoreJsonWebKey;
use serde::Deserialize;
use serde_json::Value;

/// Reads a JSON Web Key if it is one to verify signatures with. The others are none of our business: a key set may
/// well have keys for other purposes (RFC 7517 §5).
pub(super) fn read(key: Value) -> Option<CoreJsonWebKey> {
    let facts = key.is_object().then(|| Facts::deserialize(&key))?.ok()?;
    if !facts.is_for_signatures() || !facts.is_strong() {
        return None;
    }
    serde_json::from_value(key).ok()
}

/// What tells whether a key may be used.
#[derive(Deserialize)]
struct Facts {
    kty: String,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
}

impl Facts {
    fn is_for_signatures(&self) -> bool {
        let purpose = self.purpose.as_deref().is_none_or(|text| text == "sig");
        let operations = self.key_ops.as_deref();
        purpose && operations.is_none_or(|all| all.iter().any(|text| text == "verify"))
    }

    /// Refuses symmetric keys, RSA below 2048 bits, and curves that no allowed algorithm is defined on.
    fn is_strong(&self) -> bool {
        let curve = self.crv.as_deref();
        match self.kty.as_str() {
            "RSA" => self.modulus_bits() >= LEAST_RSA_BITS,
            "EC" => matches!(curve, Some("P-256" | "P-384")),
            "OKP" => curve == Some("Ed25519"),
            _ => false,
        }
    }

    fn modulus_bits(&self) -> usize {
        let modulus = self.n.as_deref().unwrap_or_default();
        let bytes = URL_SAFE_NO_PAD.decode(modulus).unwrap_or_default();
        let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
        let leading = bytes.get(zeros).map_or(0, |byte| byte.leading_zeros());
        (bytes.len() - zeros) * 8 - leading as usize
    }
}

/// RFC 7518 §3.3
const LEAST_RSA_BITS: usize = 2048;
