//! Messages that a page shows once, after an action.

use crate::text::Texts;

/// A message for the next page. It travels in a cookie and not in the URL, which anyone can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// An account has been added.
    AccountConnected,
    /// An account has been removed.
    AccountRemoved,
    /// The password has been changed.
    PasswordChanged,
    /// A first password has been set.
    PasswordSet,
    /// One session has been ended.
    SessionEnded,
    /// All sessions but the current one have been ended.
    OthersEnded,
    /// The person has signed out.
    SignedOut,
}

impl Notice {
    const ALL: [Self; 7] = [
        Self::AccountConnected,
        Self::AccountRemoved,
        Self::PasswordChanged,
        Self::PasswordSet,
        Self::SessionEnded,
        Self::OthersEnded,
        Self::SignedOut,
    ];

    /// Parses a cookie's value.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.word() == word)
    }

    /// Returns the cookie's value.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::AccountConnected => "account_connected",
            Self::AccountRemoved => "account_removed",
            Self::PasswordChanged => "password_changed",
            Self::PasswordSet => "password_set",
            Self::SessionEnded => "session_ended",
            Self::OthersEnded => "others_ended",
            Self::SignedOut => "signed_out",
        }
    }

    /// Returns the message.
    pub(crate) fn text(self, texts: &Texts) -> &'static str {
        match self {
            Self::AccountConnected => texts.notice.account_connected,
            Self::AccountRemoved => texts.notice.account_removed,
            Self::PasswordChanged => texts.notice.password_changed,
            Self::PasswordSet => texts.notice.password_set,
            Self::SessionEnded => texts.notice.session_ended,
            Self::OthersEnded => texts.notice.others_ended,
            Self::SignedOut => texts.notice.signed_out,
        }
    }

    /// Returns whether it applies to a signed-in visitor, or to one who is not.
    pub(crate) fn applies_when(self, signed_in: bool) -> bool {
        (self == Self::SignedOut) != signed_in
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_code_words_are_notices() {
        for notice in Notice::ALL {
            assert_eq!(Notice::parse(notice.word()), Some(notice));
        }
        for word in ["", "SIGNED_OUT", "signed_out ", "<b>hello</b>"] {
            assert_eq!(Notice::parse(word), None, "{word}");
        }
    }
}
