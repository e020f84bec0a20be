use std::fmt;
use std::str::FromStr;

/// An e-mail address in its one canonical form: trimmed, lower case, the domain in ASCII (IDNA), at most 254 bytes.
///
/// Dots and `+tags` of the local part are kept: only its owner's server knows whether they matter. A local part
/// outside ASCII is refused, so that two addresses that look alike are never one user.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

/// The text is not one usable e-mail address.
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

    /// Returns what follows the `@`, in ASCII and lower case.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl FromStr for EmailAddress {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
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
        ] {
            assert_eq!(typed.parse::<EmailAddress>().unwrap().as_str(), canonical);
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
