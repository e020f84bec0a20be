//! The parts of a sign-in that no server can do without, each alone and one after the other.

use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use belgie_adapter_diesel::{SqliteOptions, SqliteStore};
use belgie_provider_http::{HttpClient, Network};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};

use crate::data;
use crate::process::own_cpu_time;
use crate::server::Server;

/// What one part costs.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) cpu_micros: f64,
}

/// Measures each part for so long.
pub(crate) async fn measure(directory: &Path, time: Duration) -> anyhow::Result<Vec<Part>> {
    Ok(vec![
        check(time)?,
        post(time).await?,
        transaction(directory, time).await?,
    ])
}

/// The check of an RS256 signature by ring.
fn check(time: Duration) -> anyhow::Result<Part> {
    let (n, e) = (URL_SAFE_NO_PAD.decode(MODULUS)?, vec![1, 0, 1]);
    let signature = URL_SAFE_NO_PAD.decode(SIGNATURE)?;
    let (until, before, mut done) = (Instant::now() + time, own_cpu_time()?, 0);
    while Instant::now() < until {
        let key = RsaPublicKeyComponents { n: &n, e: &e };
        let good = key.verify(&RSA_PKCS1_2048_8192_SHA256, SIGNED.as_bytes(), &signature);
        anyhow::ensure!(good.is_ok(), "the signature does not fit");
        done += 1;
    }
    part("the check of one RS256 signature by ring", before, done)
}

/// One POST through the client that providers are asked with, to a server that does nothing.
async fn post(time: Duration) -> anyhow::Result<Part> {
    let (hello, client) = (Server::hello("actix").await?, HttpClient::new([])?);
    let url = format!("{}/api/me", hello.base_url);
    let (until, before, mut done) = (Instant::now() + time, own_cpu_time()?, 0);
    while Instant::now() < until {
        let form = format!("grant_type=authorization_code&code={done}");
        let request = http::Request::post(&url).body(form.into_bytes())?;
        let answer = client.send(Network::Inside, request, 1024).await?;
        anyhow::ensure!(answer.status() == 200, "{}", answer.status());
        done += 1;
    }
    part("one POST through the client", before, done)
}

/// One durable transaction that adds a user and a session.
async fn transaction(directory: &Path, time: Duration) -> anyhow::Result<Part> {
    let file = tempfile::tempdir_in(directory)?;
    let options = SqliteOptions::file(file.path().join("belgie.db")).create();
    let store = SqliteStore::open(&options)?;
    store.migrate().await?;
    let (until, before, mut done) = (Instant::now() + time, own_cpu_time()?, 0);
    while Instant::now() < until {
        data::fill(&store, done..done + 1).await?;
        done += 1;
    }
    part(
        "one durable transaction of two rows on SQLite",
        before,
        done,
    )
}

fn part(name: &'static str, before: Duration, done: u64) -> anyhow::Result<Part> {
    let spent = own_cpu_time()?.saturating_sub(before).as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let cpu_micros = spent * 1e6 / done as f64;
    Ok(Part { name, cpu_micros })
}

// An ID token, its signature, and the modulus of the key, which exists for this alone; its exponent is 65537.
const SIGNED: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY29tIiwic3ViIjoiMSIsImF1ZCI6ImJlbmNoIiwiZXhwIjoyLCJpYXQiOjF9";
const SIGNATURE: &str = "Iia_UoAxF2m9dxcRAiQnbjLFhKUqV6UHf3GXzYY_SxmRCi2akr5MRhgcijIHkmPmXanHQEKk-TTPAp0f0gnxPpW0mYvQcw8eShh9KeyPzHU_05J_tSF4Hs1k89SVsSumAEvg28Jugh2nchTtlWiT65WAg3wpwJgxxolSQNlKG-De2waOc_qGuolLME8bxoSKUASlTcu5adJ_pWNUurPMOgFrEu4EU7P0ZarMjLgsrcws4C3t1ESp3d5Td1OBr7hfmoVD1Urs3A_vdin8hyX8ZdDEkhsvsgBW850B5Z2CBGC1IHqCuMluc_w11yCtOaN2jqkk_XZLWn5vN5ndmdlD0w";
const MODULUS: &str = "rjN205Ocym5eflQ1bARMU2bRjr2pKZsXe9laHt4EmHyONF5ByGzXVXVphnAoonU63jqm6IUf141H1I6g9RtaMvgj-b0rXxSD8vnrAqrW3hbIOsh8zDvvOiAKz2lZTr8EuQkj9XcDYEdbljU3p8yjpL_gSieEaKwPMnCcqv__dMm0i7gAUDZljtl20jKKjvKycW0ZMRXuYdiCMzE_jnanZUH_An4RXAk59exQsTInIBwt6A-Jezj1CjG0ZIUwJm_sLaB2xd7lAXjuhcBQBp4Y-aGiWZwBH6G-QZHXj4WiLNpIRqFjgzPBz9owRkJOYfszxhedMOFXophm7YDyJY8RLQ";
