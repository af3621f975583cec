//! **TL, the encoding of MTProto's objects**: constructors and functions of every supported layer.
//!
//! Constructor ids are unique over all layers, so decoding needs no layer; encoding uses the id and the fields of the
//! client's layer. Each constructor has one Rust type with the fields of all layers ([`types`]), and each boxed type is
//! an enum of its constructors ([`enums`]). Requests are in [`functions`] and are decoded as [`Function`]. Functions
//! without a Rust type can still be named and displayed: [`describe_function`].
//!
//! `generated` contains only declarations, one file per namespace: the part of `schema/tl` that
//! `schema/tl-served.json` selects. The macros in `declare.rs` turn them into Rust types, and the interpreter in
//! `shape.rs` reads and writes them all.
//!
//! This crate must never perform IO or know what a value means. Start with [`Tl`].
//!
//! ```
//! use parlor_wire_tl::{Function, LAYER, Reader, Tl, Writer, functions};
//!
//! let mut out = Writer::default();
//! functions::Ping { ping_id: 7 }.write(LAYER, &mut out);
//! let bytes = out.finish().unwrap();
//! let request = Function::read(&mut Reader::new(&bytes)).unwrap();
//! assert_eq!(request, Function::Ping(functions::Ping { ping_id: 7 }));
//! ```

mod codec;
mod declare;
mod describe;
#[allow(non_snake_case, reason = "fields are named as in the schema")]
mod generated;
#[cfg(test)]
mod sample;
mod shape;

pub use codec::{Bytes, Raw, Reader, Tl, TlError, Writer};
pub use describe::{
    Object, Value, describe, describe_function, function_name, is_function, known_functions,
    unserved_constructor,
};
pub use generated::{Function, LAYER, LAYERS, enums, functions, types};
