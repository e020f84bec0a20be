use super::*;
use crate::SessionToken;

const ISSUER: &str = "https://login.example.com";
const AUDIENCE: &str = "https://api.example.com";

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600 + second, 0).unwrap()
}

fn claims() -> AccessTokenClaims {
    let (user, session) = (UserId::new(at(0), [1; 10]), SessionId::new(at(0), [2; 10]));
    AccessTokenClaims::new(
        (ISSUER.to_owned(), AUDIENCE.to_owned()),
        (user, session),
        (at(0), at(600)),
        Uuid::from_u128(7),
    )
}

#[test]
fn jwt_02_claims_hold_for_their_issuer_and_audience_until_they_expire() {
    for (second, is_valid) in [
        (-11, false),
        (-10, true),
        (0, true),
        (599, true),
        (600, false),
        (10_000, false),
    ] {
        let valid = claims().are_valid(ISSUER, AUDIENCE, at(second));
        assert_eq!(valid, is_valid, "{second}");
    }
    for (issuer, audience) in [
        ("https://login.example.com/", AUDIENCE),
        ("http://login.example.com", AUDIENCE),
        ("", AUDIENCE),
        (ISSUER, "https://api.example.com/"),
        (ISSUER, ISSUER),
        (ISSUER, ""),
    ] {
        assert!(
            !claims().are_valid(issuer, audience, at(0)),
            "{issuer} {audience}"
        );
    }
    let reversed = AccessTokenClaims {
        issued_at: at(8),
        expires_at: at(5),
        ..claims()
    };
    assert!(!reversed.are_valid(ISSUER, AUDIENCE, at(0)));
}

#[test]
fn jwt_03_a_token_lives_as_long_as_configured_but_not_longer_than_its_session() {
    let policy = AccessTokenPolicy::default();
    let sessions = SessionPolicy::default();
    let token = SessionToken::from_random([7; 32]);
    let (user, id) = (UserId::new(at(0), [1; 10]), SessionId::new(at(0), [2; 10]));
    let session = Session::begin(id, &token, user, &sessions, at(0));
    let half = TimeDelta::milliseconds(500);

    let (issued_at, expires_at) = policy.lifetime(&session, &sessions, at(60) + half);
    assert_eq!((issued_at, expires_at), (at(60), at(660)));
    let week = 7 * 86_400;
    let near_the_end = at(week - 5) + half;
    let (issued_at, expires_at) = policy.lifetime(&session, &sessions, near_the_end);
    assert_eq!((issued_at, expires_at), (at(week - 5), at(week)));
}

#[test]
fn jwt_03_the_lifetime_has_bounds() {
    for (seconds, is_sound) in [
        (0, false),
        (59, false),
        (60, true),
        (600, true),
        (86_400, true),
        (86_401, false),
    ] {
        let policy = AccessTokenPolicy::default().max_age(TimeDelta::seconds(seconds));
        assert_eq!(policy.check().is_ok(), is_sound, "{seconds}");
    }
}

#[test]
fn jwt_02_only_three_parts_in_base64url_may_be_an_access_token() {
    assert!(AccessToken::parse("e30.e30.c2ln").is_ok());
    let long = format!("e30.{}.c2ln", "A".repeat(8 * 1024 - 9));
    assert_eq!(long.len(), 8 * 1024);
    assert!(AccessToken::parse(&long).is_ok());
    for text in [
        "",
        "..",
        "a.b",
        "a.b.",
        ".b.c",
        "a..c",
        "a.b.c.d",
        "a.b.c.d.e",
        "a.b.c=",
        "a.b+.c",
        "a.b. c",
        "a.b.c\n",
        "a.b.é",
        SessionToken::from_random([1; 32]).secret(),
        &format!("{long}A"),
    ] {
        assert_eq!(AccessToken::parse(text), Err(MalformedToken), "{text:?}");
    }
}

#[test]
fn cfg_03_an_access_token_does_not_print_itself() {
    let token = AccessToken::parse("e30.e30.c2ln").unwrap();

    assert_eq!(format!("{token:?}"), "AccessToken(…)");
}
