//! Requests byte for byte, as no client would send them.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::program::Node;

/// How long a server may take to end a connection.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) async fn connect(node: &Node) -> TcpStream {
    let address = node.base_url().trim_start_matches("http://");
    TcpStream::connect(address).await.unwrap()
}

/// Sends bytes and returns all that comes back until the server ends the connection.
pub(crate) async fn raw(node: &Node, request: &[u8]) -> String {
    let mut stream = connect(node).await;
    // The server may have read enough.
    let _ = stream.write_all(request).await;
    read_to_end(&mut stream).await
}

/// Returns all that comes until the server ends the connection.
pub(crate) async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    let _ = read.expect("the server ends the connection");
    String::from_utf8_lossy(&answer).into_owned()
}

/// The status of an answer that was read raw; 0 where none came.
pub(crate) fn status(answer: &str) -> u16 {
    let word = answer.split(' ').nth(1).unwrap_or_default();
    word.parse().unwrap_or_default()
}
