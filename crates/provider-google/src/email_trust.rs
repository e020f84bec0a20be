use belgie_provider_oidc::EmailClaim;

/// Returns whether Google controls the mailbox of an address, so that its verification can be trusted.
///
/// That is the case for `@gmail.com` addresses, and for accounts of an organisation (`hd`) whose address is verified.
/// The address of any other Google account may belong to someone else by now.
pub(crate) fn google_runs_the_mailbox(claim: EmailClaim<'_>) -> bool {
    claim.verified && (is_gmail(claim.address) || claim.hosted_domain.is_some())
}

fn is_gmail(address: &str) -> bool {
    address.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.eq_ignore_ascii_case("gmail.com")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(address: &str) -> EmailClaim<'_> {
        EmailClaim::verified(address)
    }

    #[test]
    fn lnk_02_google_is_trusted_with_gmail_addresses() {
        assert!(google_runs_the_mailbox(claim("jane@gmail.com")));
        assert!(google_runs_the_mailbox(claim("Jane.Doe+x@Gmail.COM")));
    }

    #[test]
    fn lnk_02_google_is_not_trusted_with_addresses_that_only_look_like_gmail() {
        for address in [
            "jane@example.com",
            "jane@gmail.com.example.com",
            "jane@notgmail.com",
            "jane@example.com@gmail.com",
            "jane@gmail.com@example.com",
            "\"a@b\"@gmail.com",
            "@gmail.com",
            "gmail.com",
            "jane@gmail.com ",
            "jane@gmaıl.com",
            "",
        ] {
            assert!(!google_runs_the_mailbox(claim(address)), "{address}");
        }
    }

    #[test]
    fn lnk_02_google_is_trusted_with_verified_addresses_of_an_organisation() {
        let mut workspace = claim("jane@example.com");
        workspace.hosted_domain = Some("example.com");
        assert!(google_runs_the_mailbox(workspace));

        workspace.verified = false;
        assert!(!google_runs_the_mailbox(workspace));
    }

    #[test]
    fn lnk_02_an_unverified_gmail_address_is_not_trusted() {
        let mut unverified = claim("jane@gmail.com");
        unverified.verified = false;

        assert!(!google_runs_the_mailbox(unverified));
    }
}
