//! Reads the fields of JSON objects in parameters. The errors are the texts of the official server.
//!
//! A field that is `null` counts as absent: many serializers write absent options so.

use serde_json::{Map, Value};

/// The fields of an object.
pub type Object = Map<String, Value>;

fn field<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

fn missing(name: &str) -> String {
    format!("Can't find field \"{name}\"")
}

/// Returns a required value of any type.
///
/// # Errors
///
/// Returns Telegram's error text if the field is absent.
pub fn required<'a>(object: &'a Object, name: &str) -> Result<&'a Value, String> {
    field(object, name).ok_or_else(|| missing(name))
}

/// Reads a string, empty if absent. Numbers are accepted as they are written.
///
/// # Errors
///
/// Returns Telegram's error text if the field has another type.
pub fn optional_string(object: &Object, name: &str) -> Result<String, String> {
    match field(object, name) {
        None => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(_) => Err(format!("Field \"{name}\" must be of type String")),
    }
}

/// Reads a required string.
///
/// # Errors
///
/// Returns Telegram's error text if the field is absent or has another type.
pub fn required_string(object: &Object, name: &str) -> Result<String, String> {
    required(object, name)?;
    optional_string(object, name)
}

/// Reads a boolean, false if absent.
///
/// # Errors
///
/// Returns Telegram's error text if the field has another type.
pub fn optional_bool(object: &Object, name: &str) -> Result<bool, String> {
    match field(object, name) {
        None => Ok(false),
        Some(Value::Bool(value)) => Ok(*value),
        Some(_) => Err(format!("Field \"{name}\" must be of type Boolean")),
    }
}

/// Reads a required boolean.
///
/// # Errors
///
/// Returns Telegram's error text if the field is absent or has another type.
pub fn required_bool(object: &Object, name: &str) -> Result<bool, String> {
    required(object, name)?;
    optional_bool(object, name)
}

/// Reads a required floating-point number, which may not be written as a string.
///
/// # Errors
///
/// Returns Telegram's error text if the field is absent or has another type.
pub fn required_float(object: &Object, name: &str) -> Result<f64, String> {
    required(object, name)?.as_f64().ok_or_else(|| format!("Field \"{name}\" must be of type Number"))
}

/// Reads an integer, which may be written as a string.
///
/// # Errors
///
/// Returns Telegram's error text if the field has another type or is not a 64-bit integer.
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

/// Reads a required integer.
///
/// # Errors
///
/// As [`optional_integer`], and if the field is absent.
pub fn required_integer(object: &Object, name: &str) -> Result<i64, String> {
    optional_integer(object, name)?.ok_or_else(|| missing(name))
}

/// Reads an integer, which may be written as a string: `None` if the value is neither a number nor a string,
/// `Some(None)` if it is not a 64-bit integer.
pub fn integer(value: &Value) -> Option<Option<i64>> {
    match value {
        Value::Number(number) => Some(number.as_i64()),
        Value::String(text) => Some(text.parse().ok()),
        _ => None,
    }
}

/// Reads a required object.
///
/// # Errors
///
/// Returns Telegram's error text if the field is absent or has another type.
pub fn required_object<'a>(object: &'a Object, name: &str) -> Result<&'a Object, String> {
    required(object, name)?.as_object().ok_or_else(|| format!("Field \"{name}\" must be of type Object"))
}

/// Reads an array, `None` if absent.
///
/// # Errors
///
/// Returns Telegram's error text if the field has another type.
pub fn optional_array<'a>(object: &'a Object, name: &str) -> Result<Option<&'a [Value]>, String> {
    match field(object, name) {
        None => Ok(None),
        Some(Value::Array(list)) => Ok(Some(list)),
        Some(_) => Err(format!("Field \"{name}\" must be of type Array")),
    }
}

/// Whether a field is present and not `null`.
pub fn has(object: &Object, name: &str) -> bool {
    field(object, name).is_some()
}
