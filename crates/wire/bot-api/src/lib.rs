//! **The HTTP Bot API's wire format**: methods, objects, request bodies and text markup.
//!
//! Data and codecs only. This crate must never perform IO, know a world, or decide what a request may do. Its error
//! texts are Telegram's for requests that cannot be parsed.
//!
//! Start with [`METHODS`], then [`Args`]: the parameters of a request in any encoding, as text, as in Telegram's own
//! server. [`text`] parses HTML, MarkdownV2 and the legacy Markdown.

mod args;
mod error_body;
pub mod form;
mod generated;
mod input;
pub mod json;
mod method;
mod object;
mod request;
pub mod text;

pub use args::{Args, File, Json};
pub use error_body::ErrorBody;
pub use generated::{inputs, objects, requests};
pub use input::{Input, Words, parameter, parameters};
pub use method::{METHODS, Method, MethodInfo, find_method};
pub use request::{InputFile, Request};
