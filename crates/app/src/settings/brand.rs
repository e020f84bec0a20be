use std::path::Path;

use belgie_web::{Brand, Image, LogoSource};
use url::Url;

use super::reader::Reader;
use super::table::{self, Setting};
use super::{address, file};

/// Reads how the pages look and what they link to.
pub(super) fn read(reader: &mut Reader<'_>, frontend_url: Option<&Url>) -> Brand {
    let mut brand = Brand::default();
    brand.logo = logo(reader, &table::APP_LOGO_URL);
    brand.dark_logo = logo(reader, &table::APP_LOGO_URL_DARK);
    if brand.dark_logo.is_some() && !reader.is_given(&table::APP_LOGO_URL) {
        reader.refuse(&table::APP_LOGO_URL_DARK, "needs BELGIE_APP_LOGO_URL");
    }
    brand.color = reader.parsed(&table::APP_COLOR, |text| {
        { text.parse() }.map_err(|error: belgie_web::ColorError| format!("{error}"))
    });
    let home_url = reader.parsed(&table::APP_HOME_URL, address::web);
    brand.home_url = home_url.or_else(|| frontend_url.cloned());
    brand.support_url = reader.parsed(&table::APP_SUPPORT, support);
    brand.privacy_url = reader.parsed(&table::APP_PRIVACY_URL, address::web);
    brand.terms_url = reader.parsed(&table::APP_TERMS_URL, address::web);
    brand
}

fn logo(reader: &mut Reader<'_>, setting: &Setting) -> Option<LogoSource> {
    reader.parsed(setting, |text| {
        if text.contains("://") {
            return picture(text).map(LogoSource::Url).map_err(str::to_owned);
        }
        image(Path::new(text)).map(LogoSource::Image)
    })
}

/// Parses the address of a picture: browsers load it on a page that is `https`.
fn picture(text: &str) -> Result<Url, &'static str> {
    let url = address::web(text)?;
    if url.scheme() == "http" && !address::is_loopback(&url) {
        return Err("must begin with https:// or name a file");
    }
    Ok(url)
}

fn image(path: &Path) -> Result<Image, String> {
    let limit = Image::MAX_BYTES as u64;
    match file::read_bytes(path, limit) {
        Ok(Some(content)) => Image::new(content).map_err(|error| format!("{error}")),
        Ok(None) => Err(format!("{}", belgie_web::ImageError::TooLarge)),
        Err(error) => Err(format!("names a file that cannot be read: {error}")),
    }
}

/// Parses where people get help: a web address, or an e-mail address.
fn support(text: &str) -> Result<Url, &'static str> {
    const EXPECTED: &str = "must be a web address or an e-mail address";
    if text.contains("://") {
        return address::web(text);
    }
    let address = text.strip_prefix("mailto:").unwrap_or(text);
    let address: belgie_domain::EmailAddress = address.parse().map_err(|_| EXPECTED)?;
    Url::parse(&format!("mailto:{}", address.as_str())).map_err(|_| EXPECTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_is_at_a_web_address_or_by_mail() {
        for (text, expected) in [
            ("help@acme.example", "mailto:help@acme.example"),
            ("mailto:help@acme.example", "mailto:help@acme.example"),
            (
                "https://acme.example/help?a=b",
                "https://acme.example/help?a=b",
            ),
        ] {
            assert_eq!(support(text).unwrap().as_str(), expected);
        }
        for text in [
            "",
            "acme",
            "javascript:alert(1)",
            "ftp://acme.example",
            "a@b\u{7f}",
        ] {
            assert!(support(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_logo_from_elsewhere_is_loaded_by_https() {
        for (text, is_fine) in [
            ("https://cdn.example/logo.svg", true),
            ("http://localhost:5000/logo.svg", true),
            ("http://cdn.example/logo.svg", false),
            ("file:///logo.svg", false),
        ] {
            assert_eq!(picture(text).is_ok(), is_fine, "{text}");
        }
    }
}
