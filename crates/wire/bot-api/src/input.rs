//! Reads JSON parameters into the types that `generated/inputs` declares. The error texts are the official server's.
//!
//! Most error texts follow a pattern; `schema/bot-api-additions.json` lists the exceptions. Rules beyond the shape of a
//! value (lengths, numbers of items, required files) belong to the gateway and the world.

use crate::Json;
use crate::json::{self, Object};
use serde_json::Value;

/// A type that a JSON parameter, a field or an item of a list may have.
pub trait Input: Sized {
    /// The error texts.
    const WORDS: Words;

    /// Reads a value of any JSON type; most inputs accept only objects.
    ///
    /// # Errors
    ///
    /// The official server's text for what is wrong, without the words that its place adds.
    fn from_value(value: &Value) -> Result<Self, String>;
}

/// The texts for what is wrong with a type. What is `None` follows the pattern of the newer types of the official
/// server.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// The type's name.
    pub name: &'static str,
    /// The parameter is not JSON.
    pub json: Option<&'static str>,
    /// The parameter is not JSON, where it is a list.
    pub json_list: Option<&'static str>,
    /// The parameter is not a list.
    pub array: Option<&'static str>,
    /// A value is not an object.
    pub object: Option<&'static str>,
    /// The prefix of an error inside a parameter or item; may be empty.
    pub within: Option<&'static str>,
    /// A row is not a list, where lists of rows are expected.
    pub rows: Option<&'static str>,
    /// The discriminator has an unknown value, which replaces `{}`.
    pub unsupported: Option<&'static str>,
    /// A text is read as an object with this field.
    pub text: Option<&'static str>,
    /// The discriminator may be in any case.
    pub any_case: bool,
    /// A field of another type than a list is ignored.
    pub ignore_others: bool,
}

impl Words {
    /// The texts that follow the pattern.
    pub const fn of(name: &'static str) -> Self {
        Self {
            name,
            json: None,
            json_list: None,
            array: None,
            object: None,
            within: None,
            rows: None,
            unsupported: None,
            text: None,
            any_case: false,
            ignore_others: false,
        }
    }

    fn json(&self, is_list: bool) -> String {
        let own = self.json_list.filter(|_| is_list).or(self.json);
        own.map_or_else(|| format!("Can't parse {} JSON object", self.name), str::to_owned)
    }

    fn array(&self) -> String {
        self.array.map_or_else(|| format!("Expected an Array of {}", self.name), str::to_owned)
    }

    fn within(&self, error: &str) -> String {
        match self.within {
            Some("") => error.to_owned(),
            // > Object expected as permissions (telegram-bot-api: get_chat_permissions; such texts stand alone)
            _ if error.starts_with("Object expected as") => error.to_owned(),
            Some(within) => format!("{within}: {error}"),
            None => format!("Can't parse {}: {error}", self.name),
        }
    }

    pub(crate) fn object(&self) -> String {
        self.object.unwrap_or("expected an Object").to_owned()
    }

    pub(crate) fn unsupported(&self, tag: &str) -> String {
        self.unsupported.unwrap_or("type \"{}\" is unsupported").replace("{}", tag)
    }
}

/// Reads a parameter that is one object. `None` if it is not given.
///
/// # Errors
///
/// The official server's text for what is wrong.
pub fn parameter<T: Input>(parameter: &Json) -> Result<Option<T>, String> {
    let Some(value) = parse(parameter, &T::WORDS, false)? else { return Ok(None) };
    T::from_value(&value).map(Some).map_err(|error| T::WORDS.within(&error))
}

/// Reads a parameter that is a list. `None` if it is not given.
///
/// # Errors
///
/// The official server's text for what is wrong.
pub fn parameters<T: Input>(parameter: &Json) -> Result<Option<Vec<T>>, String> {
    let Some(value) = parse(parameter, &T::WORDS, true)? else { return Ok(None) };
    let list = value.as_array().ok_or_else(|| T::WORDS.array())?;
    items(list, "").map(Some)
}

