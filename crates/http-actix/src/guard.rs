use std::sync::Arc;

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ResourceDef, Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::Payload;
use belgie_web::routes::{Part, Resource, of_part};

use crate::extract::OptionalUser;
use crate::routes::{Routes, answer};

impl Routes {
    /// Returns middleware for `App::wrap`, or for one of the application's scopes. With this middleware:
    ///
    /// - Belgie's routes are matched first, even if the application added a scope before [`Routes::auth`] that would
    ///   otherwise hide them.
    /// - The visitor is authenticated before every other handler, as by [`OptionalUser`]: 503 while the store is
    ///   unavailable, 403 for a cross-origin change. `Option<CurrentUser>` is therefore safe in the wrapped handlers.
    ///   The store is read at most once per request, and only if the request has a cookie or token.
    ///
    /// The same application must also mount [`Routes::auth`].
    pub fn guard<S, B>(
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
        let (web, own) = (self.shared_web(), Arc::new(own(self)));
        from_fn(move |mut request: ServiceRequest, next: Next<B>| {
            let (web, own) = (Arc::clone(&web), Arc::clone(&own));
            async move {
                let path = request.match_info().as_str();
                let found = own.iter().find(|(paths, _)| paths.is_match(path));
                if let Some((_, resource)) = found {
                    let payload = request.extract::<Payload>().await?;
                    let asked = request.request().clone();
                    let response = answer(web, resource, asked, payload).await;
                    return Ok(request.into_response(response));
                }
                match request.extract::<OptionalUser>().await {
                    Ok(_) => Ok(next.call(request).await?.map_into_boxed_body()),
                    Err(refused) => Ok(request.error_response(refused)),
                }
            }
        })
    }
}

/// The paths of the routes that every application mounts.
fn own(routes: &Routes) -> Vec<(ResourceDef, &'static Resource)> {
    let site = routes.web().site();
    let paths = |resource| {
        (
            ResourceDef::new(site.paths_of(resource).collect::<Vec<_>>()),
            resource,
        )
    };
    of_part(Part::Auth).map(paths).collect()
}
