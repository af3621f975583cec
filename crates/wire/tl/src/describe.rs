//! Names and displays objects without a Rust type, by interpreting their schema lines. This is slower than the declared
//! types, and meant for error messages and for display.

use crate::codec::{Bytes, Reader, Tl, TlError};
use crate::generated::DECLARED;
use crate::generated::lines::{CONSTRUCTORS, FUNCTIONS};
use std::fmt;

/// The flags fields read so far, by name. A constructor has at most two.
type Words<'a> = Vec<(&'a str, u32)>;

/// A constructor or function with its fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// The TL name, such as `messages.sendMedia`.
    pub name: &'static str,
    /// The fields that are present, in wire order.
    pub fields: Vec<(&'static str, Value)>,
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A bit that is set, or a `Bool`.
    Bool(bool),
    /// `int` or `long`.
    Integer(i64),
    /// `double`
    Double(f64),
    /// `string`
    Text(String),
    /// `bytes`, `int128`, `int256`
    Bytes(Bytes),
    /// `Vector<…>`
    List(Vec<Value>),
    /// A boxed type.
    Object(Object),
}

/// Returns the name of a function of any layer, served or not.
pub fn function_name(id: u32) -> Option<&'static str> {
    find(&FUNCTIONS, id).map(|(name, _)| name)
}

/// Iterates over the functions of all layers, served or not, as ids and names.
pub fn known_functions() -> impl Iterator<Item = (u32, &'static str)> {
    FUNCTIONS.iter().copied().flatten().map(|(id, line)| (*id, split(line).0))
}

/// Whether any layer has a function of this name, in any case, with its namespace (`messages.sendMessage`) or without.
pub fn is_function(name: &str) -> bool {
    let last = |known: &'static str| known.rsplit('.').next().unwrap_or(known);
    known_functions()
        .any(|(_, known)| known.eq_ignore_ascii_case(name) || last(known).eq_ignore_ascii_case(name))
}

/// Returns the name of a constructor of any layer that has no Rust type. `None` if it has one: then it was sent where
/// another type is expected.
pub fn unserved_constructor(id: u32) -> Option<&'static str> {
    let (name, _) = find(&CONSTRUCTORS, id)?;
    (!DECLARED.iter().any(|ids| ids.contains(&id))).then_some(name)
}

/// Reads a function of any layer, served or not.
///
/// # Errors
///
/// Returns a [`TlError`] if its id or that of a nested object is in no layer, or the bytes end early.
pub fn describe_function(input: &mut Reader<'_>) -> Result<Object, TlError> {
    object(&FUNCTIONS, input)
}

/// Reads an object of any layer, served or not. Its type is not checked against the expected one.
///
/// # Errors
///
/// As [`describe_function`].
pub fn describe(input: &mut Reader<'_>) -> Result<Object, TlError> {
    object(&CONSTRUCTORS, input)
}

type Lines = [&'static [(u32, &'static str)]];

/// Finds the schema line of an id, and returns its name and fields.
fn find(lines: &'static Lines, id: u32) -> Option<(&'static str, &'static str)> {
    let line = lines.iter().find_map(|namespace| {
        let at = namespace.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        namespace.get(at).map(|(_, line)| *line)
    })?;
    Some(split(line))
}

fn split(line: &'static str) -> (&'static str, &'static str) {
    line.split_once(' ').unwrap_or((line, ""))
}

fn object(lines: &'static Lines, input: &mut Reader<'_>) -> Result<Object, TlError> {
    let id = input.id()?;
    let (name, line) = find(lines, id).ok_or_else(|| input.unknown(id))?;
    let mut words = Words::new();
    let mut fields = Vec::new();
    for (field, kind) in line.split(' ').filter_map(|word| word.split_once(':')) {
        if kind == "#" {
            words.push((field, input.id()?));
            continue;
        }
        let kind = match kind.split_once('?') {
            Some((condition, kind)) if is_set(condition, &words) => kind,
            Some(_) => continue,
            None => kind,
        };
        fields.push((field, value(kind, input)?));
    }
    Ok(Object { name, fields })
}

