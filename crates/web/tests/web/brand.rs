//! How a site looks: its name, its logo, its colour, its links.

use belgie_web::{Brand, Image, LogoSource};
use url::Url;

use crate::answer::Answer;
use crate::browser::Browser;
use crate::site::Site;

fn site(change: impl FnOnce(&mut Brand)) -> Site {
    Site::with(|config| {
        config.app_name = "Acme Notes".into();
        change(&mut config.brand);
    })
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn svg(color: &str) -> LogoSource {
    let text = format!("<svg xmlns='http://www.w3.org/2000/svg' fill='{color}'/>");
    LogoSource::Image(Image::new(text.into_bytes()).unwrap())
}

/// The value of an attribute after a text that stands before it.
fn after<'a>(page: &'a Answer, before: &str) -> &'a str {
    let (_, rest) = page.body.split_once(before).unwrap();
    rest.split('"').next().unwrap()
}

fn policy(page: &Answer) -> &str {
    page.header("content-security-policy").unwrap()
}

async fn without_a_logo_the_initial_stands_on_the_accent() {
    let page = site(|_| {}).get("/signin").await;

    assert!(
        page.body
            .contains("<span class=\"mark initial\" aria-hidden=\"true\">A</span>"),
        "{}",
        page.body
    );
    assert_eq!(page.body.matches("rel=\"stylesheet\"").count(), 1);
}

async fn a_logo_from_a_file_is_served_by_the_site_and_is_its_icon() {
    let site = site(|brand| {
        brand.logo = Some(svg("red"));
        brand.dark_logo = Some(svg("pink"));
    });

    let page = site.get("/signin").await;

    let (src, dark) = (
        after(&page, "class=\"mark\" src=\""),
        after(&page, "srcset=\""),
    );
    assert_ne!(src, dark);
    assert_eq!(after(&page, "rel=\"icon\" href=\""), src);
    assert_eq!(after(&page, "type=\""), "image/svg+xml");
    for (path, color) in [(src, "red"), (dark, "pink")] {
        let image = site.get(path).await;
        assert_eq!(image.header("content-type"), Some("image/svg+xml"));
        assert!(image.header("cache-control").unwrap().contains("immutable"));
        // Opened by itself, the image may run no script.
        assert!(
            policy(&image).contains("default-src 'none'"),
            "{}",
            policy(&image)
        );
        assert!(image.body.contains(color), "{}", image.body);
    }
    assert!(
        policy(&page).contains("img-src 'self';"),
        "{}",
        policy(&page)
    );
}

async fn hdr_03_a_logo_from_elsewhere_may_be_loaded_and_nothing_else() {
    let site = site(|brand| {
        brand.logo = Some(LogoSource::Url(url("https://cdn.example/logo.svg?v=1&w=2")));
    });

    let page = site.get("/signin").await;

    assert_eq!(
        after(&page, "class=\"mark\" src=\""),
        "https://cdn.example/logo.svg?v=1&#38;w=2"
    );
    let expected = "img-src 'self' https://cdn.example;";
    assert!(policy(&page).contains(expected), "{}", policy(&page));
}

async fn hdr_02_the_answer_to_a_callback_loads_no_logo_from_elsewhere() {
    let site = site(|brand| {
        brand.logo = Some(LogoSource::Url(url("https://cdn.example/logo.svg")));
    });

    let page = Browser::new(&site).come_back("code=c&state=s").await;

    assert_eq!(page.status, 400);
    assert!(!page.body.contains("cdn.example"), "{}", page.body);
    assert!(
        page.body.contains("class=\"mark initial\""),
        "{}",
        page.body
    );
    assert!(
        policy(&page).contains("img-src 'self';"),
        "{}",
        policy(&page)
    );
}

async fn hdr_03_a_colour_comes_as_a_style_sheet_of_the_site() {
    let site = site(|brand| brand.color = Some("#0f766e".parse().unwrap()));

    let page = site.get("/signin").await;

    assert!(!page.body.contains("#0f766e"), "{}", page.body);
    let sheets: Vec<_> = page
        .body
        .split("rel=\"stylesheet\" href=\"")
        .skip(1)
        .collect();
    assert_eq!(sheets.len(), 2, "{}", page.body);
    let theme = site.get(sheets[1].split('"').next().unwrap()).await;
    assert_eq!(
        theme.header("content-type"),
        Some("text/css; charset=utf-8")
    );
    assert!(theme.body.contains("--accent: #0f766e;"), "{}", theme.body);
    let icon = site.get(after(&page, "rel=\"icon\" href=\"")).await;
    assert!(icon.body.contains("fill=\"#0f766e\""), "{}", icon.body);
}

async fn the_pages_lead_to_the_application_to_help_and_to_the_law() {
    let site = site(|brand| {
        brand.home_url = Some(url("https://acme.example/app"));
        brand.support_url = Some(url("mailto:help@acme.example"));
        brand.privacy_url = Some(url("https://acme.example/privacy"));
        brand.terms_url = Some(url("https://acme.example/terms"));
    });
    let mut browser = Browser::signed_in(&site).await;

    for path in ["/", "/nowhere", "/auth/signout", "/dashboard", "/account"] {
        let page = browser.open(path).await;
        for (label, href) in [
            ("Privacy", "https://acme.example/privacy"),
            ("Terms", "https://acme.example/terms"),
            ("Help", "mailto:help@acme.example"),
        ] {
            let link = format!("<a href=\"{href}\">{label}</a>");
            assert!(page.body.contains(&link), "{path}: {}", page.body);
        }
        assert!(page.body.contains("Sign-in by Belgie"), "{path}");
        let leads_back = page.body.contains("href=\"https://acme.example/app\"");
        assert!(leads_back, "{path}: {}", page.body);
    }
}

async fn hdr_05_a_brand_is_escaped_wherever_it_is_shown() {
    let site = site(|brand| {
        brand.home_url = Some(url("https://acme.example/?a=%22%3E&b='"));
        brand.privacy_url = brand.home_url.clone();
    });

    let page = site.get("/signin").await;

    let escaped = "href=\"https://acme.example/?a=%22%3E&#38;b=%27\"";
    assert!(page.body.contains(escaped), "{}", page.body);
}

async fn our_mark_is_gone_as_soon_as_a_site_has_a_look_of_its_own() {
    let looks: [fn(&mut Brand); 3] = [
        |_| {},
        |brand| brand.color = "#0f766e".parse().ok(),
        |brand| brand.logo = Some(svg("red")),
    ];
    for (number, look) in looks.into_iter().enumerate() {
        let page = Site::with(|config| look(&mut config.brand))
            .get("/signin")
            .await;
        assert_eq!(page.body.contains("#f7c325"), number == 0, "{number}");
        assert_eq!(
            page.body.contains("class=\"ours\""),
            number == 0,
            "{number}"
        );
    }
}

crate::everywhere! {
    without_a_logo_the_initial_stands_on_the_accent,
    a_logo_from_a_file_is_served_by_the_site_and_is_its_icon,
    hdr_03_a_logo_from_elsewhere_may_be_loaded_and_nothing_else,
    hdr_02_the_answer_to_a_callback_loads_no_logo_from_elsewhere,
    hdr_03_a_colour_comes_as_a_style_sheet_of_the_site,
    the_pages_lead_to_the_application_to_help_and_to_the_law,
    hdr_05_a_brand_is_escaped_wherever_it_is_shown,
    our_mark_is_gone_as_soon_as_a_site_has_a_look_of_its_own,
}
