use serde_json::json;

use super::*;

const ONE: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const OTHER: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
const TEMPLATE: &str = "https://login.example.com/{tenantid}/v2.0";

fn id(text: &str) -> TenantId {
    text.parse().unwrap()
}

fn issuers(tenants: Tenants) -> TenantIssuers {
    TenantIssuers::new(TEMPLATE, tenants).unwrap()
}

fn issuer_of(tenant: &str) -> String {
    format!("https://login.example.com/{tenant}/v2.0")
}

fn of_token(tenants: Tenants, tid: &str) -> Option<String> {
    let issuer = issuers(tenants).of_token(Some(&tid.into())).ok()?;
    Some(issuer.as_str().to_owned())
}

/// Texts that are nearly a tenant's identifier.
fn nearly() -> Vec<String> {
    vec![
        String::new(),
        "common".to_owned(),
        "example.com".to_owned(),
        "{tenantid}".to_owned(),
        ONE.replace('-', ""),
        ONE.to_uppercase(),
        format!("{{{ONE}}}"),
        format!("urn:uuid:{ONE}"),
        format!("{ONE}/"),
        format!("{ONE}/../{OTHER}"),
        format!(" {ONE}"),
        format!("{ONE}\n"),
        ONE[1..].to_owned(),
        ONE.replace('7', "g"),
        ONE.replace('-', "_"),
    ]
}

#[test]
fn a_tenant_is_given_as_a_guid_in_upper_or_lower_case() {
    assert_eq!(id(ONE).to_string(), ONE);
    assert_eq!(id(&ONE.to_uppercase()), id(ONE));
    assert_eq!(
        TenantId::from_u128(0x72f9_88bf_86f1_41af_91ab_2d7c_d011_db47),
        id(ONE)
    );
    for text in nearly() {
        if text != ONE.to_uppercase() {
            assert_eq!(text.parse::<TenantId>(), Err(InvalidTenantId), "{text:?}");
        }
    }
}

#[test]
fn idt_22_a_token_names_the_issuer_of_its_own_tenant() {
    for tenant in [ONE, OTHER] {
        assert_eq!(of_token(Tenants::Any, tenant), Some(issuer_of(tenant)));
    }
}

#[test]
fn idt_22_a_tenant_that_is_not_admitted_is_refused() {
    let (one, all_but) = (Tenants::Only(id(ONE)), Tenants::AllBut(id(ONE)));

    assert_eq!(of_token(one, ONE), Some(issuer_of(ONE)));
    assert_eq!(of_token(one, OTHER), None);
    assert_eq!(of_token(all_but, OTHER), Some(issuer_of(OTHER)));
    assert_eq!(of_token(all_but, ONE), None);
}

#[test]
fn idt_22_a_tenant_that_is_not_a_guid_in_lower_case_is_refused() {
    for tenants in [
        Tenants::Any,
        Tenants::AllBut(id(OTHER)),
        Tenants::Only(id(ONE)),
    ] {
        for tid in nearly() {
            assert_eq!(of_token(tenants, &tid), None, "{tenants:?} {tid:?}");
        }
        for tid in [Value::Null, json!(7), json!([ONE]), json!({ "id": ONE })] {
            assert!(issuers(tenants).of_token(Some(&tid)).is_err(), "{tid}");
        }
    }
}

#[test]
fn idt_22_a_token_without_a_tenant_is_that_of_the_only_one_or_refused() {
    let without = |tenants| issuers(tenants).of_token(None);

    let issuer = without(Tenants::Only(id(ONE))).unwrap();
    assert_eq!(issuer.as_str(), issuer_of(ONE));
    for tenants in [Tenants::Any, Tenants::AllBut(id(ONE))] {
        let refusal = without(tenants).unwrap_err();
        assert_eq!(refusal.as_str(), "the ID token names no tenant (tid)");
    }
}

#[test]
fn idt_22_discovery_names_the_template_or_the_issuer_of_the_only_tenant() {
    let discovered = |tenants| issuers(tenants).discovered();

    assert_eq!(discovered(Tenants::Any), TEMPLATE);
    assert_eq!(discovered(Tenants::AllBut(id(ONE))), TEMPLATE);
    assert_eq!(discovered(Tenants::Only(id(ONE))), issuer_of(ONE));
}

#[test]
fn mix_02_a_response_names_the_issuer_of_a_tenant_that_is_admitted() {
    let include = |tenants, issuer: &str| issuers(tenants).include(issuer);

    assert!(include(Tenants::Any, &issuer_of(ONE)));
    assert!(include(Tenants::Only(id(ONE)), &issuer_of(ONE)));
    assert!(!include(Tenants::Only(id(ONE)), &issuer_of(OTHER)));
    assert!(!include(Tenants::AllBut(id(ONE)), &issuer_of(ONE)));
    for tenant in nearly() {
        assert!(!include(Tenants::Any, &issuer_of(&tenant)), "{tenant:?}");
    }
    for other in [
        String::new(),
        ONE.to_owned(),
        format!("{}/", issuer_of(ONE)),
        issuer_of(ONE).replace("https", "http"),
        issuer_of(ONE).replace("login", "evil"),
        issuer_of(ONE).replace("v2.0", "v1.0"),
    ] {
        assert!(!include(Tenants::Any, &other), "{other}");
    }
}

#[test]
fn idt_22_a_key_signs_for_its_own_issuer_only() {
    let issuer = issuer_of(ONE).parse().unwrap();
    for tenants in [Tenants::Any, Tenants::Only(id(ONE))] {
        let allowed = |member: Value| issuers(tenants).allow_key(Some(&member), &issuer);

        assert!(issuers(tenants).allow_key(None, &issuer));
        assert!(allowed(TEMPLATE.into()));
        assert!(allowed(issuer_of(ONE).into()));
        for member in [
            issuer_of(OTHER).into(),
            issuer_of(&ONE.to_uppercase()).into(),
            "https://evil.example/{tenantid}/v2.0".into(),
            "".into(),
            Value::Null,
            json!([issuer_of(ONE)]),
            json!(7),
        ] {
            assert!(!allowed(member.clone()), "{member}");
        }
    }
}
