//! A change of the secret on several nodes, one after the other.

use belgie_adapter_crypto::{Es256, SecretCipher};
use belgie_adapter_memory::MemoryStore;
use belgie_auth::{AuthError, Proof, SignedIn, UnknownKeys};
use belgie_ports::{CipherError, ProviderTokens};
use belgie_testkit::SeededEntropy;

use crate::site::Site;

const OLDER: &str = "6f1d7a90c3b84e52a7d0f9183b6c2e4d5a7f8091b2c3d4e6";
const NEWER: &str = "b2e9cc41f70d8a36e5914bd27fa0c8637cfed0a1149e5b38";

/// A node that encrypts with one secret, and decrypts with another one, too.
fn node(store: &MemoryStore, secret: &str, previous: Option<&str>) -> Site {
    let cipher = SecretCipher::new(&secret.into(), SeededEntropy::default());
    let cipher = match previous {
        Some(previous) => cipher.previous(&previous.into()),
        None => cipher,
    };
    Site::kept_in_with(store.clone(), |builder| {
        builder.cipher(cipher).access_tokens(Es256)
    })
}

/// Signs in, so that tokens are stored.
async fn sign_in(site: &Site) -> SignedIn {
    site.provider.issue(ProviderTokens::new("access-1"));
    site.sign_in().await.unwrap()
}

async fn provider_token(site: &Site, signed_in: &SignedIn) -> Result<(), AuthError> {
    let sessions = site.auth.sessions();
    let current = sessions
        .authenticate(&signed_in.token, Proof::SessionToken)
        .await?;
    let accounts = site.auth.accounts();
    let account = accounts.list(signed_in.user.id).await?.remove(0);
    accounts.token(&current, account.id).await.map(drop)
}

async fn access_token(site: &Site, signed_in: &SignedIn) -> Result<(), AuthError> {
    let tokens = site.auth.access_tokens();
    tokens
        .issue(&signed_in.session, &signed_in.user)
        .await
        .map(drop)
}

async fn unknown(site: &Site) -> UnknownKeys {
    site.auth.housekeeping().unknown_keys().await.unwrap()
}

#[tokio::test]
async fn cfg_07_nodes_before_and_after_the_swap_read_what_the_others_write() {
    for first_writer in [0, 1] {
        let store = MemoryStore::default();
        // Both know both secrets; only one of them has swapped them yet.
        let nodes = [
            node(&store, OLDER, Some(NEWER)),
            node(&store, NEWER, Some(OLDER)),
        ];

        let signed_in = sign_in(&nodes[first_writer]).await;
        access_token(&nodes[first_writer], &signed_in)
            .await
            .unwrap();

        for node in &nodes {
            provider_token(node, &signed_in).await.unwrap();
            access_token(node, &signed_in).await.unwrap();
            assert_eq!(unknown(node).await, UnknownKeys::default());
        }
    }
}

#[tokio::test]
async fn cfg_07_a_node_that_does_not_know_the_newer_secret_yet_reads_nothing_of_it() {
    let store = MemoryStore::default();
    let swapped = node(&store, NEWER, Some(OLDER));
    let signed_in = sign_in(&swapped).await;
    access_token(&swapped, &signed_in).await.unwrap();

    let behind = node(&store, OLDER, None);

    let refused = provider_token(&behind, &signed_in).await;
    assert!(
        matches!(
            refused,
            Err(AuthError::Undecryptable(CipherError::UnknownKey))
        ),
        "{refused:?}"
    );
    assert!(access_token(&behind, &signed_in).await.is_err());
    let unknown = unknown(&behind).await;
    assert_eq!((unknown.accounts, unknown.signing_keys), (1, 1));
}
