//! The routes: one file per subject. Every handler has its description for the OpenAPI document.

mod accounts;
mod bots;
mod buttons;
mod clock;
mod cursor;
mod description;
mod dialogs;
mod events;
mod extract;
mod faults;
mod feed;
mod groups;
mod inspector;
mod invite_links;
mod joining;
mod leases;
mod logins;
mod marks;
mod members;
mod message_views;
mod messages;
mod query;
mod topics;
mod users;
mod waiting;
mod worlds;

use crate::problem::Problem;
use crate::{Control, body, guard, log, page};
use axum::body::Bytes;
use axum::routing::get;
use axum::{Router, middleware};
use description::Description;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use query::Queries;
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

fn described() -> OpenApiRouter<Control> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(worlds::create, worlds::list))
        .routes(routes!(worlds::remove))
        .routes(routes!(worlds::about))
        .routes(routes!(leases::hold))
        .routes(routes!(worlds::reset))
        .routes(routes!(users::create, users::list))
        .routes(routes!(users::show, users::edit, users::delete))
        .routes(routes!(users::chats))
        .routes(routes!(users::search))
        .routes(routes!(users::open))
        .routes(routes!(bots::create, bots::list))
        .routes(routes!(bots::show, bots::edit, bots::delete))
        .routes(routes!(bots::revoke))
        .routes(routes!(bots::record_contact))
        .routes(routes!(bots::updates))
        .routes(routes!(bots::call))
        .routes(routes!(groups::create, groups::list))
        .routes(routes!(groups::show, groups::edit, groups::delete))
        .routes(routes!(groups::upgrade))
        .routes(routes!(members::list, members::add))
        .routes(routes!(members::show, members::remove))
        .routes(routes!(members::promote))
        .routes(routes!(members::entitle))
        .routes(routes!(members::restrict))
        .routes(routes!(members::ban))
        .routes(routes!(members::unban))
        .routes(routes!(invite_links::list, invite_links::create))
        .routes(routes!(invite_links::export))
        .routes(routes!(invite_links::edit, invite_links::revoke))
        .routes(routes!(joining::list))
        .routes(routes!(joining::approve))
        .routes(routes!(joining::decline))
        .routes(routes!(topics::list, topics::create))
        .routes(routes!(topics::edit, topics::delete))
        .routes(routes!(joining::join))
        .routes(routes!(dialogs::show))
        .routes(routes!(joining::leave))
        .routes(routes!(joining::withdraw))
        .routes(routes!(joining::add_bot))
        .routes(routes!(dialogs::start))
        .routes(routes!(dialogs::block))
        .routes(routes!(dialogs::unblock))
        .routes(routes!(dialogs::read))
        .routes(routes!(dialogs::typing))
        .routes(routes!(dialogs::allow))
        .routes(routes!(messages::transcript, messages::send, messages::clear))
        .routes(routes!(messages::edit, messages::delete))
        .routes(routes!(messages::forward))
        .routes(routes!(waiting::wait))
        .routes(routes!(buttons::press))
        .routes(routes!(buttons::press_key))
        .routes(routes!(marks::react))
        .routes(routes!(marks::pin, marks::unpin))
        .routes(routes!(events::stream))
        .routes(routes!(accounts::stream))
        .routes(routes!(inspector::list))
        .routes(routes!(inspector::stream))
        .routes(routes!(faults::inject, faults::list, faults::clear))
        .routes(routes!(logins::codes))
        .routes(routes!(logins::password))
        .routes(routes!(logins::address))
        .routes(routes!(logins::key))
        .routes(routes!(logins::create_session))
        .routes(routes!(clock::show))
        .routes(routes!(clock::advance))
        .routes(routes!(clock::set))
        .routes(routes!(clock::freeze))
}

/// Returns the OpenAPI document that the server serves.
pub fn openapi() -> String {
    let (_, mut document) = described().split_for_parts();
    description::complete(&mut document);
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// Returns the router of the API under `/control`, and of the page. Each request must have its world as an extension of type
/// [`parlor_host::Host`].
pub fn router(control: Control) -> Router {
    let (router, mut document) = described().split_for_parts();
    description::complete(&mut document);
    let queries = Arc::new(Queries::of(&document));
    // As text the document takes a tenth of the memory, and the router clones the values that its handlers capture.
    let document = Bytes::from(document.to_json().unwrap_or_default() + "\n");
    let document = || async { ([(CONTENT_TYPE, "application/json")], document) };
    let guard = control.guard.clone();
    let nothing = || async { Problem::not_found("NO_SUCH_ROUTE", "see /control/openapi.json") };
    let method = || async {
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "see /control/openapi.json")
    };
    let page = Router::new()
        .route("/", get(page::index))
        .route("/t.me/{*link}", get(page::index))
        .route("/page/{*file}", get(page::file))
        .layer(middleware::from_fn_with_state(guard.clone(), guard::page_layer));
    router
        .route("/control/openapi.json", get(document))
        .fallback(nothing)
        .method_not_allowed_fallback(method)
        .layer(middleware::from_fn(body::layer))
        .layer(middleware::from_fn_with_state(queries, query::layer))
        .layer(middleware::from_fn_with_state(guard, guard::layer))
        .layer(middleware::from_fn(log::layer))
        .with_state(control)
        .merge(page)
}
