//! Serialization of types that have none of their own. serde finds each pair of functions by the name of its module.

/// Serialized by `Display`, deserialized by `FromStr`.
pub(crate) mod text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::de::{Deserialize as _, Deserializer, Error as _};
    use serde::ser::Serializer;

    pub(crate) fn serialize<T: Display, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(crate) fn deserialize<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// The same for optional values.
pub(crate) mod text_or_none {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::de::{Deserialize as _, Deserializer, Error as _};
    use serde::ser::{Serialize as _, Serializer};

    #[expect(clippy::ref_option, reason = "serde hands over the field")]
    pub(crate) fn serialize<T: Display, S: Serializer>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let text = value.as_ref().map(ToString::to_string);
        text.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        let value = text.map(|text| text.parse().map_err(D::Error::custom));
        value.transpose()
    }
}

/// Hashes, as their bytes.
pub(crate) mod hash {
    use belgie_domain::TokenHash;
    use serde::de::{Deserialize as _, Deserializer};
    use serde::ser::{Serialize as _, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        value: &TokenHash,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_bytes().serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<TokenHash, D::Error> {
        <[u8; 32]>::deserialize(deserializer).map(TokenHash::from_bytes)
    }
}

/// The same for optional hashes.
pub(crate) mod hash_or_none {
    use belgie_domain::TokenHash;
    use serde::de::{Deserialize as _, Deserializer};
    use serde::ser::{Serialize as _, Serializer};

    #[expect(clippy::ref_option, reason = "serde hands over the field")]
    pub(crate) fn serialize<S: Serializer>(
        value: &Option<TokenHash>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let bytes = value.as_ref().map(TokenHash::as_bytes);
        bytes.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<TokenHash>, D::Error> {
        let bytes = Option::<[u8; 32]>::deserialize(deserializer)?;
        Ok(bytes.map(TokenHash::from_bytes))
    }
}

/// Names, including those that only a newer version knows.
pub(crate) mod word {
    use std::fmt::Display;

    use serde::de::{Deserialize as _, Deserializer};
    use serde::ser::Serializer;

    pub(crate) fn serialize<T: Display, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(crate) fn deserialize<'de, T: for<'a> From<&'a str>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        let word = String::deserialize(deserializer)?;
        Ok(T::from(&*word))
    }
}

/// A delivery, as its name and the front end's code challenge.
pub(crate) mod delivery {
    use belgie_domain::{CodeChallenge, Delivery};
    use serde::de::{Deserialize as _, Deserializer, Error as _};
    use serde::ser::{Serialize as _, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        value: &Delivery,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let challenge = value.code_challenge().map(CodeChallenge::as_str);
        (value.as_str(), challenge).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Delivery, D::Error> {
        let (word, challenge) = <(String, Option<String>)>::deserialize(deserializer)?;
        let challenge = challenge.map(|text| text.parse().map_err(D::Error::custom));
        Ok(Delivery::from_stored(&word, challenge.transpose()?))
    }
}

/// A purpose, as its name, the session that the sign-in replaces, and the session that it depends on.
pub(crate) mod purpose {
    use belgie_domain::{Purpose, SessionId, TokenHash};
    use serde::de::{Deserialize as _, Deserializer, Error as _};
    use serde::ser::{Serialize as _, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        value: &Purpose,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let replaces = value.replaces().map(|hash| *hash.as_bytes());
        let session = value.session().map(|id| id.to_string());
        (value.as_str(), replaces, session).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Purpose, D::Error> {
        let (word, replaces, session) =
            <(String, Option<[u8; 32]>, Option<String>)>::deserialize(deserializer)?;
        let replaces = replaces.map(TokenHash::from_bytes);
        let session = session.map(|id| id.parse::<SessionId>().map_err(D::Error::custom));
        Ok(Purpose::from_stored(&word, replaces, session.transpose()?))
    }
}

/// Secrets, which do not implement `Display`.
macro_rules! secret {
    ($module:ident, $secret:ident) => {
        pub(crate) mod $module {
            use belgie_domain::$secret;
            use serde::de::{Deserialize as _, Deserializer, Error as _};
            use serde::ser::Serializer;

            pub(crate) fn serialize<S: Serializer>(
                value: &$secret,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(value.secret())
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<$secret, D::Error> {
                let text = String::deserialize(deserializer)?;
                $secret::parse(&text).map_err(D::Error::custom)
            }
        }
    };
}

secret! { nonce, Nonce }
secret! { code_verifier, CodeVerifier }
