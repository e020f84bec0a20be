//! The colours of the pages.

mod color;
#[cfg(test)]
mod tokens;

use std::fmt;

pub use color::{Color, ColorError};

/// The colours that follow from a site's own: a style sheet after ours, by its [`Display`](fmt::Display).
///
/// Text on the accent is white if that is legible, else black. Where the accent is a line on the card, it is lighter or
/// darker by as little as it takes to be seen. A button that would hardly differ from the card gets an edge. The colours
/// of focus and of messages, and the providers' buttons, stay as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    accent: Color,
    on_accent: Color,
    hover: Color,
}

/// The contrasts of a colour in one of the two schemes.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Contrasts {
    /// The scheme: `light` or `dark`.
    pub scheme: &'static str,
    /// The filled button on the card.
    pub fill: f32,
    /// Whether that is too little, so that the button has an edge.
    pub has_edge: bool,
    /// The line on the card.
    pub line: f32,
    /// The colour of the line.
    pub line_color: Color,
}

/// The contrast of legible text (WCAG 2.2, 1.4.3).
const TEXT: f32 = 4.5;
/// The contrast of a control with its surroundings (WCAG 2.2, 1.4.11).
const CONTROL: f32 = 3.0;
/// The cards of the style sheet, by scheme.
const CARDS: [(&str, Color); 2] = [
    ("light", Color::WHITE),
    ("dark", Color::new(0x1d, 0x1c, 0x19)),
];

impl Theme {
    /// Creates the theme of a colour.
    pub fn new(accent: Color) -> Self {
        let is_light = accent.contrast(Color::WHITE) < TEXT;
        let (on_accent, hover) = if is_light {
            (Color::BLACK, accent.lighter(6))
        } else {
            (Color::WHITE, accent.lighter(-6))
        };
        Self {
            accent,
            on_accent,
            hover,
        }
    }

    /// Returns the colour of the text on the accent, white or black, and its contrast.
    pub fn text(&self) -> (&'static str, f32) {
        let name = if self.on_accent == Color::WHITE {
            "white"
        } else {
            "black"
        };
        (name, self.on_accent.contrast(self.accent))
    }

    /// Returns the contrasts on the card, in the light and the dark scheme.
    pub fn contrasts(&self) -> [Contrasts; 2] {
        CARDS.map(|(scheme, card)| {
            let line_color = self.accent.until_contrast(TEXT, card);
            let fill = self.accent.contrast(card);
            Contrasts {
                scheme,
                fill,
                has_edge: fill < CONTROL,
                line: line_color.contrast(card),
                line_color,
            }
        })
    }
}

impl fmt::Display for Theme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            accent,
            on_accent,
            hover,
        } = self;
        writeln!(
            f,
            ":root {{ --accent: {accent}; --on-accent: {on_accent}; --accent-hover: {hover}; }}"
        )?;
        for Contrasts {
            scheme,
            line_color,
            has_edge,
            ..
        } in self.contrasts()
        {
            let edge = if has_edge { "edge" } else { "accent" };
            writeln!(
                f,
                "@media (prefers-color-scheme: {scheme}) {{ :root {{ --accent-line: {line_color}; --accent-edge: var(--{edge}); }} }}"
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(color: &str) -> Theme {
        Theme::new(color.parse().unwrap())
    }

    #[test]
    fn text_on_the_accent_is_legible_whatever_the_color() {
        for (color, text) in [
            ("#0f766e", "white"),
            ("#767676", "white"),
            ("#777777", "black"),
            ("#ffcc00", "black"),
            ("#ffffff", "black"),
            ("#000000", "white"),
        ] {
            let theme = theme(color);
            let (name, contrast) = theme.text();
            assert_eq!(name, text, "{color}");
            assert!(contrast >= TEXT, "{color}: {contrast}");
            let hover = theme.on_accent.contrast(theme.hover);
            assert!(hover >= TEXT, "{color}: {hover}");
        }
    }

    #[test]
    fn a_fill_that_hardly_differs_from_the_card_gets_an_edge() {
        for (color, light, dark) in [
            ("#0f766e", false, false),
            ("#ffcc00", true, false),
            ("#1c1b18", false, true),
            ("#808080", false, false),
        ] {
            let edges = theme(color).contrasts().map(|one| one.has_edge);
            assert_eq!(edges, [light, dark], "{color}");
        }
    }

    #[test]
    fn a_theme_sets_the_tokens_of_the_accent_and_no_others() {
        assert_eq!(
            theme("#ffcc00").to_string(),
            ":root { --accent: #ffcc00; --on-accent: #000000; --accent-hover: #ffe49b; }\n\
             @media (prefers-color-scheme: light) { :root { --accent-line: #8f7208; --accent-edge: var(--edge); } }\n\
             @media (prefers-color-scheme: dark) { :root { --accent-line: #ffcc00; --accent-edge: var(--accent); } }\n"
        );
    }
}
