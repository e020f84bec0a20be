//! A way to the database server that can be cut.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What becomes of connections, those that are open included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// They reach the server.
    Open,
    /// They are closed.
    Closed,
    /// They stay open, and nothing passes.
    Silent,
}

/// A proxy on a port of its own.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    way: watch::Sender<Way>,
}

impl Proxy {
    pub(crate) async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (way, ways) = watch::channel(Way::Open);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, server, ways.clone()));
            }
        });
        Self { address, way }
    }

    pub(crate) fn set(&self, way: Way) {
        self.way.send_replace(way);
    }
}

async fn pass(mut client: TcpStream, server: SocketAddr, mut ways: watch::Receiver<Way>) {
    let began = *ways.borrow_and_update();
    if began == Way::Open {
        let Ok(mut upstream) = TcpStream::connect(server).await else {
            return;
        };
        tokio::select! {
            _ = copy_bidirectional(&mut client, &mut upstream) => return,
            _ = ways.changed() => {}
        }
    }
    // Held open, with whatever was under way, until the way changes again.
    while *ways.borrow_and_update() == Way::Silent {
        if ways.changed().await.is_err() {
            return;
        }
    }
}
