//! **How MTProto's objects are spelled**: TL constructors and functions of every supported layer.
//!
//! Decoding goes by one union table of constructor ids over all layers, so it needs no layer; encoding picks the id
//! and the fields of the reader's layer. There is one Rust type per constructor name, with the fields of all its
//! layers: [`types`], gathered by boxed type in [`enums`]; requests are in [`functions`] and read as [`Function`].
//!
//! This crate must never do IO or know what a value means. What is generated comes from `schema/tl`, pruned to
//! `schema/tl-served.json`. Start with [`Tl`].

mod codec;
#[allow(clippy::all, non_snake_case, unused_parens, reason = "generated: regular rather than pretty")]
mod generated;
#[cfg(test)]
mod sample;

pub use codec::{Bytes, Raw, Reader, Tl, TlError, Writer};
pub use generated::{FUNCTIONS, Function, LAYER, LAYERS, UNSERVED_CONSTRUCTORS, enums, functions, types};

/// Whether any layer has a function of that name, in any case: `messages.sendMessage`, or `sendMessage` alone.
pub fn is_function(name: &str) -> bool {
    let last = |known: &'static str| known.rsplit('.').next().unwrap_or(known);
    FUNCTIONS
        .iter()
        .any(|(_, known)| known.eq_ignore_ascii_case(name) || last(known).eq_ignore_ascii_case(name))
}

/// The name of a function of any layer, served or not.
pub fn function_name(id: u32) -> Option<&'static str> {
    name_in(&FUNCTIONS, id)
}

/// The name of a constructor of any layer that is not served.
pub fn unserved_constructor(id: u32) -> Option<&'static str> {
    name_in(&UNSERVED_CONSTRUCTORS, id)
}

fn name_in(table: &'static [(u32, &'static str)], id: u32) -> Option<&'static str> {
    let at = table.binary_search_by_key(&id, |(id, _)| *id).ok()?;
    table.get(at).map(|(_, name)| *name)
}
