//! Reads the requests that `generated/requests` declares from their parameters.

use crate::object::{Fields, Value};
use crate::{Args, Json};
use serde::Serialize;

/// The parameters of one method.
pub trait Request: Serialize {
    /// The method's name.
    const METHOD: &'static str;

    /// Reads a request's parameters. This cannot fail: Telegram parses numbers and booleans leniently, and reports a
    /// missing parameter only where it is used.
    fn from_args(args: &Args) -> Self;
}

/// A parameter that may be a file. The bytes stay in the [`Args`]; [`Args::file`] finds them by the field's name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum InputFile {
    /// Not given.
    #[default]
    Absent,
    /// A `file_id` or a URL.
    Reference(String),
    /// Uploaded in the field of that name: the parameter's own, or the one that `attach://` names.
    Uploaded(String),
}

/// A type that a parameter may have.
pub(crate) trait Parameter {
    fn read(args: &Args, name: &str) -> Self;
    /// Returns `None` for what is left out of a request that is made.
    fn value(&self) -> Option<Value<'_>>;
}

impl Parameter for String {
    fn read(args: &Args, name: &str) -> Self {
        args.get(name).to_owned()
    }

    fn value(&self) -> Option<Value<'_>> {
        (!self.is_empty()).then_some(Value::Text(self))
    }
}

impl Parameter for Json {
    fn read(args: &Args, name: &str) -> Self {
        Json(args.get(name).to_owned())
    }

    fn value(&self) -> Option<Value<'_>> {
        (!self.is_empty()).then_some(Value::Text(&self.0))
    }
}

impl Parameter for Option<i64> {
    fn read(args: &Args, name: &str) -> Self {
        args.integer(name)
    }

    fn value(&self) -> Option<Value<'_>> {
        self.map(Value::Integer)
    }
}

impl Parameter for Option<f64> {
    fn read(args: &Args, name: &str) -> Self {
        args.float(name)
    }

    fn value(&self) -> Option<Value<'_>> {
        self.map(Value::Float)
    }
}

impl Parameter for bool {
    fn read(args: &Args, name: &str) -> Self {
        args.boolean(name)
    }

    fn value(&self) -> Option<Value<'_>> {
        self.then_some(Value::Boolean(true))
    }
}

impl Parameter for InputFile {
    fn read(args: &Args, name: &str) -> Self {
        match args.get(name) {
            "" if args.file(name).is_some() => Self::Uploaded(name.to_owned()),
            "" => Self::Absent,
            text => match text.strip_prefix("attach://") {
                Some(field) => Self::Uploaded(field.to_owned()),
                None => Self::Reference(text.to_owned()),
            },
        }
    }

    fn value(&self) -> Option<Value<'_>> {
        match self {
            // A client that is given no bytes can name what the server has already, and nothing else.
            Self::Absent | Self::Uploaded(_) => None,
            Self::Reference(text) => Some(Value::Text(text)),
        }
    }
}

/// Passes a parameter on if it is given.
pub(crate) fn put(out: &mut dyn Fields, name: &'static str, parameter: &impl Parameter) {
    if let Some(value) = parameter.value() {
        out.put(name, value);
    }
}

/// Declares requests: the method's name, then its parameters as in `objects!`. A parameter that is not a scalar stays
/// JSON; the comment after it names its type.
macro_rules! requests {
    ($($(#[$meta:meta])* $name:ident $method:literal {
        $($field:ident $(as $wire:literal)? : $kind:ty,)*
    })*) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct $name { $(#[allow(missing_docs)] pub $field: $kind,)* }

        impl $crate::Request for $name {
            const METHOD: &'static str = $method;

            // Compiled where it is used: most methods are not served yet.
            #[inline]
            #[allow(unused_variables, reason = "some methods have no parameters")]
            fn from_args(args: &$crate::Args) -> Self {
                Self {
                    $($field: $crate::request::Parameter::read(
                        args, $crate::request::wire_name!($field $(as $wire)?)
                    ),)*
                }
            }
        }

        impl $crate::object::Object for $name {
            // Compiled where it is used: most methods are not served yet.
            #[inline]
            #[allow(unused_variables, reason = "some methods have no parameters")]
            fn fields(&self, out: &mut dyn $crate::object::Fields) {
                $($crate::request::put(
                    out, $crate::request::wire_name!($field $(as $wire)?), &self.$field
                );)*
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::object::serialize(self, serializer)
            }
        }
    )* };
}

macro_rules! wire_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident as $wire:literal) => {
        $wire
    };
}

pub(crate) use {requests, wire_name};
