use std::fmt;

/// An image that the site serves: SVG, PNG, JPEG or WebP.
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    kind: Kind,
    content: Vec<u8>,
}

/// Why a file is no image for a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// It is larger than [`Image::MAX_BYTES`].
    #[error("is larger than {} kB", Image::MAX_BYTES / 1000)]
    TooLarge,
    /// It is of another type.
    #[error("is not an SVG, PNG, JPEG or WebP image")]
    UnknownType,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Svg,
    Png,
    Jpeg,
    WebP,
}

impl Image {
    /// The most bytes of an image: every visitor loads it.
    pub const MAX_BYTES: usize = 512_000;

    /// Creates an image from the content of a file, whose type it recognises.
    ///
    /// # Errors
    /// An [`ImageError`] when it is too large or no such image.
    pub fn new(content: Vec<u8>) -> Result<Self, ImageError> {
        if content.len() > Self::MAX_BYTES {
            return Err(ImageError::TooLarge);
        }
        let kind = Kind::of(&content).ok_or(ImageError::UnknownType)?;
        Ok(Self { kind, content })
    }

    pub(crate) fn content(&self) -> &[u8] {
        &self.content
    }

    pub(crate) fn media_type(&self) -> &'static str {
        match self.kind {
            Kind::Svg => "image/svg+xml",
            Kind::Png => "image/png",
            Kind::Jpeg => "image/jpeg",
            Kind::WebP => "image/webp",
        }
    }

    pub(crate) fn extension(&self) -> &'static str {
        match self.kind {
            Kind::Svg => "svg",
            Kind::Png => "png",
            Kind::Jpeg => "jpg",
            Kind::WebP => "webp",
        }
    }
}

impl Kind {
    fn of(content: &[u8]) -> Option<Self> {
        match content {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Some(Self::WebP),
            _ => is_svg(content).then_some(Self::Svg),
        }
    }
}

/// Returns whether a text begins with markup, such as a declaration or comment, and has an `<svg>` element.
fn is_svg(content: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(content) else {
        return false;
    };
    text.trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('<')
        && text.contains("<svg")
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut image = f.debug_struct("Image");
        image.field("kind", &self.kind);
        image.field("bytes", &self.content.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_of_an_image_is_recognised_by_its_content() {
        let cases: [(&[u8], Option<&str>); 9] = [
            (
                b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
                Some("image/svg+xml"),
            ),
            (
                "\u{feff}\n<?xml version=\"1.0\"?><svg/>".as_bytes(),
                Some("image/svg+xml"),
            ),
            (b"\x89PNG\r\n\x1a\n...", Some("image/png")),
            (b"\xff\xd8\xff\xe0...", Some("image/jpeg")),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some("image/webp")),
            (b"GIF89a", None),
            (b"<html></html>", None),
            (b"see <svg>", None),
            (b"", None),
        ];
        for (content, media_type) in cases {
            let image = Image::new(content.to_vec()).ok();
            assert_eq!(
                image.as_ref().map(Image::media_type),
                media_type,
                "{content:?}"
            );
        }
    }

    #[test]
    fn an_image_has_a_largest_size() {
        let mut content = b"<svg/>".to_vec();
        content.resize(Image::MAX_BYTES, b' ');
        assert!(Image::new(content.clone()).is_ok());
        content.push(b' ');
        assert_eq!(Image::new(content), Err(ImageError::TooLarge));
        assert_eq!(ImageError::TooLarge.to_string(), "is larger than 512 kB");
    }
}
