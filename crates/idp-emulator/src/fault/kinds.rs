//! The faults of each document that the provider serves.

use serde_json::Value;

use crate::odd_key::OddKey;

/// A fault in the discovery document.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DiscoveryFault {
    /// A field has another value: another `issuer`, a `jwks_uri` at a foreign host …
    FieldSet {
        /// The field.
        name: String,
        /// Its value.
        value: Value,
    },
    /// A field is missing.
    FieldRemoved {
        /// The field.
        name: String,
    },
}

/// A fault in the JSON Web Key Set. Keys are added first, then their fields are edited.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum JwksFault {
    /// The whole document is something else, such as one whose `keys` is not an array.
    Document(Value),
    /// This key instead of the provider's own.
    Replace(OddKey),
    /// This key besides the provider's own.
    Add(OddKey),
    /// This many other RSA keys, which sign nothing, before the provider's own.
    Decoys(usize),
    /// A field of every key has another value, such as `use` = `enc`.
    KeyFieldSet {
        /// The field.
        name: String,
        /// Its value.
        value: Value,
    },
    /// A field of every key is missing, such as `kid`.
    KeyFieldRemoved {
        /// The field.
        name: String,
    },
}

/// A fault in the authorization response (RFC 6749 §4.1.2, RFC 9207).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AuthorizationFault {
    /// A parameter has another value.
    ParameterSet {
        /// The parameter.
        name: String,
        /// Its value.
        value: String,
    },
    /// A parameter is missing.
    ParameterRemoved {
        /// The parameter.
        name: String,
    },
    /// A parameter is repeated, which RFC 6749 §3.1 forbids.
    ParameterRepeated {
        /// The parameter.
        name: String,
        /// The second value.
        value: String,
    },
    /// An error instead of a code.
    Error {
        /// `error`
        code: String,
        /// `error_description`, any text
        description: String,
    },
}

/// A fault in the token endpoint's reply. The ID token's `at_hash` follows a changed access token.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TokenReplyFault {
    /// A field has another value or type.
    FieldSet {
        /// The field.
        name: String,
        /// Its value.
        value: Value,
    },
    /// A field is missing.
    FieldRemoved {
        /// The field.
        name: String,
    },
    /// An error of RFC 6749 §5.2 with status 400, whatever the request.
    Error {
        /// `error`
        code: String,
    },
}

/// A fault in the userinfo reply.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum UserinfoFault {
    /// A claim has another value.
    ClaimSet {
        /// The claim.
        name: String,
        /// Its value.
        value: Value,
    },
    /// A claim is missing.
    ClaimRemoved {
        /// The claim.
        name: String,
    },
    /// A signed JWT (`application/jwt`, OpenID Connect Core §5.3.2) instead of JSON, with `iss` and `aud`.
    Jwt,
    /// Such a JWT, signed in another way.
    JwtSignature(Signature),
}

/// A fault in GitHub's API. For `/user/emails`, replace the whole reply with [`Answer::json`](crate::Answer::json).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum GithubFault {
    /// A field of `/user` has another value or type.
    UserSet {
        /// The field.
        name: String,
        /// Its value.
        value: Value,
    },
    /// A field of `/user` is missing.
    UserRemoved {
        /// The field.
        name: String,
    },
}

/// A fault in the ID token.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum IdTokenFault {
    /// A claim has another value or type.
    ClaimSet {
        /// The claim.
        name: String,
        /// Its value.
        value: Value,
    },
    /// A claim is a time, counted from the moment of issue.
    ClaimAt {
        /// The claim.
        name: String,
        /// Seconds, negative for the past.
        seconds_from_now: i64,
    },
    /// A claim is missing.
    ClaimRemoved {
        /// The claim.
        name: String,
    },
    /// It is of another tenant of Microsoft, in `tid` and `iss`.
    Tenant(String),
    /// A header field has another value: `jwk`, `jku`, `x5u`, `crit`, `typ` …
    HeaderSet {
        /// The field.
        name: String,
        /// Its value.
        value: Value,
    },
    /// A header field is missing.
    HeaderRemoved {
        /// The field.
        name: String,
    },
    /// Every token has a different `kid`, which no key has.
    RandomKid,
    /// It is signed in another way.
    Signature(Signature),
    /// The payload is this, object or not.
    Payload(Value),
    /// The payload is this text, JSON or not; a name may be repeated in it.
    PayloadText(String),
    /// Its parts are base64 with `+`, `/` and padding instead of base64url; otherwise it is correct.
    PlainBase64,
    /// The signature and its dot are missing.
    TwoParts,
    /// It has the five parts of an encrypted token (RFC 7516).
    Encrypted,
    /// It is at least this many bytes long, and otherwise correct.
    Oversized {
        /// The length of the whole token.
        bytes: usize,
    },
    /// This text instead of a token.
    Text(String),
    /// It is missing from the reply.
    Missing,
}

/// A way to sign an ID token other than the correct one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signature {
    /// With the right key, but one bit is changed afterwards.
    BitFlipped,
    /// With another RSA key, under the `kid` of the right one.
    OtherKey,
    /// With another RSA key that the header contains as `jwk` (RFC 7515 §4.1.3).
    EmbeddedKey,
    /// Not at all: `alg` is `none` and the third part empty.
    None,
    /// With the right key, although `alg` is `none`.
    NoneButSigned,
    /// HS256 with the client secret.
    ClientSecret,
    /// HS256 with the text of the RSA public key's PEM.
    PublicKeyPem,
    /// HS256 with the bytes of the RSA public key's DER.
    PublicKeyDer,
    /// HS256 with the bytes of the RSA public key's modulus.
    PublicKeyModulus,
    /// Correctly, but with the key that was in use before the last rotation, under that key's `kid`.
    RetiredKey,
    /// With a key that must not be used; see [`JwksFault::Replace`] and [`JwksFault::Add`].
    Odd(OddKey),
}
