use crate::objects::ResponseParameters;
use serde::Serialize;

/// The body of an error response.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ErrorBody<'a> {
    /// Always false.
    pub ok: bool,
    /// Equal to the HTTP status.
    pub error_code: u16,
    /// Telegram's error text.
    pub description: &'a str,
    /// `retry_after` or `migrate_to_chat_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<ResponseParameters>,
    /// Not in Telegram: the method or parameter that Parlor does not serve, if that is the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_served: Option<&'a str>,
}
