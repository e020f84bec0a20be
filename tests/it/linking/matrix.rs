//! Who joins whom by an e-mail address: every combination of what it takes (LNK-02, LNK-03, LNK-04).

use belgie_idp_emulator::{Fault, Person};
use serde_json::{Value, json};

use super::{OTHER, begin_path, choices, other_provider, sign_in_at, start_fresh, user};
use crate::support::browser::{Browser, code};
use crate::support::program::Node;
use crate::support::site::{Site, on_both_databases};
use crate::support::stored::{count, dump, execute};

/// One combination. Google is trusted for an address where the account is of an organisation (`hd`).
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a cell of a matrix")]
struct Cell {
    link_by_email: &'static str,
    verified: bool,
    trusted: bool,
    proved: bool,
    account_there: bool,
}

impl Cell {
    fn all() -> Vec<Self> {
        (0_u8..32)
            .map(|cell| {
                let is = |bit: u8| cell & (1 << bit) != 0;
                Self {
                    link_by_email: if is(0) { "verified" } else { "never" },
                    verified: is(1),
                    trusted: is(2),
                    proved: is(3),
                    account_there: is(4),
                }
            })
            .collect()
    }

    fn proves(self) -> bool {
        self.verified && self.trusted
    }

    /// What opens a user by address.
    fn joins(self) -> bool {
        self.link_by_email == "verified" && self.proves() && self.proved && !self.account_there
    }

    /// What a person who is not let in may choose. No one can sign in as a user without an account, unless the address
    /// is proved.
    fn choices(self) -> &'static [&'static str] {
        match (self.proved, self.link_by_email, self.proves()) {
            (true, "verified", _) => &["connect"],
            (false, "verified", true) if self.account_there => &["connect", "fresh"],
            (false, _, true) => &["fresh"],
            _ => &[],
        }
    }

    fn email(self) -> String {
        let bits = [self.verified, self.trusted, self.proved, self.account_there];
        let bits = bits.map(|bit| if bit { "y" } else { "n" }).concat();
        format!("{bits}-{}@corp.example", self.link_by_email)
    }

    /// Who comes with the address at Google.
    fn person(self, subject: &str) -> Person {
        let person = Person::new(subject)
            .email(self.email())
            .email_verified(self.verified);
        if self.trusted {
            return person.hosted_domain("corp.example");
        }
        person
    }

    /// Makes the user who has the address already.
    async fn prepare(self, site: &Site, node: &Node) -> Value {
        if self.account_there {
            let subject = format!("first-{}", self.email());
            let first = Person::new(&subject).email(self.email());
            site.idp.put_person(if self.proved {
                first.hosted_domain("corp.example")
            } else {
                first
            });
            Browser::new().sign_in(node, &site.idp, &subject).await;
        } else if self.proved {
            site.run(&[
                "user",
                "create",
                &self.email(),
                "--name",
                "Before",
                "--role",
                "admin",
            ]);
        } else {
            site.run(&[
                "user",
                "create",
                &self.email(),
                "--unverified",
                "--name",
                "Before",
                "--role",
                "admin",
            ]);
        }
        user(site, &self.email())
    }
}

on_both_databases! {
    lnk_02_of_the_whole_matrix_only_the_all_true_cell_joins,
    lnk_02_another_provider_joins_only_where_the_settings_trust_it,
    lnk_03_email_verified_counts_only_when_it_is_true_or_says_so,
    lnk_04_the_owner_gets_the_address_and_inherits_nothing,
}

async fn lnk_02_of_the_whole_matrix_only_the_all_true_cell_joins(site: Site) {
    let mut site = site;
    let mut joined = 0;
    for link_by_email in ["verified", "never"] {
        site.set("LINK_BY_EMAIL", link_by_email);
        let node = site.node().await;
        for cell in Cell::all()
            .into_iter()
            .filter(|cell| cell.link_by_email == link_by_email)
        {
            let before = cell.prepare(&site, &node).await;
            let subject = format!("second-{}", cell.email());
            site.idp.put_person(cell.person(&subject));
            let browser = Browser::new();

            let answer = browser.try_sign_in(&node, &site.idp, &subject).await;

            let after = user(&site, &cell.email());
            if !cell.joins() {
                assert_eq!(
                    (answer.status().as_u16(), code(answer).await.as_str()),
                    (409, "account_exists"),
                    "{cell:?}"
                );
                assert_eq!(
                    (browser.me(&node).await, &after),
                    (None, &before),
                    "{cell:?}"
                );
                assert_eq!(choices(&browser, &node).await, cell.choices(), "{cell:?}");
                continue;
            }
            assert_eq!(answer.status(), 303, "{cell:?}: {}", node.log());
            assert_eq!(
                browser.me(&node).await.unwrap()["id"],
                before["id"],
                "{cell:?}"
            );
            assert_eq!(
                (after["name"].as_str(), after["role"].as_str()),
                (Some("Before"), Some("admin")),
                "{cell:?}"
            );
            joined += 1;
        }
    }
    assert_eq!(joined, 1);
    assert_eq!(count(&site, "belgie_users"), 32, "a user was created twice");
}

