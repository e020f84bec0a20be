//! Which organisation's accounts are let in (LNK-11).

use belgie_idp_emulator::{Fault, Person, Signature};
use serde_json::{Value, json};

use crate::support::browser::{Browser, code, parameter, without_parameter};
use crate::support::program::Node;
use crate::support::site::{Kind, Site};
use crate::support::stored::count;

async fn corporate() -> (Site, Node) {
    let mut site = Site::new(Kind::Sqlite).await;
    site.set("GOOGLE_HOSTED_DOMAIN", "corp.example");
    let person = Person::new("member")
        .email("a@corp.example")
        .email_verified(true);
    site.idp
        .put_person(person.name("A").hosted_domain("corp.example"));
    let node = site.node().await;
    (site, node)
}

/// Signs in by a request that asks Google for no organisation: its sender chooses what it contains.
async fn try_sign_in(site: &Site, node: &Node, subject: &str) -> Result<Browser, String> {
    let browser = Browser::new();
    let asked = browser.begin(node).await;
    assert_eq!(parameter(&asked, "hd").as_deref(), Some("corp.example"));
    let asked = without_parameter(&asked, "hd");
    let mut callback = site.idp.authorize(&asked, subject).await.unwrap();
    callback.query_pairs_mut().append_pair("hd", "corp.example");
    let answer = browser.get(callback).await;
    if answer.status() == 303 {
        return Ok(browser);
    }
    assert_eq!(answer.status(), 401);
    assert_eq!(browser.me(node).await, None);
    Err(code(answer).await)
}

#[tokio::test]
async fn lnk_11_only_the_signed_hosted_domain_lets_in() {
    let (site, node) = corporate().await;
    for hd in ["corp.example", "Corp.Example", "CORP.EXAMPLE"] {
        site.idp.fault_once(Fault::claim("hd", hd));
        assert!(try_sign_in(&site, &node, "member").await.is_ok(), "{hd}");
    }
    assert_eq!(count(&site, "belgie_users"), 1);

    let wrong = [
        "evil.example",
        "sub.corp.example",
        "corp.example.evil.example",
        "evilcorp.example",
        "evil-corp.example",
        "corp.example.",
        ".corp.example",
        "corp.example ",
        " corp.example",
        "corp.example\u{0}",
        "corp.example\n",
        "corp.example,evil.example",
        "corp.example evil.example",
        "@corp.example",
        "a@corp.example",
        "https://corp.example",
        "corp.example/",
        "corp",
        "example",
        "*",
        "*.example",
        "",
        "c\u{43e}rp.example",
        "corp.example\u{200b}",
        "ｃｏｒｐ.example",
    ];
    let wrong = wrong.into_iter().map(Value::from);
    let of_wrong_type = [
        json!(["corp.example"]),
        json!({"corp.example": true}),
        json!(true),
        json!(1),
        json!(null),
        json!([]),
        json!(["corp.example", "evil.example"]),
    ];
    for hd in wrong.chain(of_wrong_type) {
        site.idp.fault_once(Fault::claim("hd", hd.clone()));
        let outcome = try_sign_in(&site, &node, "member").await;
        assert_eq!(outcome.unwrap_err(), "invalid_id_token", "{hd}");
    }
}

/// Whatever else names the domain is not what the provider signed.
#[tokio::test]
async fn lnk_11_an_organisation_named_outside_the_id_token_is_ignored() {
    let (site, node) = corporate().await;
    for (subject, email) in [
        ("address", "a@corp.example"),
        ("two-at-signs", "a@evil.example@corp.example"),
        ("quoted", "\"a@evil.example\"@corp.example"),
        ("unverified", "b@corp.example"),
    ] {
        let person = Person::new(subject)
            .email(email)
            .email_verified(subject != "unverified");
        site.idp.put_person(
            person
                .claim("hosted_domain", "corp.example")
                .claim("HD", "corp.example"),
        );
        assert_eq!(
            try_sign_in(&site, &node, subject).await.unwrap_err(),
            "invalid_id_token",
            "{subject}"
        );
    }

    let only_in_userinfo = [
        Fault::without_claim("hd"),
        Fault::without_claim("email"),
        Fault::without_claim("name"),
        Fault::userinfo("hd", "corp.example"),
    ];
    let only_in_the_reply = [
        Fault::without_claim("hd"),
        Fault::token_reply("hd", "corp.example"),
    ];
    let only_in_the_header = [
        Fault::without_claim("hd"),
        Fault::header("hd", "corp.example"),
    ];
    let not_signed = [
        Fault::claim("hd", "corp.example"),
        Fault::signature(Signature::None),
    ];
    let signed_by_another = [
        Fault::claim("hd", "corp.example"),
        Fault::signature(Signature::OtherKey),
    ];
    let faults: [&[Fault]; 5] = [
        &only_in_userinfo,
        &only_in_the_reply,
        &only_in_the_header,
        &not_signed,
        &signed_by_another,
    ];
    for faults in faults {
        faults
            .iter()
            .cloned()
            .for_each(|fault| site.idp.fault(fault));
        assert_eq!(
            try_sign_in(&site, &node, "member").await.unwrap_err(),
            "invalid_id_token",
            "{faults:?}"
        );
        site.idp.clear_faults();
    }
    assert_eq!(count(&site, "belgie_users"), 0);
}

/// Each sign-in is asked: an account that has left the organisation does not come back in.
#[tokio::test]
async fn lnk_11_a_person_who_left_the_organisation_cannot_sign_in_again() {
    let (site, node) = corporate().await;
    assert!(try_sign_in(&site, &node, "member").await.is_ok());

    let person = Person::new("member")
        .email("a@corp.example")
        .email_verified(true)
        .name("A");
    site.idp.put_person(person.clone());
    assert_eq!(
        try_sign_in(&site, &node, "member").await.unwrap_err(),
        "invalid_id_token"
    );
    site.idp.put_person(person.hosted_domain("evil.example"));
    assert_eq!(
        try_sign_in(&site, &node, "member").await.unwrap_err(),
        "invalid_id_token"
    );
}
