//! Key sets that are wrong on purpose, and rotation (security rows IDT-11, IDT-12, IDT-15, IDT-16).

use std::collections::HashSet;

use belgie_idp_emulator::{Emulator, Fault, JwksFault, OddKey};
use serde_json::{Value, json};

use crate::client::{get_json, id_token, part, start};
use crate::verify::verifies;

async fn keys(idp: &Emulator) -> Vec<Value> {
    let document = get_json(idp, "/jwks").await;
    document["keys"].as_array().unwrap().clone()
}

#[tokio::test]
async fn rotation_takes_the_old_key_away() {
    let idp = start().await;
    let old = id_token(&idp).await;

    idp.rotate_keys();
    let new = id_token(&idp).await;

    assert_ne!(part(&old, 0)["kid"], part(&new, 0)["kid"]);
    assert!(!verifies(&idp, &old).await);
    assert!(verifies(&idp, &new).await);
}

#[tokio::test]
async fn the_document_is_anything() {
    let idp = start().await;
    idp.fault(Fault::Jwks(JwksFault::Document(json!({ "keys": {} }))));

    assert_eq!(get_json(&idp, "/jwks").await, json!({ "keys": {} }));
}

#[tokio::test]
async fn fields_of_every_key_change() {
    let idp = start().await;
    idp.fault(Fault::Jwks(JwksFault::Decoys(2)));
    idp.fault(Fault::Jwks(JwksFault::KeyFieldRemoved {
        name: "kid".to_owned(),
    }));
    idp.fault(Fault::Jwks(JwksFault::KeyFieldSet {
        name: "use".to_owned(),
        value: json!("enc"),
    }));

    let keys = keys(&idp).await;

    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| key["kid"].is_null()));
    assert!(keys.iter().all(|key| key["use"] == "enc"));
}

#[tokio::test]
async fn two_hundred_keys_stand_before_the_right_one() {
    let idp = start().await;
    idp.fault(Fault::Jwks(JwksFault::Decoys(200)));

    let keys = keys(&idp).await;
    let token = id_token(&idp).await;

    let different: HashSet<&str> = keys.iter().filter_map(|key| key["n"].as_str()).collect();
    assert_eq!(different.len(), 201);
    assert_eq!(keys[200]["kid"], part(&token, 0)["kid"]);
}

#[tokio::test]
async fn odd_keys_stand_beside_the_right_one() {
    let idp = start().await;
    idp.fault(Fault::Jwks(JwksFault::Add(OddKey::EcWrongCurve)));
    idp.fault(Fault::Jwks(JwksFault::Add(OddKey::ClientSecret)));

    let keys = keys(&idp).await;
    let token = id_token(&idp).await;

    assert_eq!(keys.len(), 3);
    assert_eq!(keys[1]["crv"], "P-384");
    assert_eq!(keys[2]["kty"], "oct");
    assert!(verifies(&idp, &token).await);
}
