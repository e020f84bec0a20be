//! Messages that a page shows once, after an action.

use std::borrow::Cow;

use url::form_urlencoded;

use crate::text::Texts;

/// A message for the next page. It travels in a cookie and not in the URL, which anyone can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// An account has been added.
    AccountConnected,
    /// An account has been removed.
    AccountRemoved,
    /// The address has been changed by a mailed link.
    EmailChanged,
    /// The address has been verified by a mailed link.
    EmailVerified,
    /// The password has been changed.
    PasswordChanged,
    /// A new password has been chosen by a mailed link.
    PasswordReset,
    /// A first password has been set.
    PasswordSet,
    /// The person has authenticated again.
    Reauthenticated,
    /// A link has been mailed to another address of the person's.
    EmailChangeSent,
    /// Name or picture has been edited.
    ProfileChanged,
    /// One session has been ended.
    SessionEnded,
    /// All sessions but the current one have been ended.
    OthersEnded,
    /// The person has signed out.
    SignedOut,
    /// The person has deleted the own user.
    UserDeleted,
}

/// A notice as a browser holds it: with the name of what it is about, if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeldNotice {
    pub notice: Notice,
    /// As the browser says.
    pub subject: Option<String>,
}

/// Separates the code word from the name, which is encoded as in a form.
const SEPARATOR: char = ':';

impl HeldNotice {
    /// Parses a cookie's value.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let (word, subject) = match value.split_once(SEPARATOR) {
            Some((word, subject)) => (word, Some(decode(subject).into_owned())),
            None => (value, None),
        };
        let notice = Notice::parse(word)?;
        Some(Self { notice, subject })
    }

    /// Returns the cookie's value.
    pub(crate) fn value(&self) -> String {
        let word = self.notice.word().to_owned();
        let Some(subject) = &self.subject else {
            return word;
        };
        let encoded = form_urlencoded::byte_serialize(subject.as_bytes());
        let mut value = word;
        value.push(SEPARATOR);
        value.extend(encoded);
        value
    }
}

impl From<Notice> for HeldNotice {
    fn from(notice: Notice) -> Self {
        Self {
            notice,
            subject: None,
        }
    }
}

fn decode(encoded: &str) -> Cow<'_, str> {
    let mut pairs = form_urlencoded::parse(encoded.as_bytes());
    pairs.next().map_or(Cow::Borrowed(""), |(text, _)| text)
}

impl Notice {
    const ALL: [Self; 14] = [
        Self::AccountConnected,
        Self::AccountRemoved,
        Self::EmailChanged,
        Self::EmailVerified,
        Self::PasswordChanged,
        Self::PasswordReset,
        Self::PasswordSet,
        Self::Reauthenticated,
        Self::EmailChangeSent,
        Self::ProfileChanged,
        Self::SessionEnded,
        Self::OthersEnded,
        Self::SignedOut,
        Self::UserDeleted,
    ];

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.word() == word)
    }

    /// Returns the code word.
    fn word(self) -> &'static str {
        match self {
            Self::AccountConnected => "account_connected",
            Self::AccountRemoved => "account_removed",
            Self::EmailChanged => "email_changed",
            Self::EmailVerified => "email_verified",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
            Self::PasswordSet => "password_set",
            Self::Reauthenticated => "reauthenticated",
            Self::EmailChangeSent => "email_change_sent",
            Self::ProfileChanged => "profile_changed",
            Self::SessionEnded => "session_ended",
            Self::OthersEnded => "others_ended",
            Self::SignedOut => "signed_out",
            Self::UserDeleted => "user_deleted",
        }
    }

    /// Adds the name of what it is about.
    pub(crate) fn about(self, subject: impl Into<String>) -> HeldNotice {
        HeldNotice {
            notice: self,
            subject: Some(subject.into()),
        }
    }

    /// Returns the message, without a name.
    pub(crate) fn text(self, texts: &Texts) -> &'static str {
        match self {
            Self::AccountConnected => texts.notice.account_connected,
            Self::AccountRemoved => texts.notice.account_removed,
            Self::EmailChanged => texts.notice.email_changed,
            Self::EmailVerified => texts.notice.email_verified,
            Self::PasswordChanged => texts.notice.password_changed,
            Self::PasswordReset => texts.notice.password_reset,
            Self::PasswordSet => texts.notice.password_set,
            Self::Reauthenticated => texts.notice.reauthenticated,
            Self::EmailChangeSent => texts.notice.email_change_sent,
            Self::ProfileChanged => texts.notice.profile_changed,
            Self::SessionEnded => texts.notice.session_ended,
            Self::OthersEnded => texts.notice.others_ended,
            Self::SignedOut => texts.notice.signed_out,
            Self::UserDeleted => texts.notice.user_deleted,
        }
    }

    /// Returns whether it applies to a signed-in visitor, or to one who is not. A link may be used by either.
    pub(crate) fn applies_when(self, signed_in: bool) -> bool {
        match self {
            Self::EmailChanged | Self::EmailVerified | Self::PasswordReset => true,
            Self::SignedOut | Self::UserDeleted => !signed_in,
            Self::AccountConnected
            | Self::AccountRemoved
            | Self::PasswordChanged
            | Self::PasswordSet
            | Self::ProfileChanged
            | Self::Reauthenticated
            | Self::EmailChangeSent
            | Self::SessionEnded
            | Self::OthersEnded => signed_in,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_code_words_are_notices() {
        for notice in Notice::ALL {
            assert_eq!(HeldNotice::parse(notice.word()), Some(notice.into()));
        }
        for word in ["", "SIGNED_OUT", "signed_out ", "<b>hello</b>"] {
            assert_eq!(HeldNotice::parse(word), None, "{word}");
        }
    }

    #[test]
    fn a_name_survives_its_way_through_a_cookie() {
        for name in ["", "Firefox on Linux", "a:b;c=d&e,\"f\" \u{e9}"] {
            let held = Notice::SessionEnded.about(name);
            let value = held.value();
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_:+%-.*".contains(&byte);
            assert!(value.bytes().all(is_plain), "{value}");
            assert_eq!(HeldNotice::parse(&value), Some(held));
        }
    }
}