fn parse(parameter: &Json, words: &Words, is_list: bool) -> Result<Option<Value>, String> {
    if parameter.is_empty() {
        return Ok(None);
    }
    serde_json::from_str(&parameter.0).map(Some).map_err(|_| words.json(is_list))
}

/// A type that an item of a list may have.
pub(crate) trait Item: Sized {
    /// Whether a field that is not a list is ignored.
    const IGNORE_OTHERS: bool = false;

    /// Reads an item of the list in that field.
    fn item(value: &Value, field: &str) -> Result<Self, String>;

    /// The error text for a row that is not a list, if it differs from the pattern.
    fn row_error() -> Option<&'static str> {
        None
    }
}

pub(crate) fn items<T: Item>(list: &[Value], field: &str) -> Result<Vec<T>, String> {
    list.iter().map(|value| T::item(value, field)).collect()
}

impl<T: Input> Item for T {
    const IGNORE_OTHERS: bool = T::WORDS.ignore_others;

    fn item(value: &Value, _: &str) -> Result<Self, String> {
        T::from_value(value).map_err(|error| T::WORDS.within(&error))
    }

    fn row_error() -> Option<&'static str> {
        T::WORDS.rows
    }
}

impl Item for String {
    fn item(value: &Value, _: &str) -> Result<Self, String> {
        value.as_str().map(str::to_owned).ok_or_else(|| "Expected an Array of String".to_owned())
    }
}

impl Item for i64 {
    fn item(value: &Value, _: &str) -> Result<Self, String> {
        json::integer(value).flatten().ok_or_else(|| "Expected an Array of Number".to_owned())
    }
}

impl<T: Item> Item for Vec<T> {
    fn item(value: &Value, field: &str) -> Result<Self, String> {
        let error = || format!("Field \"{field}\" must be an Array of Arrays");
        let list = value.as_array().ok_or_else(|| T::row_error().map_or_else(error, str::to_owned))?;
        items(list, field)
    }
}

/// A type that a field may have.
pub(crate) trait Field: Sized {
    fn read(object: &Object, name: &str) -> Result<Self, String>;
}

impl Field for String {
    fn read(object: &Object, name: &str) -> Result<Self, String> {
        json::required_string(object, name)
    }
}

impl Field for i64 {
    fn read(object: &Object, name: &str) -> Result<Self, String> {
        json::required_integer(object, name)
    }
}

impl Field for f64 {
    fn read(object: &Object, name: &str) -> Result<Self, String> {
        json::required_float(object, name)
    }
}

impl Field for bool {
    fn read(object: &Object, name: &str) -> Result<Self, String> {
        json::required_bool(object, name)
    }
}

impl<T: Input> Field for T {
    fn read(object: &Object, name: &str) -> Result<Self, String> {
        T::from_value(json::required(object, name)?).map_err(|error| match error == T::WORDS.object() {
            true => format!("Field \"{name}\" must be of type Object"),
            false => error,
        })
    }
}

impl<T: Item> Field for Vec<T> {
    fn read(object: &Object, name: &str) -> Result<Self, String> {
        match json::required(object, name)? {
            Value::Array(list) => items(list, name),
            _ if T::IGNORE_OTHERS => Ok(Vec::new()),
            _ => Err(format!("Field \"{name}\" must be of type Array")),
        }
    }
}

impl<T: Field> Field for Option<T> {
    fn read(object: &Object, name: &str) -> Result<Self, String> {
        if json::has(object, name) { T::read(object, name).map(Some) } else { Ok(None) }
    }
}

/// Reads a field under its former name if the present one is missing.
pub(crate) fn read_legacy<T: Field>(object: &Object, name: &str, legacy: &str) -> Result<T, String> {
    T::read(object, if json::has(object, name) || !json::has(object, legacy) { name } else { legacy })
}

