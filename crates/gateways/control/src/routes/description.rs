//! What the OpenAPI document says beside the operations themselves.

use crate::problem::Problem;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, OpenApi as Document, RefOr, Schema};
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
        (name = "dialogs", description = "A user's dialog with a bot"),
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

/// Schemas with fields that the server leaves out when there is nothing to say.
const WITH_ABSENT_FIELDS: [&str; 2] = ["Entity", "Event"];

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
    let asked: Vec<String> = contents.filter_map(schema_name).collect();
    let Some(components) = &mut document.components else { return };
    for (name, schema) in &mut components.schemas {
        let RefOr::T(Schema::Object(object)) = schema else { continue };
        if !asked.contains(name) && !WITH_ABSENT_FIELDS.contains(&name.as_str()) {
            object.required = object.properties.keys().cloned().collect();
        }
        object.properties.values_mut().for_each(remove_default);
    }
}

/// Generators take a field with a default for one that must be sent; each of them is `null`, `false` or empty anyway.
fn remove_default(property: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::Object(object)) = property {
        object.default = None;
    }
}

fn schema_name(content: &RefOr<Content>) -> Option<String> {
    let RefOr::T(content) = content else { return None };
    match &content.schema {
        Some(RefOr::Ref(reference)) => reference.ref_location.rsplit('/').next().map(str::to_owned),
        _ => None,
    }
}
