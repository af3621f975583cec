//! Parses requests in all their encodings (query string, urlencoded, JSON, multipart) into [`Args`].

mod json;
pub use json::webhook_answer;
mod multipart;
mod urlencoded;

use crate::Args;

/// The limit of parameters of a request, query string and body together.
pub const MAX_PARAMETERS: usize = 1000;
/// The limit of bytes of a request's parameters, query string and body together, without files.
///
/// > MAX_TOTAL_PARAMETERS_LENGTH = 1 << 20;  // Some reasonable limit
pub const MAX_TOTAL_LENGTH: usize = 1 << 20;

/// A request that cannot be parsed: an HTTP status and Telegram's description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormError {
    /// 400, 413 or 431.
    pub status: u16,
    /// The error text of the official server.
    pub description: String,
}

impl FormError {
    fn bad(text: impl AsRef<str>) -> Self {
        Self { status: 400, description: format!("Bad Request: {}", text.as_ref()) }
    }

    fn too_large(text: &str) -> Self {
        Self { status: 413, description: format!("Request Entity Too Large: {text}") }
    }
}

/// Reads the query string and the body of a request. The content type tells how to parse the body.
///
/// # Errors
///
/// Returns a [`FormError`] if a body is malformed, a string is not UTF-8, or a limit is exceeded.
pub fn read(query: &str, content_type: &str, body: &[u8]) -> Result<Args, FormError> {
    let mut args = Args::default();
    let budget = MAX_TOTAL_LENGTH.checked_sub(query.len()).ok_or_else(too_many)?;
    urlencoded::read(query.as_bytes(), &mut args)?;
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        _ if body.is_empty() => {}
        "multipart/form-data" => multipart::read(content_type, body, budget, &mut args)?,
        "application/json" | "application/x-www-form-urlencoded" if body.len() > budget => {
            return Err(too_many());
        }
        "application/json" => json::read(body, &mut args)?,
        "application/x-www-form-urlencoded" => urlencoded::read(body, &mut args)?,
        // The official server ignores bodies of other types.
        _ => {}
    }
    if args.fields().len() + args.files().len() > MAX_PARAMETERS {
        return Err(too_many());
    }
    Ok(args)
}

fn too_many() -> FormError {
    FormError::too_large("too many parameters")
}
