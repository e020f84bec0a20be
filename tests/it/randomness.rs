//! What is drawn is 256 random bits and never the same (FLOW-01, SES-01).

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::browser::Browser;
use crate::support::repetition::repetitions;
use crate::support::site::{Kind, Site};

/// Checks that no two are the same and that every bit is set about half the time: within five standard deviations. A fair
/// source is out of them once in seven thousand runs, so it gets a second chance; an unfair one fails that too.
async fn assert_random(draw: impl AsyncFn() -> Vec<String>) {
    let first = bias(&draw().await);
    if first.is_some() {
        let second = bias(&draw().await);
        assert!(second.is_none(), "{first:?}, and again: {second:?}");
    }
}

/// The first bit that is set too often or too seldom.
fn bias(drawn: &[String]) -> Option<String> {
    let distinct: HashSet<_> = drawn.iter().collect();
    assert_eq!(distinct.len(), drawn.len());

    let mut ones = [0_u32; 256];
    for text in drawn {
        let bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
        assert_eq!(bytes.len(), 32);
        for (bit, count) in ones.iter_mut().enumerate() {
            *count += u32::from(bytes[bit / 8] >> (bit % 8) & 1);
        }
    }
    let size = f64::from(u32::try_from(drawn.len()).unwrap());
    let most = 5.0 * size.sqrt() / 2.0;
    let off = |count: u32| (f64::from(count) - size / 2.0).abs();
    let bit = ones.iter().position(|count| off(*count) > most)?;
    Some(format!("bit {bit} is set in {} of {size}", ones[bit]))
}

#[tokio::test]
async fn flow_01_states_are_256_random_bits_and_never_repeat() {
    let site = Site::without_limits(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());

    assert_random(async || {
        let mut states = Vec::new();
        for _ in 0..repetitions(200, 10_000) {
            let asked = browser.begin(&node).await;
            let state = asked.query_pairs().find(|(name, _)| name == "state");
            states.push(state.unwrap().1.into_owned());
        }
        states
    })
    .await;
}

#[tokio::test]
async fn ses_01_session_tokens_are_256_random_bits_and_never_repeat() {
    let site = Site::without_limits(Kind::Sqlite).await;
    let node = site.node().await;

    assert_random(async || {
        let mut tokens = Vec::new();
        for _ in 0..repetitions(200, 10_000) {
            let browser = Browser::new();
            browser.sign_in(&node, &site.idp, "jane").await;
            let token = browser.cookie(&node, "belgie_session").unwrap();
            tokens.push(token.strip_prefix("s_").unwrap().to_owned());
        }
        tokens
    })
    .await;
}

#[test]
fn a_bit_that_never_changes_is_found() {
    let stuck = |number: u64| {
        let half = |odd: u64| {
            number
                .wrapping_mul(0x9e37_79b9_7f4a_7c15 ^ odd << 32)
                .to_be_bytes()
        };
        let mut bytes = [half(1), half(3), half(5), half(7)].concat();
        bytes[17] |= 0b100;
        URL_SAFE_NO_PAD.encode(bytes)
    };
    let drawn: Vec<_> = (1..=200).map(stuck).collect();

    assert!(bias(&drawn).is_some());
}
