use belgie_web::SameSite;

use crate::browser::Browser;
use crate::site::Site;

async fn ses_07_with_strict_cookies_a_page_of_ours_leads_on_from_the_callback() {
    let site = Site::with(|config| config.cookie.same_site = SameSite::Strict);
    let mut browser = Browser::new(&site);

    let state = browser.begin("?redirect_url=/in%3Fa%3Db%26c%3D%2522").await;
    let answer = browser.come_back(&format!("code=c&state={state}")).await;

    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (200, None)
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    for part in [
        "<meta http-equiv=\"refresh\" content=\"0; url=/in?a=b&#38;c=%22\">",
        "href=\"/in?a=b&#38;c=%22\">Continue</a>",
    ] {
        assert!(answer.body.contains(part), "{part} in {}", answer.body);
    }
    assert!(!answer.body.contains("<script"));
    assert!(answer.set_cookies()[0].contains("; SameSite=Strict;"));
    assert!(browser.is_signed_in().await);
}

crate::everywhere! {
    ses_07_with_strict_cookies_a_page_of_ours_leads_on_from_the_callback,
}
