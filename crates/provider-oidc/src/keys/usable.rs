use serde::Deserialize;
use serde_json::Value;

use super::verifying_key::VerifyingKey;
use belgie_provider_http::json;

/// Parses a JSON Web Key if it can verify signatures. Others are ignored: a key set may contain keys for other purposes
/// (RFC 7517 §5). So is one with a repeated member (§4).
pub(super) fn read(key: json::Members) -> Option<VerifyingKey> {
    let key = Value::Object(key.0?);
    let purpose = Purpose::deserialize(&key).ok()?;
    let key: VerifyingKey = serde_json::from_value(key).ok()?;
    let is_strong = key.modulus_bits().is_none_or(|bits| bits >= MIN_RSA_BITS);
    (purpose.is_signatures() && is_strong).then_some(key)
}

/// The purpose of a key (RFC 7517 §4.2 and §4.3).
#[derive(Deserialize)]
struct Purpose {
    #[serde(rename = "use")]
    intended: Option<String>,
    key_ops: Option<Vec<String>>,
}

impl Purpose {
    fn is_signatures(&self) -> bool {
        let intended = self.intended.as_deref().is_none_or(|text| text == "sig");
        let operations = self.key_ops.as_deref();
        intended && operations.is_none_or(|all| all.iter().any(|text| text == "verify"))
    }
}

/// RFC 7518 §3.3
const MIN_RSA_BITS: usize = 2048;
