//! Serializes the objects that `generated/objects` declares.
//!
//! A declaration expands to a struct and to one plain function that lists its fields. Serialization itself is written
//! once, for all objects: 274 derived implementations would be compiled again for each serializer.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

/// A field's value on its way to JSON.
pub(crate) enum Value<'a> {
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Text(&'a str),
    Object(&'a dyn Object),
    List(&'a dyn List),
}

/// Anything with named fields.
pub(crate) trait Object {
    /// Lists the fields that are present, in the order of the documentation.
    fn fields(&self, out: &mut dyn Fields);
}

/// Receives the fields of an object.
pub(crate) trait Fields {
    fn put(&mut self, name: &'static str, value: Value<'_>);
}

pub(crate) trait List {
    fn len(&self) -> usize;
    fn item(&self, index: usize) -> Option<Value<'_>>;
}

/// A type that a field of an object may have.
pub(crate) trait Field {
    /// Returns `None` for a value that is absent: its field is left out.
    fn value(&self) -> Option<Value<'_>>;
}

impl Field for i64 {
    fn value(&self) -> Option<Value<'_>> {
        Some(Value::Integer(*self))
    }
}

impl Field for f64 {
    fn value(&self) -> Option<Value<'_>> {
        Some(Value::Float(*self))
    }
}

impl Field for bool {
    fn value(&self) -> Option<Value<'_>> {
        Some(Value::Boolean(*self))
    }
}

impl Field for String {
    fn value(&self) -> Option<Value<'_>> {
        Some(Value::Text(self))
    }
}

impl<T: Field> Field for Option<T> {
    fn value(&self) -> Option<Value<'_>> {
        self.as_ref()?.value()
    }
}

impl<T: Field> Field for Box<T> {
    fn value(&self) -> Option<Value<'_>> {
        (**self).value()
    }
}

impl<T: Field> Field for Vec<T> {
    fn value(&self) -> Option<Value<'_>> {
        Some(Value::List(self))
    }
}

impl<T: Field> List for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn item(&self, index: usize) -> Option<Value<'_>> {
        self.get(index)?.value()
    }
}

/// Passes a field on if it is present.
pub(crate) fn put(out: &mut dyn Fields, name: &'static str, field: &impl Field) {
    if let Some(value) = field.value() {
        out.put(name, value);
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Integer(number) => serializer.serialize_i64(*number),
            Value::Float(number) => serializer.serialize_f64(*number),
            Value::Boolean(value) => serializer.serialize_bool(*value),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Object(object) => serialize(*object, serializer),
            Value::List(list) => {
                let mut sequence = serializer.serialize_seq(Some(list.len()))?;
                for item in (0..list.len()).filter_map(|index| list.item(index)) {
                    sequence.serialize_element(&item)?;
                }
                sequence.end()
            }
        }
    }
}

/// Serializes any object.
///
/// # Errors
///
/// Those of the serializer.
pub(crate) fn serialize<S: Serializer>(object: &dyn Object, serializer: S) -> Result<S::Ok, S::Error> {
    let mut entries = Entries { map: serializer.serialize_map(None)?, written: Ok(()) };
    object.fields(&mut entries);
    entries.written?;
    entries.map.end()
}

/// The map that an object is written into, and the first error of writing.
struct Entries<M: SerializeMap> {
    map: M,
    written: Result<(), M::Error>,
}

impl<M: SerializeMap> Fields for Entries<M> {
    fn put(&mut self, name: &'static str, value: Value<'_>) {
        if self.written.is_ok() {
            self.written = self.map.serialize_entry(name, &value);
        }
    }
}

/// Declares objects: `field: type`, `field as "name": type` where the name is a Rust keyword, `field if true: bool` for
/// a field that is sent only if it is true. `("type" = "user")` after the name is the discriminator.
macro_rules! objects {
    ($($(#[$meta:meta])* $name:ident $(($tag:literal = $tag_value:literal))? {
        $($field:ident $(as $wire:literal)? $(if $flag:literal)? : $kind:ty,)*
    })*) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name { $(#[allow(missing_docs)] pub $field: $kind,)* }

        impl $crate::object::Object for $name {
            #[allow(unused_variables, reason = "some objects have no fields")]
            fn fields(&self, out: &mut dyn $crate::object::Fields) {
                $(out.put($tag, $crate::object::Value::Text($tag_value));)?
                $($crate::object::put_field!(out, self, $field $(as $wire)? $(if $flag)?);)*
            }
        }

        impl $crate::object::Field for $name {
            fn value(&self) -> Option<$crate::object::Value<'_>> {
                Some($crate::object::Value::Object(self))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::object::serialize(self, serializer)
            }
        }
    )* };
}

macro_rules! put_field {
    ($out:ident, $object:ident, $field:ident) => {
        $crate::object::put($out, stringify!($field), &$object.$field)
    };
    ($out:ident, $object:ident, $field:ident as $wire:literal) => {
        $crate::object::put($out, $wire, &$object.$field)
    };
    ($out:ident, $object:ident, $field:ident if $flag:literal) => {
        if $object.$field {
            $crate::object::put($out, stringify!($field), &$object.$field)
        }
    };
}

/// Declares values that are one of several types. The first variant is the default one.
macro_rules! unions {
    ($($(#[$meta:meta])* $name:ident {
        $first:ident($first_kind:ty), $($variant:ident($kind:ty),)*
    })*) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[allow(missing_docs)]
        pub enum $name { $first($first_kind), $($variant($kind),)* }

        impl Default for $name {
            fn default() -> Self {
                Self::$first(Default::default())
            }
        }

        impl $crate::object::Field for $name {
            fn value(&self) -> Option<$crate::object::Value<'_>> {
                match self {
                    Self::$first(value) => value.value(),
                    $(Self::$variant(value) => value.value(),)*
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::object::Field::value(self).serialize(serializer)
            }
        }
    )* };
}

pub(crate) use {objects, put_field, unions};
