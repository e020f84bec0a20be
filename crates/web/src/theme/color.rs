use std::fmt;
use std::str::FromStr;

use palette::color_difference::Wcag21RelativeContrast as _;
use palette::convert::FromColorUnclamped as _;
use palette::{FromColor as _, IsWithinBounds as _, Oklch, Srgb};

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

/// How far one step changes the lightness, whose range is from 0 to 1.
const STEP: f32 = 0.01;

impl Color {
    pub(super) const BLACK: Self = Self::new(0, 0, 0);
    pub(super) const WHITE: Self = Self::new(255, 255, 255);

    pub(super) const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self(Srgb::new(red, green, blue))
    }

    /// Returns this colour, lighter or darker by so many steps of Oklch, with the same hue and as much of the chroma as
    /// the sRGB space has at that lightness.
    pub(super) fn lighter(self, steps: i8) -> Self {
        let mut color = Oklch::from_color(self.0.into_format::<f32>());
        color.l = (color.l + f32::from(steps) * STEP).clamp(0.0, 1.0);
        loop {
            let rgb = Srgb::from_color_unclamped(color);
            if rgb.is_within_bounds() || color.chroma < 0.001 {
                return Self(Srgb::from_color(color).into_format());
            }
            color.chroma *= 0.98;
        }
    }

    /// Returns this colour, lighter or darker by as little as it takes to have this contrast on a ground.
    pub(super) fn until_contrast(self, least: f32, ground: Self) -> Self {
        let is_dark = ground.contrast(Self::WHITE) > ground.contrast(Self::BLACK);
        let steps = (0..=100).map(|step: i8| if is_dark { step } else { -step });
        let mut shifted = { steps.skip(1) }.map(|steps| self.lighter(steps));
        if self.contrast(ground) >= least {
            return self;
        }
        let found = shifted.find(|color| color.contrast(ground) >= least);
        found.unwrap_or(if is_dark { Self::WHITE } else { Self::BLACK })
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

    /// The shifted colours are those of Chromium for `oklch(from … calc(l + …) c h)`.
    #[test]
    fn a_shift_of_the_lightness_keeps_the_hue() {
        let color = |text: &str| text.parse::<Color>().unwrap();
        assert_eq!(color("#0f766e").lighter(0), color("#0f766e"));
        for (from, steps, to) in [
            ("#808080", 20, "#bdbdbd"),
            ("#5a8a5a", 10, "#78a977"),
            ("#7c3aed", -6, "#6c1fd8"),
        ] {
            assert_eq!(color(from).lighter(steps), color(to), "{from} {steps}");
        }
        assert_eq!(color("#808080").lighter(100), Color::WHITE);
        assert_eq!(color("#ffcc00").lighter(-100), Color::BLACK);

        let hue = |color: Color| Oklch::from_color(color.0.into_format::<f32>()).hue;
        for text in ["#0f766e", "#e11d48", "#ffcc00", "#2563eb"] {
            for steps in [-10, 10] {
                let shifted = color(text).lighter(steps);
                let apart = hue(shifted) - hue(color(text));
                assert!(
                    apart.into_degrees().abs() < 3.0,
                    "{text} {steps}: {shifted}"
                );
            }
        }
    }

    #[test]
    fn a_color_moves_no_further_than_the_contrast_needs() {
        let (card, dark_card) = (Color::WHITE, "#1d1c19".parse().unwrap());
        for text in ["#ffcc00", "#ffffff", "#000000", "#0f766e", "#808080"] {
            let color: Color = text.parse().unwrap();
            for ground in [card, dark_card] {
                let shifted = color.until_contrast(4.5, ground);
                assert!(
                    shifted.contrast(ground) >= 4.5,
                    "{text} on {ground}: {shifted}"
                );
                let is_kept = color.contrast(ground) >= 4.5;
                assert_eq!(shifted == color, is_kept, "{text} on {ground}: {shifted}");
                assert!(
                    is_kept || shifted.contrast(ground) < 4.9,
                    "{text} on {ground}: {shifted}"
                );
            }
        }
    }
}
