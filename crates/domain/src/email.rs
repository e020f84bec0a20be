use std::fmt;
use std::str::FromStr;

/// An e-mail address in its one canonical form: trimmed, lower case, the domain in ASCII (IDNA), at most 254 bytes.
///
/// Dots and `+tags` in the local part are kept: only the owner's mail server knows whether they matter. A non-ASCII
/// local part is rejected, so that two look-alike addresses are never one user.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

/// The text is not exactly one usable e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a usable e-mail address")]
pub struct InvalidEmail;

/// RFC 5321 §4.5.3.1.3: a path of 256 octets, less its angle brackets.
const MAX_BYTES: usize = 254;

impl EmailAddress {
    /// Returns the address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the domain, the part after the `@`, in ASCII and lower case.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Returns whether a text is an address in canonical form apart from ASCII case: nothing to trim, and a Unicode
    /// domain written as `xn--`.
    ///
    /// Programs convert Unicode domains to ASCII differently (some map `ß` to `ss`), so mail to any other spelling may
    /// have reached a mailbox other than that of the canonical form. Such a spelling does not prove ownership.
    pub fn is_canonical_spelling(text: &str) -> bool {
        let canonical = text.to_ascii_lowercase();
        canonical.is_ascii()
            && canonical
                .parse::<Self>()
                .is_ok_and(|address| address.0 == canonical)
    }
}

impl FromStr for EmailAddress {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        if is_plainly_canonical(text) {
            return Ok(Self(text.to_owned()));
        }
        let (local, domain) = text.trim_matches(' ').split_once('@').ok_or(InvalidEmail)?;
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"(),:;<>@[\\]".contains(&byte);
        if !local.bytes().all(plain) || domain.contains('@') {
            return Err(InvalidEmail);
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| InvalidEmail)?;
        let address = format!("{}@{domain}", local.to_ascii_lowercase());
        let named = domain.contains('.') && !domain.ends_with('.');
        if address.len() > MAX_BYTES || !named || !email_address::EmailAddress::is_valid(&address) {
            return Err(InvalidEmail);
        }
        Ok(Self(address))
    }
}

