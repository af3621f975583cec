//! Reading JSON objects that come as parameters, with the words that the official server has for what is wrong.
//!
//! A field that is `null` counts as absent: many serializers write their empty options so.

use serde_json::{Map, Value};

/// An object's fields.
pub type Object = Map<String, Value>;

fn field<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

fn missing(name: &str) -> String {
    format!("Can't find field \"{name}\"")
}

/// A text, empty if absent. Numbers are taken as they are written.
pub fn optional_string(object: &Object, name: &str) -> Result<String, String> {
    match field(object, name) {
        None => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(_) => Err(format!("Field \"{name}\" must be of type String")),
    }
}

/// A text that must be there.
pub fn required_string(object: &Object, name: &str) -> Result<String, String> {
    if field(object, name).is_none() {
        return Err(missing(name));
    }
    optional_string(object, name)
}

/// A boolean, false if absent.
pub fn optional_bool(object: &Object, name: &str) -> Result<bool, String> {
    match field(object, name) {
        None => Ok(false),
        Some(Value::Bool(value)) => Ok(*value),
        Some(_) => Err(format!("Field \"{name}\" must be of type Boolean")),
    }
}

/// A number, also as text.
pub fn optional_integer(object: &Object, name: &str) -> Result<Option<i64>, String> {
    match field(object, name) {
        None => Ok(None),
        Some(value) => match integer(value) {
            Some(Some(number)) => Ok(Some(number)),
            Some(None) => Err(format!("Field \"{name}\" must be a valid Number")),
            None => Err(format!("Field \"{name}\" must be a Number")),
        },
    }
}

/// A number that must be there.
pub fn required_integer(object: &Object, name: &str) -> Result<i64, String> {
    optional_integer(object, name)?.ok_or_else(|| missing(name))
}

/// None if it is neither number nor text, `Some(None)` if it is one that can't be read.
pub fn integer(value: &Value) -> Option<Option<i64>> {
    match value {
        Value::Number(number) => Some(number.as_i64()),
        Value::String(text) => Some(text.parse().ok()),
        _ => None,
    }
}

/// An object that must be there.
pub fn required_object<'a>(object: &'a Object, name: &str) -> Result<&'a Object, String> {
    let value = field(object, name).ok_or_else(|| missing(name))?;
    value.as_object().ok_or_else(|| format!("Field \"{name}\" must be of type Object"))
}

/// A list, none if absent.
pub fn optional_array<'a>(object: &'a Object, name: &str) -> Result<Option<&'a [Value]>, String> {
    match field(object, name) {
        None => Ok(None),
        Some(Value::Array(list)) => Ok(Some(list)),
        Some(_) => Err(format!("Field \"{name}\" must be of type Array")),
    }
}

/// Whether a field is there.
pub fn has(object: &Object, name: &str) -> bool {
    field(object, name).is_some()
}
