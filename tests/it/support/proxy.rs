//! A TCP proxy between the program and its database, which a test cuts, hushes and mends.

use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[derive(Debug)]
pub(crate) struct Proxy {
    address: std::net::SocketAddr,
    way: Arc<watch::Sender<Way>>,
}

/// What becomes of connections, those that are open included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// They reach the database.
    Open,
    /// They are closed.
    Closed,
    /// They stay open, and nothing passes any more, not even when the way is open again.
    Silent,
}

impl Proxy {
    /// Passes connections on to this address.
    pub(crate) async fn to(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let way = Arc::new(watch::Sender::new(Way::Open));
        let ways = Arc::clone(&way);
        tokio::spawn(async move {
            while let Ok((incoming, _)) = listener.accept().await {
                tokio::spawn(pass(incoming, target.clone(), ways.subscribe()));
            }
        });
        Self { address, way }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn set(&self, way: Way) {
        self.way.send_replace(way);
    }
}

async fn pass(mut incoming: TcpStream, target: String, mut ways: watch::Receiver<Way>) {
    if *ways.borrow_and_update() == Way::Open {
        let Ok(mut outgoing) = TcpStream::connect(target).await else {
            return;
        };
        tokio::select! {
            _ = tokio::io::copy_bidirectional(&mut incoming, &mut outgoing) => return,
            _ = ways.wait_for(|way| *way != Way::Open) => {}
        }
    }
    // Held open with whatever was under way.
    let _ = ways.wait_for(|way| *way != Way::Silent).await;
}
