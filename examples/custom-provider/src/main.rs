//! Greets people who have signed in at Acme. See README.md.

use actix_web::{App, HttpServer, web};
use belgie::Belgie;
use belgie::actix::CurrentUser;
use belgie::http::HttpClient;
use custom_provider::Acme;

#[expect(clippy::print_stdout, reason = "it says where to go")]
#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = setting("ACME_URL", "http://127.0.0.1:9400");
    let acme = Acme {
        id: "acme".parse()?,
        issuer: url.parse()?,
        url: url.parse()?,
        client_id: setting("ACME_CLIENT_ID", "client-id"),
        client_secret: setting("ACME_CLIENT_SECRET", "client-secret").into(),
        http: HttpClient::new([])?,
    };
    let belgie = Belgie::at("http://localhost:8080")
        .sqlite("custom-provider.db")
        .provider(acme)
        .build()
        .await?;
    let app = move || {
        App::new()
            .configure(belgie.routes())
            .route("/", web::get().to(hello))
    };
    println!("open http://localhost:8080");
    let server = HttpServer::new(app).bind(("127.0.0.1", 8080))?;
    Ok(server.run().await?)
}

async fn hello(user: CurrentUser) -> String {
    format!("Hello {}.\n", user.name.as_deref().unwrap_or("you"))
}

fn setting(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}
