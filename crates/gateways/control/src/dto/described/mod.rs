//! The Bot API objects in the OpenAPI document. Their fields come from `schema/`; the types here only name them, where
//! a type of `parlor_wire_bot_api` is served.

mod generated;

use generated::OBJECTS;
use std::collections::BTreeSet;
use utoipa::openapi::schema::{AnyOfBuilder, ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// An object of the Bot API, or one of several.
pub(crate) struct Object {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
    pub(crate) one_of: &'static [&'static str],
}

/// A field, as in the Bot API's documentation.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    /// `Integer`, `Array of MessageEntity`.
    pub(crate) kind: &'static str,
    pub(crate) is_required: bool,
    /// The only value, which distinguishes the object from others of a union.
    pub(crate) value: Option<&'static str>,
}

impl Object {
    fn schema(&self) -> RefOr<Schema> {
        if !self.one_of.is_empty() {
            let union = AnyOfBuilder::new();
            let refs = self.one_of.iter().map(|name| Ref::from_schema_name(*name));
            return refs.fold(union, AnyOfBuilder::item).into();
        }
        let mut object = ObjectBuilder::new().schema_type(Type::Object);
        for field in self.fields {
            object = object.property(field.name, field.schema());
            if field.is_required {
                object = object.required(field.name);
            }
        }
        let about = format!("<https://core.telegram.org/bots/api#{}>", self.name.to_lowercase());
        object.description(Some(about)).into()
    }

    /// Returns the objects that its fields refer to.
    fn uses(&self) -> impl Iterator<Item = &'static str> {
        let fields = self.fields.iter().map(|field| item_of(field.kind));
        self.one_of.iter().copied().chain(fields)
    }
}

impl Field {
    fn schema(&self) -> RefOr<Schema> {
        match self.value {
            Some(value) => ObjectBuilder::new().schema_type(Type::String).enum_values(Some([value])).into(),
            None => kind(self.kind),
        }
    }
}

/// Returns the element type of a list, at any depth.
fn item_of(kind: &'static str) -> &'static str {
    kind.strip_prefix("Array of ").map_or(kind, item_of)
}

fn kind(kind_name: &'static str) -> RefOr<Schema> {
    if let Some(item) = kind_name.strip_prefix("Array of ") {
        return ArrayBuilder::new().items(kind(item)).into();
    }
    let scalar = |ty| ObjectBuilder::new().schema_type(ty);
    match kind_name {
        "Integer" => scalar(Type::Integer).format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64))).into(),
        "Float" => scalar(Type::Number).into(),
        "Boolean" | "True" => scalar(Type::Boolean).into(),
        "String" => scalar(Type::String).into(),
        name => Ref::from_schema_name(name).into(),
    }
}

fn find(name: &str) -> Option<&'static Object> {
    OBJECTS.iter().find(|object| object.name == name)
}

/// Returns whether a schema is an object of the Bot API, whose optional fields may be absent.
pub(crate) fn is_described(name: &str) -> bool {
    find(name).is_some()
}

/// Returns an object with all objects that it refers to.
fn reachable(name: &'static str, all: &mut BTreeSet<&'static str>) {
    if let Some(object) = find(name)
        && all.insert(object.name)
    {
        object.uses().for_each(|used| reachable(used, all));
    }
}

macro_rules! described {
    ($($name:ident),+ $(,)?) => { $(
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                find(stringify!($name)).map_or_else(|| kind(stringify!($name)), Object::schema)
            }
        }

        impl ToSchema for $name {
            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                let mut names = BTreeSet::new();
                reachable(stringify!($name), &mut names);
                let objects = names.into_iter().filter_map(find);
                schemas.extend(objects.map(|object| (object.name.to_owned(), object.schema())));
            }
        }
    )+ };
}

described!(
    BotCommand,
    Chat,
    ChatAdministratorRights,
    ChatFullInfo,
    ChatInviteLink,
    ChatMember,
    ChatPermissions,
    ForumTopic,
    MenuButton,
    Message,
    ReactionType,
    ReplyKeyboard,
    Update,
    User,
);
