//! The configurations of proxies in `deploy/`; `scripts/proxies` tries them with the real programs.

use std::collections::BTreeSet;

use crate::support::route::ROUTES;

const NGINX: &str = include_str!("../../../deploy/nginx.conf");
const CADDY: &str = include_str!("../../../deploy/Caddyfile");

/// Routes that stay inside, or belong to the application.
const NOT_FORWARDED: &[&str] = &["/", "/healthz", "/readyz"];

/// The paths that nginx forwards to Belgie, with `*` at the end of prefixes.
fn forwarded_by_nginx() -> BTreeSet<String> {
    let mut location = String::new();
    let mut forwarded = BTreeSet::new();
    for line in NGINX.lines() {
        if let Some(rest) = line.trim_start().strip_prefix("location ") {
            let (path, _) = rest.split_once('{').unwrap();
            location = match path.split_once("= ") {
                Some((_, exact)) => exact.trim().to_owned(),
                None => format!("{}*", path.trim()),
            };
        }
        if line.contains("proxy_pass http://belgie;") {
            forwarded.insert(location.clone());
        }
    }
    forwarded
}

/// The paths that Caddy forwards to Belgie.
fn forwarded_by_caddy() -> BTreeSet<String> {
    let (_, paths) = CADDY.split_once("@belgie path ").unwrap();
    let paths = paths.lines().next().unwrap();
    paths.split(' ').map(str::to_owned).collect()
}

#[test]
fn proxies_forward_every_route_of_belgie() {
    let nginx = forwarded_by_nginx();

    assert_eq!(nginx, forwarded_by_caddy());
    let matches = |path: &str| {
        nginx.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(prefix) => path.starts_with(prefix),
            None => path == pattern,
        })
    };
    let (forwarded, kept): (BTreeSet<_>, BTreeSet<_>) = ROUTES
        .iter()
        .map(|route| route.path)
        .partition(|path| matches(path));
    assert_eq!(kept, NOT_FORWARDED.iter().copied().collect());
    assert!(forwarded.contains("/reset") && forwarded.contains("/api/me/export"));
}
