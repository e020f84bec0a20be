//! Signs people in with Google and keeps them in the store of this example. See README.md.

use std::env;
use std::error::Error;

use actix_web::{App, HttpServer};
use belgie::Belgie;
use custom_store::RedbStore;

#[expect(clippy::print_stdout, reason = "it says where to go")]
#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = env::var("PORT").map_or(Ok(8080), |port| port.parse())?;
    let belgie = Belgie::at(format!("http://localhost:{port}"))
        .store(RedbStore::open("custom-store.redb")?)
        .google_from_env()
        .pages()
        .build()
        .await?;

    println!("open http://localhost:{port}");
    HttpServer::new(move || App::new().configure(belgie.actix().all()))
        .bind(("127.0.0.1", port))?
        .run()
        .await?;
    Ok(())
}
