//! A TCP proxy between the program and its database, which a test cuts and mends.

use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[derive(Debug)]
pub(crate) struct Proxy {
    address: std::net::SocketAddr,
    open: Arc<watch::Sender<bool>>,
}

impl Proxy {
    /// Passes connections on to this address.
    pub(crate) async fn to(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let open = Arc::new(watch::Sender::new(true));
        let state = Arc::clone(&open);
        tokio::spawn(async move {
            while let Ok((incoming, _)) = listener.accept().await {
                if *state.borrow() {
                    tokio::spawn(pass(incoming, target.clone(), state.subscribe()));
                }
            }
        });
        Self { address, open }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Cuts all connections, and takes no others until it is mended.
    pub(crate) fn cut(&self) {
        self.open.send_replace(false);
    }

    pub(crate) fn mend(&self) {
        self.open.send_replace(true);
    }
}

async fn pass(mut incoming: TcpStream, target: String, mut open: watch::Receiver<bool>) {
    let Ok(mut outgoing) = TcpStream::connect(target).await else {
        return;
    };
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut incoming, &mut outgoing) => {}
        _ = open.wait_for(|open| !open) => {}
    }
}
