use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

async fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

#[tokio::test]
async fn net_04_a_name_that_resolves_to_an_inner_address_is_not_connected_to() {
    let (listener, port) = listener().await;
    let url = Url::parse(&format!("http://localhost:{port}/")).unwrap();
    let http = HttpClient::new([]).unwrap();

    let error = http
        .get(Get::new(Network::Internet, &url))
        .await
        .unwrap_err();

    assert_eq!(error, HttpError::ForbiddenAddress);
    let connection = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
    assert!(connection.is_err());
}

#[tokio::test]
async fn net_04_an_issuer_on_loopback_lies_inside() {
    let http = HttpClient::new([]).unwrap();
    let network = async |url| http.network_of(&Url::parse(url).unwrap()).await;

    assert_eq!(network("https://127.0.0.1/").await, Ok(Network::Inside));
    assert_eq!(network("https://localhost/").await, Ok(Network::Inside));
    assert_eq!(network("https://8.8.8.8/").await, Ok(Network::Internet));
    assert_eq!(
        network("https://169.254.169.254/").await,
        Err(HttpError::ForbiddenAddress)
    );
}

#[tokio::test]
async fn net_06_a_get_is_tried_twice_when_the_connection_fails_and_no_more() {
    let (listener, port) = listener().await;
    let url = Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap();
    let http = HttpClient::new([]).unwrap();
    let hang_up = tokio::spawn(async move {
        let mut connections = 0;
        while tokio::time::timeout(Duration::from_millis(300), listener.accept())
            .await
            .is_ok()
        {
            connections += 1;
        }
        connections
    });

    let error = http.get(Get::new(Network::Inside, &url)).await.unwrap_err();

    assert!(error.is_connection_failure(), "{error:?}");
    assert_eq!(hang_up.await.unwrap(), 2);
}

#[tokio::test]
async fn net_06_a_request_that_is_sent_once_is_never_sent_again() {
    let (listener, port) = listener().await;
    let request = http::Request::post(format!("http://127.0.0.1:{port}/"));
    let http = HttpClient::new([]).unwrap();
    let hang_up = tokio::spawn(async move {
        let mut connections = 0;
        while tokio::time::timeout(Duration::from_millis(300), listener.accept())
            .await
            .is_ok()
        {
            connections += 1;
        }
        connections
    });

    let request = request.body(b"code=c".to_vec()).unwrap();
    let error = http.send(Network::Inside, request, 1024).await.unwrap_err();

    assert!(error.is_connection_failure(), "{error:?}");
    assert_eq!(hang_up.await.unwrap(), 1);
}

#[tokio::test]
async fn net_06_a_request_on_a_kept_connection_that_breaks_is_never_sent_again() {
    let (listener, port) = listener().await;
    let requests = tokio::spawn(async move {
        let mut requests = 0;
        let wait = Duration::from_millis(300);
        while let Ok(connection) = tokio::time::timeout(wait, listener.accept()).await {
            let (mut stream, _) = connection.unwrap();
            // The first request is answered, so that the connection is kept alive for the second, which is not.
            let mut request = [0; 1024];
            while stream.read(&mut request).await.unwrap() > 0 {
                requests += 1;
                if requests > 1 {
                    break;
                }
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
                stream.write_all(answer).await.unwrap();
            }
        }
        requests
    });
    let http = HttpClient::new([]).unwrap();
    let url = format!("http://127.0.0.1:{port}/");
    let request = || http::Request::post(&url).body(b"code=c".to_vec()).unwrap();

    assert!(http.send(Network::Inside, request(), 1024).await.is_ok());
    let error = http.send(Network::Inside, request(), 1024).await;

    assert!(error.unwrap_err().is_connection_failure());
    assert_eq!(requests.await.unwrap(), 2);
}
