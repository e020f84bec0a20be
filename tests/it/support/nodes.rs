//! Two servers on one database.

use super::program::Node;
use super::site::Site;

/// Two nodes that answer to one name: the second is asked at the address of the first.
pub(crate) async fn two_nodes(site: &mut Site) -> [Node; 2] {
    let first = site.node().await;
    site.set(
        "GOOGLE_REDIRECT_URI",
        first.url("/auth/provider/google/callback"),
    );
    let second = site.node().await;
    [first, second]
}

/// Lets the second browser-visible address hold the cookies of the first: cookies know hosts, not ports.
pub(crate) fn at(node: &Node, url: &url::Url) -> String {
    node.url(&url[url::Position::BeforePath..])
}
