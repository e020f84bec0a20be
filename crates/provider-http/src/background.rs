use std::future::Future;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio_util::task::AbortOnDropHandle;

use crate::HttpError;

/// The runtime that drives connections. It may be dropped anywhere, even where blocking is not allowed.
#[derive(Debug)]
pub(crate) struct Background {
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Background {
    pub(crate) fn start() -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(MAX_LOOK_UPS)
            .thread_name("belgie-provider-http")
            .enable_all()
            .build()?;
        let handle = runtime.handle().clone();
        Ok(Self {
            runtime: Some(runtime),
            handle,
        })
    }

    /// Runs a call on this runtime for as long as its caller awaits it. The call is not part of the caller's future.
    pub(crate) fn run<T, C>(&self, call: C) -> impl Future<Output = C::Output> + Send + use<T, C>
    where
        T: Send + 'static,
        C: Future<Output = Result<T, HttpError>> + Send + 'static,
    {
        let task = AbortOnDropHandle::new(self.handle.spawn(call));
        async { task.await.unwrap_or(Err(HttpError::Stopped)) }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Each name look-up occupies a thread while it lasts.
const MAX_LOOK_UPS: usize = 16;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn a_call_ends_when_its_caller_goes_away() {
        let background = Background::start().unwrap();
        let (begun, has_begun) = oneshot::channel::<()>();
        let (held, is_dropped) = oneshot::channel::<()>();
        let call = background.run(async move {
            let _held = held;
            let _ = begun.send(());
            std::future::pending::<Result<(), HttpError>>().await
        });

        let mut call = Box::pin(call);
        tokio::select! {
            _ = &mut call => unreachable!("it never ends"),
            begun = has_begun => begun.unwrap(),
        }
        drop(call);

        let dropped = tokio::time::timeout(Duration::from_secs(30), is_dropped).await;
        assert!(dropped.unwrap().is_err(), "the call was dropped");
    }

    #[test]
    fn a_call_goes_on_though_the_runtime_that_began_another_has_ended() {
        let background = Background::start().unwrap();
        for outcome in [1, 2] {
            let runtime = Builder::new_current_thread().build().unwrap();
            let answer = runtime.block_on(background.run(async move {
                tokio::time::sleep(Duration::from_millis(1)).await;
                Ok(outcome)
            }));

            assert_eq!(answer, Ok(outcome));
        }
    }

    #[tokio::test]
    async fn a_call_that_panics_is_an_error_and_the_next_one_is_answered() {
        let background = Background::start().unwrap();

        let panicked = background.run::<(), _>(async { panic!("a test") }).await;
        let next = background.run(async { Ok(()) }).await;

        assert_eq!((panicked, next), (Err(HttpError::Stopped), Ok(())));
    }
}
