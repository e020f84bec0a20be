use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::runtime::Builder;

use super::TestProvider;
use super::sign_in::{Secrets, code_of};
use crate::SeededEntropy;

pub(super) async fn many_sign_ins_at_once_end_well(tested: &TestProvider) {
    let entropy = SeededEntropy::default();
    let first = tested.sign_in(&entropy).await.identity.subject;

    let mut all: Vec<_> = (0..20)
        .map(|_| Box::pin(tested.sign_in(&entropy)))
        .collect();
    // Each is polled before any is awaited, so that all run concurrently.
    let mut ended: Vec<_> = Vec::new();
    for sign_in in &mut all {
        ended.push(poll_once(sign_in.as_mut()).await);
    }
    for (sign_in, ended) in all.into_iter().zip(ended) {
        let exchanged = match ended {
            Some(exchanged) => exchanged,
            None => sign_in.await,
        };
        assert_eq!(exchanged.identity.subject, first);
    }
}

pub(super) async fn a_call_that_was_dropped_leaves_the_provider_usable(tested: &TestProvider) {
    let entropy = SeededEntropy::default();
    for _ in 0..70 {
        let secrets = Secrets::draw(&entropy);
        poll_once(pin!(
            tested.provider.authorization_url(tested.request(&secrets))
        ))
        .await;
    }
    let secrets = Secrets::draw(&entropy);
    let code = code_of(&tested.respond(tested.request(&secrets)).await);
    for _ in 0..70 {
        poll_once(pin!(tested.exchange(&secrets, &code, None))).await;
    }

    tested.sign_in(&entropy).await;
}

pub(super) async fn the_provider_outlives_the_runtime_that_first_used_it(tested: &TestProvider) {
    let provider = Arc::clone(&tested.provider);
    let elsewhere = tokio::task::spawn_blocking(move || {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("the system gives a runtime");
        runtime.block_on(async { provider.probe().await })
    });
    let probed = elsewhere.await.expect("it does not panic");
    probed.expect("the provider answers");

    tested.sign_in(&SeededEntropy::default()).await;
}

async fn poll_once<F: Future>(mut future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|context| {
        Poll::Ready(match future.as_mut().poll(context) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}
