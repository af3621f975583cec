//! What the OpenAPI document says beside the operations themselves.

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
        description = "The user's side of the dialog, and the test's side of the server. Errors are RFC 9457 problem \
                       details.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers(
        (url = "/", description = "The default world"),
        (
            url = "/w/{world}",
            description = "A world made by `POST /control/worlds`",
            variables(("world" = (default = "w1", description = "The world's name")))
        ),
    ),
    tags(
        (name = "worlds", description = "The server, and fresh worlds for tests"),
        (name = "users", description = "Users, and what their apps show"),
        (name = "bots", description = "Bots, as their owners and programs see them"),
        (name = "groups", description = "Groups, supergroups and channels"),
        (name = "members", description = "Their members: added, promoted, restricted, banned"),
        (name = "dialogs", description = "A user's dialog with a bot, another user, a group or a channel"),
        (name = "messages", description = "A dialog's messages, from the user's side"),
        (name = "inspector", description = "What bots' programs asked and were told"),
        (name = "faults", description = "Requests of bots' programs that fail on purpose"),
        (name = "logins", description = "MTProto: addresses, login codes, sessions"),
        (name = "clock", description = "The world's clock"),
    ),
    // The token is needed only where the server listens beyond loopback.
    components(schemas(Problem)),
    security((), ("token" = [])),
    modifiers(&Token)
)]
pub(super) struct Description;

struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut Document) {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description =
            Some("Needed where the server listens beyond loopback: the token that it printed".to_owned());
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// Whether the server leaves fields out when there is nothing to say: as the Bot API does, whose objects say by
/// themselves which of their fields are always there.
fn has_absent_fields(name: &str) -> bool {
    name == "Event" || described::is_described(name)
}

/// Says that an answer has all its fields, `null` ones too: utoipa takes an `Option` for a field that may be absent,
/// which is true of requests only.
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

/// The object that a schema is, or adds to another one.
fn objects(schema: &mut RefOr<Schema>) -> Vec<&mut Object> {
    match schema {
        RefOr::T(Schema::Object(object)) => vec![object],
        RefOr::T(Schema::AllOf(all)) => all.items.iter_mut().flat_map(objects).collect(),
        RefOr::T(_) | RefOr::Ref(_) => Vec::new(),
    }
}

/// Generators take a field with a default for one that must be sent; each of them is `null`, `false` or empty anyway.
fn remove_default(property: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::Object(object)) = property {
        object.default = None;
    }
}

/// The schemas that something refers to.
fn names_in(value: &impl Serialize) -> Vec<String> {
    let text = serde_json::to_string(value).unwrap_or_default();
    let after = text.split("\"#/components/schemas/").skip(1);
    after.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}
