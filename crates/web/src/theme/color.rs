use std::fmt;
use std::str::FromStr;

use palette::Srgb;
use palette::color_difference::Wcag21RelativeContrast as _;

/// An opaque colour of the sRGB space, written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(Srgb<u8>);

/// A text is not a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a colour such as #0f766e")]
pub struct ColorError;

impl Color {
    /// Returns the contrast with another colour, from 1 to 21 (WCAG 2.2, "contrast ratio").
    pub fn contrast(self, other: Self) -> f32 {
        let [one, other] = [self, other].map(|color| color.0.into_format::<f32>());
        one.relative_contrast(other)
    }
}

impl FromStr for Color {
    type Err = ColorError;

    fn from_str(text: &str) -> Result<Self, ColorError> {
        let digits = text.strip_prefix('#').ok_or(ColorError)?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(ColorError);
        }
        digits.parse().map(Self).map_err(|_| ColorError)
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_written() {
        for text in ["#0f766e", "#ffffff", "#000000"] {
            assert_eq!(text.parse::<Color>().unwrap().to_string(), text);
        }
        assert_eq!("#ABCDEF".parse::<Color>().unwrap().to_string(), "#abcdef");
        for text in [
            "",
            "#",
            "#fff",
            "0f766e",
            "teal",
            "#0f766",
            "#0f766e8",
            "#0f766\u{e9}",
            "#+f766e",
        ] {
            assert_eq!(text.parse::<Color>(), Err(ColorError), "{text}");
        }
    }

    #[test]
    fn contrasts_are_those_of_wcag() {
        for (one, other, expected) in [
            ("#ffffff", "#000000", 21.0),
            ("#777777", "#ffffff", 4.48),
            ("#0000ff", "#ffffff", 8.59),
            ("#ff0000", "#ff0000", 1.0),
        ] {
            let [one, other] = [one, other].map(|text| text.parse::<Color>().unwrap());
            assert!(
                (one.contrast(other) - expected).abs() < 0.01,
                "{one} {other}"
            );
            assert!(
                (other.contrast(one) - expected).abs() < 0.01,
                "{other} {one}"
            );
        }
    }
}
