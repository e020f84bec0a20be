//! The contrast of the style sheet's own colours.

use std::collections::BTreeMap;

use super::{CARDS, Color};

const STYLES: &str = include_str!("../../assets/belgie.css");

/// The colours of a scheme, by their names without `--`.
type Tokens = BTreeMap<&'static str, Color>;

/// Reads the colours of the rules for a selector in a part of the style sheet.
fn tokens(styles: &'static str, selector: &str) -> Tokens {
    let (_, rule) = styles.split_once(&format!("{selector} {{")).unwrap();
    let (rule, _) = rule.split_once('}').unwrap();
    let lines = rule
        .split([';', '\n'])
        .filter_map(|line| line.trim().strip_prefix("--"));
    let pairs = lines.filter_map(|line| line.split_once(':'));
    let colors = pairs.filter_map(|(name, value)| Some((name, value.trim().parse().ok()?)));
    colors.collect()
}

fn schemes() -> [(&'static str, Tokens); 3] {
    let (_, dark_part) = STYLES
        .split_once("@media (prefers-color-scheme: dark) {")
        .unwrap();
    let light = tokens(STYLES, ":root");
    let mut dark = light.clone();
    dark.extend(tokens(dark_part, ":root"));
    let mut ours = dark.clone();
    ours.extend(tokens(dark_part, ".ours"));
    [("light", light), ("dark", dark), ("ours, dark", ours)]
}

/// What stands on what, and the least contrast: 4.5 for text, 3 for the parts of controls (WCAG 2.2, 1.4.3 and 1.4.11).
const LEAST: [(&str, &[&str], f32); 14] = [
    (
        "ink",
        &["ground", "card", "sunken", "good-ground", "warn-ground"],
        7.0,
    ),
    ("link", &["ground", "card", "sunken"], 7.0),
    ("muted", &["ground", "card", "sunken"], 4.5),
    ("edge", &["ground", "card", "sunken"], 3.0),
    ("on-accent", &["accent", "accent-hover"], 4.5),
    ("accent", &["ground", "card"], 4.5),
    ("focus", &["ground", "card", "sunken"], 3.0),
    (
        "focus",
        &["good-ground", "warn-ground", "bad-ground", "info-ground"],
        3.0,
    ),
    ("good", &["good-ground", "card"], 4.5),
    ("warn", &["warn-ground", "card"], 4.5),
    ("bad", &["bad-ground", "card", "sunken"], 4.5),
    ("info", &["info-ground", "card"], 4.5),
    ("on-bad", &["bad"], 4.5),
    ("card", &["ink"], 4.5),
];

#[test]
fn every_token_has_enough_contrast_with_what_it_stands_on() {
    for (scheme, tokens) in schemes() {
        for (over, grounds, least) in LEAST {
            for ground in grounds {
                let contrast = tokens[over].contrast(tokens[ground]);
                assert!(
                    contrast >= least,
                    "{scheme}: {over} on {ground}: {contrast:.2}"
                );
            }
        }
    }
}

#[test]
fn the_ratios_are_those_that_were_designed() {
    let [(_, light), (_, dark), (_, ours)] = schemes();
    for (over, ground, in_light, in_dark) in [
        ("ink", "card", 17.2, 15.0),
        ("muted", "card", 7.0, 7.8),
        ("edge", "card", 4.0, 4.9),
        ("line", "card", 1.3, 1.3),
        ("on-accent", "accent", 17.2, 15.1),
        ("focus", "card", 6.2, 8.2),
        ("good", "good-ground", 6.3, 8.8),
        ("warn", "warn-ground", 7.1, 9.9),
        ("bad", "bad-ground", 6.4, 7.9),
        ("info", "info-ground", 7.1, 8.8),
    ] {
        for (tokens, expected) in [(&light, in_light), (&dark, in_dark)] {
            let contrast = tokens[over].contrast(tokens[ground]);
            assert!(
                (contrast - expected).abs() < 0.06,
                "{over} on {ground}: {contrast:.2}"
            );
        }
    }
    let contrast = ours["on-accent"].contrast(ours["accent"]);
    assert!((contrast - 10.5).abs() < 0.06, "{contrast:.2}");
}

#[test]
fn themes_reckon_with_the_cards_of_the_style_sheet() {
    for ((_, tokens), (scheme, card)) in schemes().into_iter().zip(CARDS) {
        assert_eq!(tokens["card"], card, "{scheme}");
    }
}
