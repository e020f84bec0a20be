//! A site with as many providers as a test needs, so that each can go wrong in its own way at the same time.

use std::time::{Duration, Instant};

use belgie_idp_emulator::{Answer, Emulator, Endpoint, Fault, Person};
use reqwest::Response;
use url::Url;

use crate::support::browser::Browser;
use crate::support::program::Node;
use crate::support::site::{CLIENT_ID, CLIENT_SECRET, Kind, Site};

/// The providers `p0`, `p1` … besides the site's own; each knows one person.
#[derive(Debug)]
pub(crate) struct ManyProviders {
    pub(crate) site: Site,
    pub(crate) idps: Vec<Emulator>,
}

pub(crate) const PERSON: &str = "pat";

/// How long a browser waits at most for a provider: the program gives up before ten seconds are over, and a busy machine
/// takes a while to say so.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(15);

impl ManyProviders {
    pub(crate) async fn new(count: usize) -> Self {
        let mut starting = tokio::task::JoinSet::new();
        for index in 0..count {
            let person = Person::new(PERSON)
                .email(format!("pat@p{index}.example"))
                .email_verified(true)
                .name("Pat Doe");
            let idp = Emulator::builder().client_any_redirect(CLIENT_ID, CLIENT_SECRET);
            starting.spawn(async move { idp.person(person).start().await.unwrap() });
        }
        let idps = starting.join_all().await;
        let mut site = Site::without_limits(Kind::Sqlite).await;
        let names: Vec<String> = (0..count).map(|index| format!("p{index}")).collect();
        site.set("OIDC_PROVIDERS", names.join(","));
        for (index, idp) in idps.iter().enumerate() {
            site.set(&format!("OIDC_P{index}_ISSUER_URL"), idp.issuer());
            site.set(&format!("OIDC_P{index}_CLIENT_ID"), CLIENT_ID);
            site.set(&format!("OIDC_P{index}_CLIENT_SECRET"), CLIENT_SECRET);
        }
        Self { site, idps }
    }

    /// Where a sign-in with a provider begins.
    pub(crate) fn start_url(node: &Node, index: usize) -> String {
        node.url(&format!("/auth/provider/p{index}/signin"))
    }

    /// Begins a sign-in, has the person agree, and returns where the browser is sent.
    pub(crate) async fn authorized(&self, node: &Node, browser: &Browser, index: usize) -> Url {
        let path = format!("/auth/provider/p{index}/signin");
        let asked = browser.begin_at(node, &path).await;
        self.idps[index].authorize(&asked, PERSON).await.unwrap()
    }

    /// Signs in with a provider one of whose endpoints answers wrongly, and returns the response to the browser and how
    /// long it waited for that. Discovery and keys are only asked for as long as they are not known.
    pub(crate) async fn strike(
        &self,
        node: &Node,
        index: usize,
        endpoint: Endpoint,
        answer: Answer,
    ) -> (Response, Duration) {
        let (idp, browser) = (&self.idps[index], Browser::new());
        if endpoint == Endpoint::Discovery {
            idp.fault(Fault::answer(endpoint, answer));
            let response = timed(&browser, &Self::start_url(node, index)).await;
            idp.clear_faults();
            return response;
        }
        let callback = self.authorized(node, &browser, index).await;
        idp.fault(Fault::answer(endpoint, answer));
        // Without an address in the ID token userinfo is asked, too.
        idp.fault(Fault::without_claim("email"));
        let response = timed(&browser, callback.as_str()).await;
        idp.clear_faults();
        response
    }
}

/// Goes somewhere, and returns the answer with the time it took.
pub(crate) async fn timed(browser: &Browser, url: &str) -> (Response, Duration) {
    let begun = Instant::now();
    let response = browser.get(url).await;
    (response, begun.elapsed())
}

/// The endpoints that the server itself asks.
pub(crate) const ENDPOINTS: [Endpoint; 4] = [
    Endpoint::Discovery,
    Endpoint::Jwks,
    Endpoint::Token,
    Endpoint::Userinfo,
];
