//! What a page says once, after something was done.

/// A message for the next page. It travels in a cookie and never in the address, which anybody can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// One session has been ended.
    SessionEnded,
    /// All sessions but the current one have been ended.
    OthersEnded,
    /// The person has signed out.
    SignedOut,
}

impl Notice {
    const ALL: [Self; 3] = [Self::SessionEnded, Self::OthersEnded, Self::SignedOut];

    /// Reads the code word in a cookie's value. Anything else is no notice.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.word() == word)
    }

    /// Returns the code word that stands in the cookie.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::SessionEnded => "session_ended",
            Self::OthersEnded => "others_ended",
            Self::SignedOut => "signed_out",
        }
    }

    /// Returns what people read.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::SessionEnded => "That device has been signed out.",
            Self::OthersEnded => "You have been signed out everywhere else.",
            Self::SignedOut => "You are signed out.",
        }
    }

    /// Returns whether it is true of somebody who is signed in, or of somebody who is not.
    pub(crate) fn suits(self, signed_in: bool) -> bool {
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