/// Without a setting no other provider's word opens a user; with it, its `email_verified` does.
async fn lnk_02_another_provider_joins_only_where_the_settings_trust_it(site: Site) {
    let mut site = site;
    let other = other_provider(&mut site).await;
    for (trust, verified, joins) in [
        (None, true, false),
        (Some("false"), true, false),
        (Some("true"), false, false),
        (Some("true"), true, true),
    ] {
        if let Some(trust) = trust {
            site.set("OIDC_OTHER_TRUST_EMAIL", trust);
        }
        let node = site.node().await;
        let subject = format!("{trust:?}-{verified}");
        let email = format!("{verified}-{}@example.com", trust.unwrap_or("unset"));
        site.run(&["user", "create", &email, "--role", "admin"]);
        other.put_person(Person::new(&subject).email(&email).email_verified(verified));

        let browser = Browser::new();
        let answer = sign_in_at(&browser, &node, (OTHER, &other), &subject).await;

        let expected = if joins { 303 } else { 409 };
        assert_eq!(answer.status(), expected, "{trust:?} {verified}");
        assert_eq!(
            browser.me(&node).await.map(|me| me["role"].clone()),
            joins.then(|| json!("admin"))
        );
    }
}

async fn lnk_03_email_verified_counts_only_when_it_is_true_or_says_so(site: Site) {
    let node = site.node().await;
    site.run(&["user", "create", "jane@gmail.com", "--role", "admin"]);
    let before = dump(&site);
    let forms = [
        json!(false),
        json!("True"),
        json!(" true"),
        json!("false"),
        json!(1),
        json!(0),
        json!(null),
        json!([true]),
        json!({"true": true}),
    ];
    let in_the_token = |form: &Value| vec![Fault::claim("email_verified", form.clone())];
    let in_userinfo = |form: &Value| {
        vec![
            Fault::without_claim("email"),
            Fault::without_claim("email_verified"),
            Fault::userinfo("email_verified", form.clone()),
        ]
    };
    let present = forms.iter().map(in_the_token);
    let present = present.chain(forms.iter().map(in_userinfo));
    let absent = [
        vec![Fault::without_claim("email_verified")],
        vec![
            Fault::without_claim("email"),
            Fault::without_userinfo("email_verified"),
        ],
        vec![
            Fault::without_claim("email_verified"),
            Fault::claim("Email_Verified", true),
            Fault::claim("verified_email", true),
        ],
    ];

    for faults in present.chain(absent) {
        let case = format!("{faults:?}");
        site.idp.clear_faults();
        for fault in faults {
            site.idp.fault(fault);
        }
        let browser = Browser::new();
        let answer = browser.try_sign_in(&node, &site.idp, "jane").await;
        assert_eq!(answer.status(), 409, "{case}");
        assert_eq!(browser.me(&node).await, None, "{case}");
    }

    // That an account waits to be connected opens nothing, and that sign-ins were counted neither.
    for table in ["pending_sign_ins", "rate_limits"] {
        execute(&site, &format!("DELETE FROM belgie_{table}"));
    }
    assert_eq!(without_events(&dump(&site)), without_events(&before));
    for faults in [
        Vec::new(),
        in_the_token(&json!("true")),
        in_userinfo(&json!("true")),
    ] {
        site.idp.clear_faults();
        for fault in faults {
            site.idp.fault(fault);
        }
        Browser::new().sign_in(&node, &site.idp, "jane").await;
    }
}

async fn lnk_04_the_owner_gets_the_address_and_inherits_nothing(site: Site) {
    let mut site = site;
    let other = other_provider(&mut site).await;
    let node = site.node().await;
    other.put_person(
        Person::new("squatter")
            .email("jane@gmail.com")
            .name("Mallory"),
    );
    let squatters: Vec<_> = std::iter::repeat_with(Browser::new).take(3).collect();
    for squatter in &squatters {
        assert_eq!(
            sign_in_at(squatter, &node, (OTHER, &other), "squatter")
                .await
                .status(),
            303
        );
    }
    let token = squatters[0].cookie(&node, "belgie_session").unwrap();
    let squatted = squatters[0].me(&node).await.unwrap();
    site.run(&["user", "set-role", "jane@gmail.com", "admin", "--unproved"]);
    let under_way = squatters[1].begin_at(&node, &begin_path(OTHER)).await;
    let under_way = other.authorize(&under_way, "squatter").await.unwrap();

    let owner = Browser::new();
    let asked = owner.try_sign_in(&node, &site.idp, "jane").await;
    assert_eq!(code(asked).await, "account_exists");
    assert_eq!(
        squatters[0].me(&node).await.unwrap()["email"],
        "jane@gmail.com"
    );
    assert_eq!(start_fresh(&owner, &node).await.status(), 303);

    let me = owner.me(&node).await.unwrap();
    assert_ne!(me["id"], squatted["id"]);
    assert_eq!(
        (&me["email"], &me["role"], &me["name"]),
        (&json!("jane@gmail.com"), &json!("user"), &json!("jane Doe"))
    );
    for squatter in &squatters {
        assert_eq!(squatter.me(&node).await, None);
    }
    let bearer = crate::support::browser::client()
        .get(node.url("/api/me"))
        .bearer_auth(&token);
    assert_eq!(bearer.send().await.unwrap().status(), 401);
    // The squatter's own row is still the squatter's.
    let finished = squatters[1].get(under_way).await;
    assert_eq!(finished.status(), 303, "a sign-in that was under way");
    let again = sign_in_at(&squatters[2], &node, (OTHER, &other), "squatter").await;
    assert_eq!(again.status(), 303);
    for squatter in &squatters[1..] {
        let them = squatter.me(&node).await.unwrap();
        assert_eq!(
            (&them["id"], &them["email"]),
            (&squatted["id"], &Value::Null)
        );
    }
    assert_eq!(
        (
            count(&site, "belgie_accounts"),
            count(&site, "belgie_users"),
            count(&site, "belgie_pending_sign_ins")
        ),
        (2, 2, 0)
    );
    assert_eq!(owner.me(&node).await, Some(me));
}

/// Failed sign-ins leave events; nothing else may differ.
fn without_events(dump: &str) -> Vec<&str> {
    dump.lines()
        .filter(|line| !line.contains("sign_in"))
        .collect()
}
