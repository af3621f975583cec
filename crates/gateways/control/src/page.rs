//! Serves the page's files, which are embedded in the binary. A debug build reads them from `web/`, so that they can be edited
//! while it runs.

use crate::problem::Problem;
use axum::body::Body;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::fmt::Write as _;
use std::io::Write as _;

#[derive(RustEmbed)]
#[folder = "../../../web/"]
#[include = "index.html"]
#[include = "*.css"]
#[include = "*.js"]
#[include = "*.svg"]
struct Files;

/// Allows scripts and styles only from this server and never inline, so that text that was injected as markup has no effect.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src \
                      'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    // Browsers ask each time, and get 304 if the file is unchanged.
    (header::CACHE_CONTROL, "no-cache"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Answers with the page. The scripts show what the URL asks for.
pub(crate) async fn index(headers: HeaderMap) -> Result<Response, Problem> {
    answer("index.html", &headers)
}

/// Answers with a file of the page.
pub(crate) async fn file(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    answer(&name, &headers)
}

fn answer(name: &str, headers: &HeaderMap) -> Result<Response, Problem> {
    let missing = || Problem::not_found("NO_SUCH_FILE", "the page has no such file");
    let file: EmbeddedFile = Files::get(name).ok_or_else(missing)?;
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => return Err(missing()),
    };
    let tag = file.metadata.sha256_hash().iter().take(12).fold(String::from("\""), |mut tag, byte| {
        let _ = write!(tag, "{byte:02x}");
        tag
    }) + "\"";
    let known = text(headers, header::IF_NONE_MATCH).is_some_and(|known| known == tag);
    let accepts_gzip =
        text(headers, header::ACCEPT_ENCODING).is_some_and(|accepted| accepted.contains("gzip"));
    let mut response = match known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false if accepts_gzip => Body::from(zip(&file.data)).into_response(),
        false => Body::from(file.data).into_response(),
    };
    let own = response.headers_mut();
    own.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if accepts_gzip && !known {
        own.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    own.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    own.extend(HEADERS.map(|(name, value)| (name, HeaderValue::from_static(value))));
    if let Ok(tag) = tag.parse() {
        own.insert(header::ETAG, tag);
    }
    Ok(response)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Compresses a file for each request. A browser requests it once, so keeping the compressed form would cost more memory
/// than it saves time.
fn zip(data: &[u8]) -> Vec<u8> {
    let mut zipped = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory can't fail.
    let _ = zipped.write_all(data);
    zipped.finish().unwrap_or_default()
}
