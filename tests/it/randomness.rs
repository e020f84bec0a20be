//! What is drawn is 256 random bits and never the same (FLOW-01, SES-01).

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::browser::Browser;
use crate::repetition::repetitions;
use crate::site::{Kind, Site};

/// Checks that no two are the same and that every bit is set about half the time. Six standard deviations: a fair
/// source fails this once in two million runs.
fn assert_random(drawn: &[String]) {
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
    let most = 6.0 * size.sqrt() / 2.0;
    for (bit, count) in ones.into_iter().enumerate() {
        let off = (f64::from(count) - size / 2.0).abs();
        assert!(off <= most, "bit {bit} is set in {count} of {size}");
    }
}

#[tokio::test]
async fn flow_01_states_are_256_random_bits_and_never_repeat() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let mut states = Vec::new();

    for _ in 0..repetitions(200, 10_000) {
        let asked = browser.begin(&node).await;
        let state = asked.query_pairs().find(|(name, _)| name == "state");
        states.push(state.unwrap().1.into_owned());
    }

    assert_random(&states);
}

#[tokio::test]
async fn ses_01_session_tokens_are_256_random_bits_and_never_repeat() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    let mut tokens = Vec::new();

    for _ in 0..repetitions(200, 10_000) {
        let browser = Browser::new();
        browser.sign_in(&node, &site.idp, "jane").await;
        let token = browser.cookie(&node, "belgie_session").unwrap();
        tokens.push(token.strip_prefix("s_").unwrap().to_owned());
    }

    assert_random(&tokens);
}
