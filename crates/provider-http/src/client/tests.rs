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

/// Answers one request with this text; returns the request's head in lower case.
async fn answer_once(listener: TcpListener, text: &'static str) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = [0; 1024];
    let length = stream.read(&mut request).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    String::from_utf8_lossy(&request[..length]).to_lowercase()
}

#[tokio::test]
async fn net_03_no_request_allows_a_compressed_response() {
    for method in [http::Method::GET, http::Method::POST] {
        let (listener, port) = listener().await;
        let url = format!("http://127.0.0.1:{port}/");
        let request = http::Request::builder().method(method).uri(url);
        let request = request.body(b"code=c".to_vec()).unwrap();
        let http = HttpClient::new([]).unwrap();
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

        let answered = tokio::spawn(answer_once(listener, answer));
        http.send(Network::Inside, request, 1024).await.unwrap();

        let head = answered.await.unwrap();
        let lines = head
            .lines()
            .filter(|line| line.starts_with("accept-encoding:"));
        assert_eq!(lines.collect::<Vec<_>>(), ["accept-encoding: identity"]);
    }
}

#[tokio::test]
async fn net_03_only_a_body_that_is_not_compressed_is_read() {
    for (coding, is_read) in [
        ("identity", true),
        ("Identity", true),
        ("gzip", false),
        ("identity, gzip", false),
        ("identity\r\ncontent-encoding: gzip", false),
        ("", false),
    ] {
        let (listener, port) = listener().await;
        let url = Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap();
        let http = HttpClient::new([]).unwrap();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: {coding}\r\n");
        let answer = format!("{head}content-length: 2\r\n\r\n{{}}");

        let answered = tokio::spawn(answer_once(listener, answer.leak()));
        let outcome = http.get(Get::new(Network::Inside, &url)).await;

        answered.await.unwrap();
        assert_eq!(outcome.is_ok(), is_read, "{coding:?}: {outcome:?}");
    }
}
