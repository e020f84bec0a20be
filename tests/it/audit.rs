use crate::browser::Browser;
use crate::site::{Site, on_both_databases};
use crate::stored;

on_both_databases! {
    async fn aud_01_every_event_says_what_happened_to_whom_from_where(site: Site) {
        let (node, browser) = (site.node().await, Browser::new());
        browser.sign_in(&node, &site.idp, "jane").await;
        let signed_out = browser.request(reqwest::Method::POST, node.url("/auth/signout")).send().await.unwrap();
        assert_eq!(signed_out.status(), 204);
        site.idp.fault_once(belgie_idp_emulator::Fault::claim("nonce", "wrong"));
        browser.try_sign_in(&node, &site.idp, "jane").await;

        let sql = "SELECT kind || ' ' || outcome || ' ' || coalesce(provider, '-') || ' ' || (user_id IS NOT NULL)::text \
                   || ' ' || coalesce(ip_address, '-') || ' ' || (request_id IS NOT NULL)::text \
                   FROM belgie_events ORDER BY id";
        let sql = if site.setting("DATABASE_URL").starts_with("sqlite") { sql.replace("::text", "") } else { sql.to_owned() };
        let told = stored::query(&site, &sql).replace('\'', "").replace("true", "1").replace("false", "0");

        let told: Vec<_> = told.lines().collect();
        assert_eq!(told, [
            "user_created success google 1 127.0.0.1 1",
            "sign_in success google 1 127.0.0.1 1",
            "sign_out success - 1 127.0.0.1 1",
            "sign_in invalid_id_token google 0 127.0.0.1 1",
        ]);
    }
}
