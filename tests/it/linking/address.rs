//! What one e-mail address is (LNK-18).

use belgie_idp_emulator::Person;

use super::user;
use crate::support::browser::{Browser, code};
use crate::support::program;
use crate::support::site::{Site, on_both_databases};
use crate::support::stored::{count, query};

on_both_databases! {
    lnk_18_every_spelling_of_an_address_is_the_same_user,
    lnk_18_tags_and_dots_make_another_address,
    lnk_18_what_is_not_one_address_makes_no_user,
}

async fn lnk_18_every_spelling_of_an_address_is_the_same_user(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    site.run(&["user", "create", "jane.doe+tag@b\u{fc}cher.example"]);
    let id = user(&site, "jane.doe+tag@xn--bcher-kva.example")["id"].clone();

    for (number, spelling) in [
        "JANE.DOE+TAG@B\u{dc}CHER.EXAMPLE",
        "Jane.Doe+Tag@XN--BCHER-KVA.example",
        " jane.doe+tag@b\u{fc}cher.example ",
        "jane.doe+tag@bu\u{308}cher.example",
        "jane.doe+tag@b\u{fc}cher\u{3002}example",
        "jane.doe+tag@\u{ff42}\u{fc}cher.example",
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(user(&site, spelling)["id"], id, "{spelling}");
        let subject = format!("subject-{number}");
        site.idp
            .put_person(Person::new(&subject).email(spelling).email_verified(true));
        let refused = browser.try_sign_in(&node, &site.idp, &subject).await;
        assert_eq!(code(refused).await, "account_exists", "{spelling}");
        let made = program::run(
            site.directory.path(),
            &site.settings,
            &["user", "create", spelling],
        );
        assert_eq!(made.status.code(), Some(1), "{spelling}");
    }
    assert_eq!(count(&site, "belgie_users"), 1);
}

async fn lnk_18_tags_and_dots_make_another_address(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    let different = [
        "jane@gmail.com",
        "jane+a@gmail.com",
        "jane+b@gmail.com",
        "j.ane@gmail.com",
        "jane@googlemail.com",
        "jane_@gmail.com",
    ];
    for email in different {
        site.idp.put_person(Person::new(email).email(email));
        browser.sign_in(&node, &site.idp, email).await;
        assert_eq!(browser.me(&node).await.unwrap()["email"], email);
    }

    assert_eq!(count(&site, "belgie_users"), different.len());
}

async fn lnk_18_what_is_not_one_address_makes_no_user(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    site.run(&["user", "create", "jane@gmail.com", "--role", "admin"]);
    for (number, email) in [
        "jane@gmail.com,evil@example.com",
        "evil@example.com,jane@gmail.com",
        "evil@example.com jane@gmail.com",
        "jane@gmail.com;evil@example.com",
        "jane@evil.example@gmail.com",
        "jane@gmail.com@evil.example",
        "jane@gmail.com\r\nBcc: evil@example.com",
        "jane@gmail.com\n",
        "\rjane@gmail.com",
        "jane@gmail.com\u{0}",
        "jane\u{0}@gmail.com",
        "jane\t@gmail.com",
        "Jane <jane@gmail.com>",
        "<jane@gmail.com>",
        "\"jane\"@gmail.com",
        "jane(x)@gmail.com",
        "j\u{e4}ne@gmail.com",
        "j\u{430}ne@gmail.com",
        "\u{ff4a}ane@gmail.com",
        "jane\u{200b}@gmail.com",
        "jane\u{ff20}gmail.com",
        "jane%40gmail.com",
        "mailto:jane@gmail.com",
        "jane@gmail",
        "jane@",
        "@gmail.com",
        "jane",
        "",
        " ",
        ".jane@gmail.com",
        "jane.@gmail.com",
        "ja..ne@gmail.com",
        "jane@gmail..com",
        "jane@[127.0.0.1]",
        "jane@gmail.com.",
        "jane@-gmail.com",
        "jane@gm ail.com",
    ]
    .into_iter()
    .enumerate()
    {
        let subject = format!("subject-{number}");
        site.idp.put_person(
            Person::new(&subject)
                .email(email)
                .email_verified(true)
                .hosted_domain("gmail.com"),
        );
        let refused = browser.try_sign_in(&node, &site.idp, &subject).await;
        assert_eq!(
            (refused.status().as_u16(), code(refused).await.as_str()),
            (403, "email_required"),
            "{email:?}"
        );
        if !email.contains('\u{0}') {
            let made = program::run(
                site.directory.path(),
                &site.settings,
                &["user", "create", "--", email],
            );
            assert!(!made.status.success(), "{email:?}");
        }
    }

    assert_eq!(
        query(&site, "SELECT email FROM belgie_users")
            .replace('\'', "")
            .trim(),
        "jane@gmail.com"
    );
    assert_eq!(count(&site, "belgie_accounts"), 0);
}
