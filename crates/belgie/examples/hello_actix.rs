//! Greets people who have signed in with Google, on actix-web.

use actix_web::{App, HttpServer, web};
use belgie::Belgie;
use belgie::actix::CurrentUser;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let belgie = Belgie::at("http://localhost:8080")
        .sqlite("app.db")
        .google_from_env()
        .build()
        .await?;
    let hello = async |me: CurrentUser| format!("Hello {}!", me.name.as_deref().unwrap_or("you"));
    let app = move || {
        App::new()
            .configure(belgie.routes())
            .route("/", web::get().to(hello))
    };
    HttpServer::new(app)
        .bind(("127.0.0.1", 8080))?
        .run()
        .await?;
    Ok(())
}
