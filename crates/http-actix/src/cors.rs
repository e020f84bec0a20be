use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::middleware::{Next, from_fn};

use crate::request::{RequestHeaders, context, seen};
use crate::response::response;
use crate::routes::Routes;

impl Routes {
    /// Returns middleware for the application's own routes, with which pages of the trusted origins may call them, with
    /// credentials and by any method: `web::scope("/api").wrap(routes.cors())`. Belgie's routes need none.
    ///
    /// Whether a request is authenticated, and where changes may come from, is decided by the extractors as always.
    pub fn cors<S, B>(
        &self,
    ) -> impl Transform<
        S,
        ServiceRequest,
        Response = ServiceResponse<BoxBody>,
        Error = Error,
        InitError = (),
    > + use<S, B>
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
        B: MessageBody + 'static,
    {
        let web = self.shared_web();
        from_fn(move |request: ServiceRequest, next: Next<B>| {
            let (preflight, readable) = {
                let request = request.request();
                let (context, headers) = (context(request), RequestHeaders(request.headers()));
                let seen = seen(request, &context, &headers);
                (web.preflight(&seen), web.readable(&seen))
            };
            async move {
                if let Some(reply) = preflight {
                    return Ok(request.into_response(response(reply)));
                }
                let mut answer = next.call(request).await?.map_into_boxed_body();
                for (name, value) in response(readable).headers() {
                    answer.headers_mut().append(name.clone(), value.clone());
                }
                Ok(answer)
            }
        })
    }
}