/// Recognises most addresses that are already canonical (every session check reads one) without consulting the IDNA
/// tables. An address it does not recognise may still be valid.
fn is_plainly_canonical(text: &str) -> bool {
    let alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let atom = |part: &str| {
        let plain = |byte: u8| alphanumeric(byte) || b"_+-".contains(&byte);
        !part.is_empty() && part.bytes().all(plain)
    };
    // A label with a hyphen may be IDNA-encoded.
    let label = |part: &str| (1..=63).contains(&part.len()) && part.bytes().all(alphanumeric);
    text.split_once('@').is_some_and(|(local, domain)| {
        text.len() <= MAX_BYTES
            && local.len() <= 64
            && local.split('.').all(atom)
            && domain.contains('.')
            && domain.split('.').all(label)
    })
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lnk_18_one_address_has_one_form() {
        for (typed, canonical) in [
            ("jane@example.com", "jane@example.com"),
            (" Jane.Doe+Tag@Example.COM ", "jane.doe+tag@example.com"),
            ("o'neil@bücher.example", "o'neil@xn--bcher-kva.example"),
            ("JANE@BÜCHER.example", "jane@xn--bcher-kva.example"),
            ("jane@bu\u{308}cher.example", "jane@xn--bcher-kva.example"),
            ("jane@XN--BCHER-KVA.Example", "jane@xn--bcher-kva.example"),
            ("jane@bücher\u{3002}example", "jane@xn--bcher-kva.example"),
            ("jane@\u{ff42}ücher.example", "jane@xn--bcher-kva.example"),
            ("jane@\u{212a}elvin.example", "jane@kelvin.example"),
        ] {
            let address: EmailAddress = typed.parse().unwrap();
            assert_eq!(address.as_str(), canonical, "{typed:?}");
            assert_eq!(canonical.parse(), Ok(address), "{typed:?}");
        }
    }

    proptest::proptest! {
        /// The short way is taken for nothing that the long way would refuse or change.
        #[test]
        fn lnk_18_what_is_recognised_at_a_glance_is_canonical(
            text in "[a-zA-Zü0-9._+@ -]{0,12}@[a-zA-Zü0-9.@-]{0,12}[.@]?[a-z0-9-]{0,70}"
        ) {
            // A blank before it forces the long way, which drops it.
            let parsed: Result<EmailAddress, _> = format!(" {text}").parse();
            if is_plainly_canonical(&text) {
                proptest::prop_assert_eq!(parsed, Ok(EmailAddress(text)));
            }
        }

        #[test]
        fn lnk_18_most_addresses_are_recognised_at_a_glance(
            text in "[a-z0-9_+-]{1,20}(\\.[a-z0-9]{1,20}){0,2}@[a-z0-9]{1,20}(\\.[a-z0-9]{1,20}){1,2}"
        ) {
            proptest::prop_assert!(is_plainly_canonical(&text));
            let parsed: Result<EmailAddress, _> = format!(" {text}").parse();
            proptest::prop_assert_eq!(parsed, Ok(EmailAddress(text)));
        }
    }

    #[test]
    fn lnk_02_only_the_canonical_spelling_can_be_trusted() {
        for text in [
            "jane@example.com",
            "Jane.Doe+Tag@Example.COM",
            "jane@xn--bcher-kva.example",
            "JANE@XN--BCHER-KVA.Example",
            "o'neil@a-b.example",
        ] {
            assert!(EmailAddress::is_canonical_spelling(text), "{text:?}");
        }
        for text in [
            "jane@exam\u{ad}ple.com",     // soft hyphen
            "jane@\u{ff45}xample.com",    // fullwidth e
            "jane@example\u{ff0e}com",    // fullwidth full stop
            "jane@example\u{3002}com",    // ideographic full stop
            "jane@stra\u{df}e.example",   // sharp s
            "jane@stra\u{1e9e}e.example", // capital sharp s
            "jane@exam\u{200d}ple.com",   // zero width joiner
            "jane@exam\u{200b}ple.com",   // zero width space
            "jane@\u{212a}elvin.example", // Kelvin sign
            "jane@b\u{fc}cher.example",
            "jane@bu\u{308}cher.example",
            "j\u{e4}ne@example.com",
            " jane@example.com",
            "jane@example.com ",
            "jane@example.com.",
            "jane@xn--.example",
            "jane",
            "",
        ] {
            assert!(!EmailAddress::is_canonical_spelling(text), "{text:?}");
        }
    }

    proptest::proptest! {
        /// A spelling that can be trusted is the address itself in another case, and nothing else.
        #[test]
        fn lnk_02_a_canonical_spelling_differs_from_its_address_in_ascii_case_alone(
            text in "[a-zA-ZüßẞK0-9._+ -]{1,12}@[a-zA-ZüßẞK\u{ad}\u{200d}\u{3002}\u{ff45}0-9.-]{1,12}\\.[a-zA-Z]{2,3}"
        ) {
            let parsed = text.parse::<EmailAddress>();
            let same = parsed.is_ok_and(|address| address.as_str().eq_ignore_ascii_case(&text));
            proptest::prop_assert_eq!(EmailAddress::is_canonical_spelling(&text), same);
        }
    }

    #[test]
    fn lnk_18_tags_and_dots_are_kept() {
        let addresses = ["jane+a@x.com", "jane+b@x.com", "jane@x.com", "j.ane@x.com"];

        for one in addresses {
            let same = addresses.map(|other| {
                one.parse::<EmailAddress>().unwrap() == other.parse::<EmailAddress>().unwrap()
            });
            assert_eq!(same.iter().filter(|same| **same).count(), 1, "{one}");
        }
    }

    #[test]
    fn lnk_18_an_address_has_254_characters_at_most() {
        let label = "b".repeat(63);
        let of_length = |length: usize| {
            let rest = "b".repeat(length - 64 - 1 - 128 - 4);
            format!("{}@{label}.{label}.{rest}.com", "a".repeat(64))
        };

        assert_eq!(
            of_length(254)
                .parse::<EmailAddress>()
                .unwrap()
                .as_str()
                .len(),
            254
        );
        assert_eq!(of_length(255).parse::<EmailAddress>(), Err(InvalidEmail));
        let long_local = format!("{}@example.com", "a".repeat(65));
        assert_eq!(long_local.parse::<EmailAddress>(), Err(InvalidEmail));
        // Longer only once it is written in ASCII.
        let grows = format!("jane@{}.example", "ü".repeat(60));
        assert_eq!(grows.parse::<EmailAddress>(), Err(InvalidEmail));
    }

    /// Whatever is put into an address, at whatever place: it is refused, or it changes nothing.
    #[test]
    fn lnk_18_nothing_slips_into_an_address() {
        let address = "jane@example.com";
        for character in "\r\n\t\0\u{b}\u{c}\u{7f}\u{85} ,;:@<>()[]\"\\\u{a0}\u{ad}\u{34f}\u{200b}\u{200d}\u{200e}\u{202e}\u{2028}\u{3000}\u{fe00}\u{fe6b}\u{feff}\u{ff0c}\u{ff20}\u{e0041}".chars() {
            for at in 0..=address.len() {
                let mut text = address.to_owned();
                text.insert(at, character);
                if let Ok(read) = text.parse::<EmailAddress>() {
                    assert_eq!(read.as_str(), address, "{text:?}");
                    assert!(!",;@<>\r\n\0".contains(character), "{text:?}");
                }
            }
        }
    }

    #[test]
    fn lnk_18_what_is_not_one_address_is_refused() {
        let long = format!("{}@example.com", "a".repeat(250));
        for text in [
            "",
            "@",
            "jane",
            "jane@",
            "@example.com",
            "jane@localhost",
            "a@x.com,b@y.com",
            "a@b@c.com",
            "a@evil.com@corp.com",
            "jane@example.com\r\nBcc: x@y.com",
            "jane\n@example.com",
            "jane @example.com",
            "\"a b\"@example.com",
            "jane@[127.0.0.1]",
            "<jane@example.com>",
            "jаne@example.com",
            "jäne@example.com",
            "\u{ff4a}ane@example.com",
            "jane\u{ff20}example.com",
            "jane@example.com\n",
            "\njane@example.com",
            "a@x.com, b@y.com",
            "a@x.com;b@y.com",
            "a@x.com b@y.com",
            "a@x.com\tb@y.com",
            "a@x.com\0b@y.com",
            "a@@x.com",
            "a@x.com@",
            "@a@x.com",
            "\"a@evil.com\"@corp.com",
            "Jane <jane@example.com>",
            "jane@example.com (work)",
            "mailto:jane@example.com",
            "jane@exa_mple.com",
            "jane@example.com:25",
            "jane@example.com/x",
            "jane@xn--a.com",
            "jane@exa mple.com",
            "jane@example..com",
            "jane@-example.com",
            "jane@example.com.",
            ".jane@example.com",
            &long,
        ] {
            assert_eq!(text.parse::<EmailAddress>(), Err(InvalidEmail), "{text:?}");
        }
    }

    #[test]
    fn the_domain_is_what_follows_the_at_sign() {
        let address: EmailAddress = "jane@mail.example.com".parse().unwrap();

        assert_eq!(address.domain(), "mail.example.com");
    }
}