/// The object in a value: itself, or one that a text stands for.
pub(crate) fn with_object<T>(
    value: &Value,
    words: &Words,
    read: impl FnOnce(&Object) -> Result<T, String>,
) -> Result<T, String> {
    match (value, words.text) {
        (Value::Object(object), _) => read(object),
        (Value::String(_), Some(field)) => read(&Object::from_iter([(field.to_owned(), value.clone())])),
        _ => Err(words.object()),
    }
}

/// The discriminator of a union; empty if it has none.
pub(crate) fn tag(object: &Object, name: Option<&str>, words: &Words) -> Result<String, String> {
    let Some(name) = name else { return Ok(String::new()) };
    let tag = json::required_string(object, name)?;
    Ok(if words.any_case { tag.to_lowercase() } else { tag })
}

/// Whether a field has a value: clients write absent options in several ways.
pub(crate) fn is_given(object: &Object, name: &str) -> bool {
    match object.get(name) {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(list)) => !list.is_empty(),
        Some(_) => true,
    }
}

/// Declares inputs as `objects!` does; `or "thumb_url"` is a field's former name. The texts in brackets differ from
/// the pattern.
macro_rules! inputs {
    ($($(#[$meta:meta])* $name:ident $([$($word:ident: $text:expr),* $(,)?])? {
        $($field:ident $(as $wire:literal)? $(or $legacy:literal)? : $kind:ty,)*
    })*) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name { $(#[allow(missing_docs)] pub $field: $kind,)* }

        impl $crate::Input for $name {
            const WORDS: $crate::Words =
                $crate::Words { $($($word: $text,)*)? ..$crate::Words::of(stringify!($name)) };

            // Compiled where it is used: most inputs are not served yet.
            #[inline]
            fn from_value(value: &serde_json::Value) -> Result<Self, String> {
                #[allow(unused_variables, reason = "some objects have no fields")]
                $crate::input::with_object(value, &Self::WORDS, |object| Ok(Self {
                    $($field: $crate::input::read_field!(object, $field $(as $wire)? $(or $legacy)?)?,)*
                }))
            }
        }
    )* };
}

macro_rules! read_field {
    ($object:ident, $field:ident) => {
        $crate::input::Field::read($object, stringify!($field))
    };
    ($object:ident, $field:ident as $wire:literal) => {
        $crate::input::Field::read($object, $wire)
    };
    ($object:ident, $field:ident or $legacy:literal) => {
        $crate::input::read_legacy($object, stringify!($field), $legacy)
    };
}

/// Declares inputs that are one of several types, which a discriminator, the given fields or both determine. The
/// first variant that fits is read. The variants after `or` are not objects.
macro_rules! choices {
    ($($(#[$meta:meta])* $name:ident $(by $tag:literal)?
    $(or ($($plain:ident($plain_kind:ty) = $pattern:pat => $plain_value:expr,)*))?
    $([$($word:ident: $text:expr),* $(,)?])? {
        $($variant:ident($kind:ty) $(= $tag_value:literal)? $(if $($given:literal)+)?,)*
    })*) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[allow(missing_docs)]
        pub enum $name { $($($plain($plain_kind),)*)? $($variant(Box<$kind>),)* }

        impl $crate::Input for $name {
            const WORDS: $crate::Words =
                $crate::Words { $($($word: $text,)*)? ..$crate::Words::of(stringify!($name)) };

            // Compiled where it is used: most inputs are not served yet.
            #[inline]
            fn from_value(value: &serde_json::Value) -> Result<Self, String> {
                $($(if let $pattern = value { return Ok(Self::$plain($plain_value?)); })*)?
                let object = value.as_object().ok_or_else(|| Self::WORDS.object())?;
                let tag = $crate::input::tag(object, None $(.or(Some($tag)))?, &Self::WORDS)?;
                $(if true $(&& tag == $tag_value)? $($(&& $crate::input::is_given(object, $given))+)? {
                    return <$kind as $crate::Input>::from_value(value).map(Box::new).map(Self::$variant);
                })*
                Err(Self::WORDS.unsupported(&tag))
            }
        }
    )* };
}

pub(crate) use {choices, inputs, read_field};
