//! The parts of the OpenAPI document that are not generated from operations.

use crate::dto::described;
use crate::problem::Problem;
use serde::Serialize;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Object, OpenApi as Document, RefOr, Schema};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Parlor control API",
        description = "Acts as Telegram's users, and controls the server in tests. Errors are RFC 9457 problem details.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers(
        (url = "/", description = "The default world"),
        (
            url = "/w/{world}",
            description = "A world created by `POST /control/worlds`",
            variables(("world" = (default = "w1", description = "The world's name")))
        ),
    ),
    tags(
        (name = "worlds", description = "The server, and worlds for tests"),
        (name = "users", description = "Users, and the state of their apps"),
        (name = "bots", description = "Bots, their settings and pending updates"),
        (name = "groups", description = "Groups, supergroups and channels"),
        (name = "members", description = "Members of groups and channels: added, promoted, restricted, banned"),
        (name = "joining", description = "Invite links, requests to join, and bots that are added"),
        (name = "topics", description = "The topics of forums"),
        (name = "dialogs", description = "A user's dialog with another account, a group or a channel"),
        (name = "messages", description = "The messages of a user's dialog"),
        (name = "inspector", description = "Recorded requests of bots' programs, with their answers"),
        (name = "faults", description = "Faults that are injected into requests of bots' programs"),
        (name = "logins", description = "MTProto: addresses, login codes, sessions"),
        (name = "clock", description = "The world's clock"),
    ),
    // The token is needed only where the server listens beyond loopback.
    components(schemas(Problem, super::members::MemberFilter)),
    security((), ("token" = [])),
    modifiers(&Token)
)]
pub(super) struct Description;

struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut Document) {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description =
            Some("The token that the server printed; needed if it listens beyond loopback".to_owned());
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// Returns whether the server leaves out absent fields of a type, as it does in objects of the Bot API, whose schemas list
/// their required fields themselves.
fn has_absent_fields(name: &str) -> bool {
    name == "Event" || described::is_described(name)
}

/// Marks all fields of answers as required, including those that may be `null`. utoipa treats an `Option` as a field that
/// may be absent, which is correct only for requests.
pub(super) fn complete(document: &mut Document) {
    let operations =
        document.paths.paths.values().flat_map(|item| {
            [&item.get, &item.post, &item.put, &item.patch, &item.delete].into_iter().flatten()
        });
    let bodies = operations.filter_map(|operation| match &operation.request_body {
        Some(RefOr::T(body)) => Some(body),
        _ => None,
    });
    let contents = bodies.flat_map(|body| body.content.values());
    let mut asked: Vec<String> = contents.flat_map(|content| names_in(&content)).collect();
    let Some(components) = &mut document.components else { return };
    let mut at = 0;
    while let Some(name) = asked.get(at) {
        let used = components.schemas.get(name).map(names_in).unwrap_or_default();
        let new: Vec<String> = used.into_iter().filter(|name| !asked.contains(name)).collect();
        asked.extend(new);
        at += 1;
    }
    for (name, schema) in &mut components.schemas {
        let is_whole = !asked.contains(name) && !has_absent_fields(name);
        for object in objects(schema) {
            if is_whole {
                object.required = object.properties.keys().cloned().collect();
            }
            object.properties.values_mut().for_each(remove_default);
        }
    }
}

/// Returns the objects of a schema: the schema itself, or the parts of an `allOf`.
fn objects(schema: &mut RefOr<Schema>) -> Vec<&mut Object> {
    match schema {
        RefOr::T(Schema::Object(object)) => vec![object],
        RefOr::T(Schema::AllOf(all)) => all.items.iter_mut().flat_map(objects).collect(),
        RefOr::T(_) | RefOr::Ref(_) => Vec::new(),
    }
}

/// Removes the default of a property. Generators of clients treat a field with a default as one that must be sent, and each
/// default is `null`, `false` or empty anyway.
fn remove_default(property: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::Object(object)) = property {
        object.default = None;
    }
}

/// Returns the names of the schemas that a value refers to.
fn names_in(value: &impl Serialize) -> Vec<String> {
    let text = serde_json::to_string(value).unwrap_or_default();
    let after = text.split("\"#/components/schemas/").skip(1);
    after.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}
