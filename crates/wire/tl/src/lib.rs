//! **How MTProto's objects are encoded**: TL constructors and functions of every supported layer.
//!
//! Decoding goes by one union table of constructor ids over all layers, so it needs no layer; encoding picks the id
//! and the fields of the reader's layer. There is one Rust type per constructor name, with the fields of all its
//! layers: [`types`], gathered by boxed type in [`enums`]; requests are in [`functions`] and read as [`Function`].
//! What has no Rust type here can still be named and shown: [`describe_function`].
//!
//! `generated` holds declarations only: `schema/tl`, pruned to `schema/tl-served.json`, a file per namespace. The
//! macros of `declare.rs` make Rust types of them, and `shape.rs` is the interpreter that reads and writes all of them.
//!
//! This crate must never do IO or know what a value means. Start with [`Tl`].

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
