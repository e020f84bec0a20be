//! Guarded handlers, tested without a provider: a session is begun for whom the test likes.

use actix_web::App;
use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_and_read_body, call_service, init_service};
use belgie::Belgie;
use belgie::actix::test::signed_in;
use belgie::auth::NewUser;
use tempfile::TempDir;

use crate::notes::Notes;
use crate::site;

/// Belgie and the notes in a file of their own, which goes with the directory.
async fn application() -> (TempDir, Belgie, Notes) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("embed.db");
    let database = path.to_str().unwrap();
    let belgie = site(database).unwrap().build().await.unwrap();
    (directory, belgie, Notes::open(database).unwrap())
}

#[actix_web::test]
async fn a_new_user_finds_a_note_of_welcome_and_adds_one() {
    let (_directory, belgie, notes) = application().await;
    let app = App::new()
        .configure(belgie.routes())
        .configure(notes.routes());
    let app = init_service(app).await;
    let jane = NewUser::new("jane@example.com".parse().unwrap()).name("Jane");
    let jane = belgie.auth().operator().create(jane).await.unwrap();
    let cookie = signed_in(&belgie.actix(), jane.id).await.unwrap();

    let add = TestRequest::post()
        .uri("/notes")
        .insert_header(cookie.clone())
        .insert_header(("sec-fetch-site", "same-origin"))
        .set_form([("text", "milk")]);
    let added = call_service(&app, add.to_request()).await;
    let list = TestRequest::get().uri("/").insert_header(cookie);
    let listed = call_and_read_body(&app, list.to_request()).await;

    assert_eq!(added.status(), StatusCode::SEE_OTHER);
    assert_eq!(listed, "Hello Jane. Your notes: 2\nWelcome!\nmilk\n");
}

#[actix_web::test]
async fn who_is_not_signed_in_reads_no_notes() {
    let (_directory, belgie, notes) = application().await;
    let app = App::new()
        .configure(belgie.routes())
        .configure(notes.routes());
    let app = init_service(app).await;

    let answer = call_service(&app, TestRequest::get().uri("/").to_request()).await;

    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
}
