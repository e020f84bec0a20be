//! The provider as Microsoft, with an issuer for each tenant.

use belgie_idp_emulator::{Emulator, Fault, JwksFault, Person};
use serde_json::Value;

use crate::client::{
    CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, SUBJECT, authorization_url, get, get_json, parameter,
    part, sign_in, start,
};

const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const OTHER: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

async fn microsoft(person: Person) -> Emulator {
    let builder = Emulator::builder().microsoft();
    let builder = builder.client(CLIENT_ID, CLIENT_SECRET, [REDIRECT_URI]);
    builder.person(person).start().await.unwrap()
}

fn jane() -> Person {
    let person = Person::new(SUBJECT).email("jane@example.com");
    person.name("Jane Doe").hosted_domain("example.com")
}

async fn claims(idp: &Emulator) -> Value {
    part(sign_in(idp).await["id_token"].as_str().unwrap(), 1)
}

fn discovery(tenant: &str) -> String {
    format!("/{tenant}/v2.0/.well-known/openid-configuration")
}

#[tokio::test]
async fn each_tenant_has_a_discovery_document() {
    let idp = microsoft(jane()).await;

    for (tenant, issuer) in [
        ("common", "{tenantid}"),
        ("organizations", "{tenantid}"),
        ("consumers", CONSUMERS),
        (TENANT, TENANT),
    ] {
        let document = get_json(&idp, &discovery(tenant)).await;

        assert_eq!(document["issuer"], idp.tenant_issuer(issuer), "{tenant}");
        assert_eq!(document["jwks_uri"], format!("{}/jwks", idp.issuer()));
    }
    for unknown in ["example.com", "72f988bf", ""] {
        let status = get(&idp, &discovery(unknown)).await.status();

        assert_eq!(status, 404, "{unknown}");
    }
    let without = get(&idp, "/.well-known/openid-configuration").await;
    assert_eq!(without.status(), 404);
}

#[tokio::test]
async fn other_providers_have_no_tenants() {
    let idp = start().await;

    assert_eq!(get(&idp, &discovery("common")).await.status(), 404);
}

#[tokio::test]
async fn a_token_names_the_tenant_and_its_issuer_but_not_whether_the_address_is_verified() {
    let idp = microsoft(jane().tenant(TENANT)).await;

    let claims = claims(&idp).await;

    assert_eq!(claims["tid"], TENANT);
    assert_eq!(claims["iss"], idp.tenant_issuer(TENANT));
    assert_eq!(claims["email"], "jane@example.com");
    assert_eq!(claims["ver"], "2.0");
    for absent in ["email_verified", "hd", "azp"] {
        assert_eq!(claims[absent], Value::Null, "{absent}");
    }
}

#[tokio::test]
async fn a_person_without_a_tenant_has_a_personal_account() {
    let idp = microsoft(jane()).await;

    let claims = claims(&idp).await;

    assert_eq!(claims["tid"], CONSUMERS);
    assert_eq!(claims["iss"], idp.tenant_issuer(CONSUMERS));
}

#[tokio::test]
async fn a_key_is_of_every_tenant_unless_a_fault_says_otherwise() {
    let idp = microsoft(jane()).await;

    let key = get_json(&idp, "/jwks").await["keys"][0].clone();
    assert_eq!(key["issuer"], idp.tenant_issuer("{tenantid}"));

    idp.fault(Fault::Jwks(JwksFault::KeyFieldSet {
        name: "issuer".to_owned(),
        value: idp.tenant_issuer(OTHER).into(),
    }));
    let key = get_json(&idp, "/jwks").await["keys"][0].clone();
    assert_eq!(key["issuer"], idp.tenant_issuer(OTHER));
}

#[tokio::test]
async fn a_token_is_of_another_tenant_altogether_or_in_one_claim() {
    let idp = microsoft(jane().tenant(TENANT)).await;

    idp.fault_once(Fault::tenant(OTHER));
    let of_other = claims(&idp).await;
    idp.fault_once(Fault::claim("tid", OTHER));
    let torn = claims(&idp).await;

    assert_eq!(of_other["tid"], OTHER);
    assert_eq!(of_other["iss"], idp.tenant_issuer(OTHER));
    assert_eq!(torn["tid"], OTHER);
    assert_eq!(torn["iss"], idp.tenant_issuer(TENANT));
}

#[tokio::test]
async fn the_response_does_not_name_the_issuer() {
    let idp = microsoft(jane()).await;

    let url = authorization_url(&idp, &[]);
    let callback = idp.authorize(url, SUBJECT).await.unwrap();

    assert_eq!(parameter(&callback, "iss"), None);
    assert!(parameter(&callback, "code").is_some());
}
