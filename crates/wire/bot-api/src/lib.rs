//! **How the Bot API is spelled**: its methods and objects, the forms that requests come in, the markup of texts.
//!
//! Data and codecs only. This crate must never do IO, know a world, or hold a policy; the error texts here are
//! those that Telegram gives for what cannot even be read.
//!
//! Start with [`METHODS`], then [`Args`]: every parameter of every request form ends up there as text, as in
//! Telegram's own server. [`text`] reads HTML and the two Markdowns.

mod args;
pub mod form;
mod generated;
pub mod json;
mod method;
pub mod text;

pub use args::{Args, File, Json};
pub use generated::{methods::METHODS, methods::Method, objects, requests};
pub use method::{ErrorBody, MethodInfo, Request, find_method};
