//! A tiny load balancer: it passes each new connection on to a node whose `/readyz` says so, in turn.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};

use crate::support::browser::client;
use crate::support::program::Node;

#[derive(Debug)]
pub(crate) struct Balancer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    backends: Mutex<Vec<Backend>>,
    turn: AtomicUsize,
}

#[derive(Clone, Debug)]
struct Backend {
    address: String,
    is_ready: Arc<AtomicBool>,
}

impl Balancer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let accepting = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((incoming, _)) = listener.accept().await {
                if let Some(backend) = accepting.next() {
                    tokio::spawn(pass(incoming, backend.address));
                }
            }
        });
        Self { address, shared }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Passes connections on to this node too, as long as it is ready.
    pub(crate) fn serve(&self, node: &Node) {
        let backend = Backend {
            address: node.base_url().trim_start_matches("http://").to_owned(),
            is_ready: Arc::new(AtomicBool::new(true)),
        };
        tokio::spawn(watch(backend.clone()));
        self.shared.backends.lock().unwrap().push(backend);
    }
}

impl Shared {
    fn next(&self) -> Option<Backend> {
        let backends = self.backends.lock().unwrap();
        let ready = |backend: &&Backend| backend.is_ready.load(Ordering::Relaxed);
        let ready: Vec<_> = backends.iter().filter(ready).collect();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        ready.get(turn % ready.len().max(1)).copied().cloned()
    }
}

/// Asks ten times a second whether a node is ready, until it is gone.
async fn watch(backend: Backend) {
    let (client, url) = (client(), format!("http://{}/readyz", backend.address));
    loop {
        let answer = client.get(&url).send().await;
        let is_ready = answer.is_ok_and(|answer| answer.status() == 200);
        backend.is_ready.store(is_ready, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn pass(mut incoming: TcpStream, target: String) {
    if let Ok(mut outgoing) = TcpStream::connect(target).await {
        let _ = tokio::io::copy_bidirectional(&mut incoming, &mut outgoing).await;
    }
}
