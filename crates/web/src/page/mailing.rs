use crate::text::{AskTexts, Texts};
use crate::web::Web;

/// Why a person gets a mail with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mailing {
    /// To verify the address that the person has just registered with.
    Registered,
    /// To verify an address.
    Verify,
    /// To choose a new password.
    Reset,
}

impl Mailing {
    /// Returns the path of the route that sends such a mail.
    pub(super) fn action(self, web: &Web) -> String {
        web.paths.below_base(match self {
            Self::Registered | Self::Verify => "/auth/email/resend",
            Self::Reset => "/auth/password/forgot",
        })
    }

    /// Returns the path of the page on which another address is entered.
    pub(super) fn page(self, web: &Web) -> String {
        match self {
            Self::Registered => web.paths.sign_up_page(),
            Self::Verify => web.paths.verify_page(),
            Self::Reset => web.paths.forgot_page(),
        }
    }

    /// Returns the texts of the page on which such a mail is asked for.
    pub(super) fn texts(self, texts: &'static Texts) -> &'static AskTexts {
        match self {
            Self::Registered | Self::Verify => &texts.mail_pages.unverified,
            Self::Reset => &texts.mail_pages.forgot,
        }
    }
}
