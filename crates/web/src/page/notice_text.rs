use std::borrow::Cow;

use belgie_domain::EmailAddress;

use super::device::Device;
use crate::notice::{HeldNotice, Notice};
use crate::text::Texts;

/// Returns what a notice says, with the name of what it is about. The name is from a cookie: only names that this site
/// could have put there are shown.
pub(super) fn text(held: &HeldNotice, texts: &Texts) -> Cow<'static, str> {
    let subject = held.subject.as_deref();
    let named = match (held.notice, subject) {
        (Notice::SessionEnded, Some(device)) if Device::is_label(device, texts) => {
            Some((texts.notice.session_ended_on)(device))
        }
        (Notice::EmailChangeSent, Some(address)) => { address.parse().ok() }
            .map(|address: EmailAddress| (texts.notice.email_change_sent_to)(address.as_str())),
        _ => None,
    };
    named.map_or_else(|| Cow::Borrowed(held.notice.text(texts)), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_names_only_what_can_be_named() {
        let unnamed = "That device has been signed out.";
        let link = "We sent a link to your new address. Follow it to make the change.";
        for (notice, subject, said) in [
            (
                Notice::SessionEnded,
                "Firefox on Linux",
                "Firefox on Linux has been signed out.",
            ),
            (
                Notice::SessionEnded,
                "An app on iPhone",
                "An app on iPhone has been signed out.",
            ),
            (Notice::SessionEnded, "Everyone", unnamed),
            (Notice::SessionEnded, "", unnamed),
            (
                Notice::EmailChangeSent,
                "jane@new.example",
                "We sent a link to jane@new.example. Follow it to make the change.",
            ),
            (Notice::EmailChangeSent, "Call 555-1234", link),
            (
                Notice::OthersEnded,
                "Firefox on Linux",
                "You have been signed out everywhere else.",
            ),
        ] {
            assert_eq!(text(&notice.about(subject), Texts::current()), said);
        }
    }
}
