use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The text is not a UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID")]
pub struct InvalidId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize), serde(transparent))]
        pub struct $name(Uuid);

        impl $name {
            /// Creates a UUIDv7 (RFC 9562 §5.7) from the time in milliseconds and 80 random bits.
            pub fn new(at: DateTime<Utc>, random: [u8; 10]) -> Self {
                let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }

            /// Wraps a UUID read from a store.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// Returns the 16 bytes of the UUID, as SQLite keeps it.
            pub fn to_bytes(&self) -> Vec<u8> {
                self.0.as_bytes().to_vec()
            }

            /// Returns the UUID.
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }
    };
}

id! {
    /// Identifies a [`User`](crate::User).
    UserId
}
id! {
    /// Identifies an [`Account`](crate::Account).
    AccountId
}
id! {
    /// Identifies a [`Session`](crate::Session). It grants no access: the token does.
    SessionId
}
id! {
    /// Identifies an [`Event`](crate::Event).
    EventId
}
id! {
    /// Identifies an [`OutboxItem`](crate::OutboxItem).
    OutboxId
}
id! {
    /// Identifies a [`MailedToken`](crate::MailedToken). It grants nothing: the token does.
    MailedTokenId
}
id! {
    /// Identifies a [`SigningKey`](crate::SigningKey): its `kid`.
    SigningKeyId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let at = DateTime::from_timestamp_millis(1_700_000_000_000).unwrap();

        let earlier = UserId::new(at, [255; 10]);
        let later = UserId::new(at + chrono::TimeDelta::milliseconds(1), [0; 10]);

        assert!(earlier < later);
        assert_eq!(earlier.as_uuid().get_version_num(), 7);
    }

    #[test]
    fn an_id_is_read_back_from_its_text() {
        let id = SessionId::new(DateTime::UNIX_EPOCH, [7; 10]);

        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("jane".parse::<SessionId>(), Err(InvalidId));
        assert_eq!(id.to_bytes(), id.as_uuid().as_bytes());
    }

    #[cfg(feature = "serde")]
    #[test]
    fn an_id_in_json_is_its_text() {
        let id = UserId::new(DateTime::UNIX_EPOCH, [7; 10]);

        let json = serde_json::to_value(id).unwrap();

        assert_eq!(json, id.to_string());
        assert_eq!(serde_json::from_value::<UserId>(json).unwrap(), id);
    }
}