/// Whether the bit of a condition like `flags.3` is set.
fn is_set(condition: &str, words: &Words<'_>) -> bool {
    let Some((name, bit)) = condition.split_once('.') else { return false };
    let word = words.iter().find(|(word, _)| *word == name).map_or(0, |(_, word)| *word);
    bit.parse().is_ok_and(|bit: u32| word.checked_shr(bit).is_some_and(|rest| rest & 1 == 1))
}

fn value(kind: &'static str, input: &mut Reader<'_>) -> Result<Value, TlError> {
    Ok(match kind {
        "true" => Value::Bool(true),
        "Bool" => Value::Bool(bool::read(input)?),
        "int" => Value::Integer(i32::read(input)?.into()),
        "long" => Value::Integer(i64::read(input)?),
        "double" => Value::Double(f64::read(input)?),
        "string" => Value::Text(String::read(input)?),
        "bytes" => Value::Bytes(Bytes::read(input)?),
        "int128" => Value::Bytes(Bytes(<[u8; 16]>::read(input)?.to_vec())),
        "int256" => Value::Bytes(Bytes(<[u8; 32]>::read(input)?.to_vec())),
        "!X" => Value::Object(input.nested(describe_function)?),
        boxed => match boxed.strip_prefix("Vector<").and_then(|rest| rest.strip_suffix('>')) {
            Some(item) => Value::List(input.vector(|input| value(item, input))?),
            None => Value::Object(input.nested(describe)?),
        },
    })
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        let mut fields = f.debug_map();
        for (name, value) in &self.fields {
            fields.entry(&format_args!("{name}"), &format_args!("{value}"));
        }
        fields.finish()
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Double(value) => write!(f, "{value}"),
            Self::Text(value) => write!(f, "{value:?}"),
            Self::Bytes(value) => write!(f, "{value:?}"),
            Self::List(items) => {
                let mut list = f.debug_list();
                items.iter().for_each(|item| {
                    list.entry(&format_args!("{item}"));
                });
                list.finish()
            }
            Self::Object(object) => write!(f, "{object}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Writer;

    // `upload.saveFilePart` has no Rust type.
    #[test]
    fn unserved_functions_are_displayed_with_their_fields() {
        let mut out = Writer::default();
        out.id(0xb304_a621);
        7i64.write(0, &mut out);
        2i32.write(0, &mut out);
        Bytes(vec![0; 12]).write(0, &mut out);
        let bytes = out.finish().unwrap();
        let mut input = Reader::new(&bytes);
        let shown = describe_function(&mut input).unwrap().to_string();
        assert_eq!(shown, "upload.saveFilePart{file_id: 7, file_part: 2, bytes: 12 bytes}");
        assert!(input.rest().is_empty());
        assert_eq!(function_name(0xb304_a621), Some("upload.saveFilePart"));
        assert_eq!(unserved_constructor(0xb304_a621), None, "a function is not a constructor");
        assert_eq!(unserved_constructor(0x1cb5_c415), None, "a vector is no object");
        assert_eq!(unserved_constructor(crate::types::User::IDS[0]), None, "it is served");
        assert_eq!(unserved_constructor(0x9609_a51c), Some("inputMessagesFilterPhotos"));
    }

    #[test]
    fn a_condition_names_a_bit_of_a_word() {
        let words = vec![("flags", 0b100), ("flags2", 1)];
        for (condition, expected) in [
            ("flags.2", true),
            ("flags.1", false),
            ("flags2.0", true),
            ("flags3.0", false),
            ("flags.40", false),
        ] {
            assert_eq!(is_set(condition, &words), expected, "{condition}");
        }
    }

    #[test]
    fn ids_of_no_layer_are_unknown() {
        let unknown = Err(TlError::Unknown { at: 0, id: 5 });
        assert_eq!(describe(&mut Reader::new(&5u32.to_le_bytes())), unknown);
        assert_eq!(describe_function(&mut Reader::new(&5u32.to_le_bytes())), unknown);
    }
}
