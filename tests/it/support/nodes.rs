//! Two servers on one database.

use reqwest::Response;
use tokio::task::JoinSet;

use super::browser::Browser;
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

/// Lets each of these people come back from the provider at the same time, by turns at both nodes.
pub(crate) async fn come_back_at_once(
    site: &Site,
    nodes: &[Node; 2],
    people: &[impl AsRef<str>],
) -> JoinSet<(Browser, Response)> {
    let mut callbacks = Vec::new();
    for subject in people {
        let browser = Browser::new();
        let callback = browser.authorized(&nodes[0], &site.idp, subject.as_ref());
        let callback = callback.await;
        callbacks.push((browser, callback));
    }
    let mut sign_ins = JoinSet::new();
    for (copy, (browser, callback)) in callbacks.into_iter().enumerate() {
        let url = at(&nodes[copy % 2], &callback);
        sign_ins.spawn(async move {
            let answer = browser.get(url).await;
            (browser, answer)
        });
    }
    sign_ins
}
