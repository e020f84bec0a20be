//! The least that an actix server does: what every figure is compared with.

use actix_web::{App, HttpResponse, HttpServer, web};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let bind = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let hello = || async {
        HttpResponse::Ok()
            .content_type("application/json")
            .body(r#"{"hello":"world"}"#)
    };
    HttpServer::new(move || App::new().route("/api/me", web::to(hello)))
        .workers(2)
        .bind(bind)?
        .run()
        .await
}
