use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use parlor_host::NoRandomness;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::openapi::{self, Content, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

/// An error (RFC 9457).
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// `about:blank`, or `/problems/<code>`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The same for every problem of this type.
    pub(crate) title: String,
    /// The HTTP status.
    pub(crate) status: u16,
    /// A description of the problem with this request.
    pub(crate) detail: String,
    /// Stable, for programs: `BOT_NOT_FOUND`, `YOU_BLOCKED_USER`.
    pub(crate) code: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("/problems/{}", code.to_lowercase().replace('_', "-")),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            code: code.to_owned(),
        }
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", detail)
    }

    pub(crate) fn not_found(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }
}

impl IntoResponses for Problem {
    fn responses() -> BTreeMap<String, RefOr<openapi::Response>> {
        let response = |description| {
            let content = Content::new(Some(Self::reference()));
            let response = ResponseBuilder::new().description(description);
            RefOr::from(response.content("application/problem+json", content).build())
        };
        let refused = ("4XX".to_owned(), response("The request is refused"));
        let failed = ("5XX".to_owned(), response("The server can't do it"));
        BTreeMap::from([refused, failed])
    }
}

impl Problem {
    fn reference() -> RefOr<openapi::Schema> {
        openapi::Ref::from_schema_name(Self::name()).into()
    }
}

impl From<NoRandomness> for Problem {
    fn from(error: NoRandomness) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "NO_RANDOMNESS", error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_default() + "\n";
        let mut response = (status, body).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}
