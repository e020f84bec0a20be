//! The modules of the `OpenID` Foundation's suite for relying parties with the code flow, each by its name there (prefix
//! `oidcc-client-test-`), and the negatives of its FAPI plans that hold for every client.

mod basic;
mod code_flow;
mod configuration;

use belgie_idp_emulator::Fault;

use crate::party::Party;

async fn accepts(faults: impl IntoIterator<Item = Fault>) {
    let outcome = Party::new().await.outcome(faults).await;

    assert!(outcome.is_ok(), "{outcome:?}");
}

/// Checks that the identity is refused for this reason, and that the next sign-in is none the worse for it.
async fn rejects(faults: impl IntoIterator<Item = Fault>, expected: &str) {
    let party = Party::new().await;

    party.refused_for(expected, faults).await;

    assert!(party.sign_in().await.is_ok());
}
