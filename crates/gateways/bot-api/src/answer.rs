use bytes::Bytes;
use parlor_wire_bot_api::ErrorBody;
use parlor_wire_bot_api::form::FormError;
use parlor_wire_bot_api::objects::ResponseParameters;
use parlor_world::{AccountId, ChatId, Refusal};
use serde::Serialize;

/// The beginning of every successful body.
const START: &[u8] = br#"{"ok":true,"result":"#;
/// The usual size of a body: a message.
const USUAL_BODY: usize = 512;

/// A method's success.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The body up to the end of the result.
    body: Vec<u8>,
    /// The `description` field, which a few methods send with their result.
    description: Option<&'static str>,
}

impl Answer {
    pub(crate) fn of(result: &impl Serialize) -> Result<Self, ApiError> {
        let mut body = Vec::with_capacity(USUAL_BODY);
        body.extend_from_slice(START);
        serde_json::to_writer(&mut body, result).map_err(|error| ApiError::internal(&error.to_string()))?;
        Ok(Self { body, description: None })
    }

    pub(crate) fn yes() -> Result<Self, ApiError> {
        Self::of(&true)
    }

    pub(crate) fn described(self, description: &'static str) -> Self {
        Self { description: Some(description), ..self }
    }

    pub(crate) fn into_body(self) -> Bytes {
        let Self { mut body, description } = self;
        if let Some(text) = description {
            body.extend_from_slice(format!(",\"description\":\"{text}\"").as_bytes());
        }
        body.push(b'}');
        body.into()
    }
}

/// A method's failure, with Telegram's error text. The HTTP status equals the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) code: u16,
    pub(crate) description: String,
    /// Seconds, with 429.
    pub(crate) retry_after: Option<u32>,
    /// The supergroup that the basic group became, if that is the reason.
    pub(crate) migrate_to: Option<ChatId>,
    /// The world's refusal that caused it, if any.
    pub(crate) refusal: Option<Refusal>,
    /// The name of the Telegram feature that Parlor does not serve, if that is the reason.
    pub(crate) not_served: Option<Box<str>>,
}

impl ApiError {
    /// Creates a 400. Like the official server, it lowers the first letter of the text, unless the second is a capital
    /// letter or an underscore, as in `PEER_ID_INVALID`.
    pub(crate) fn bad_request(text: &str) -> Self {
        Self::new(400, &prefixed("Bad Request", text))
    }

    pub(crate) fn forbidden(text: &str) -> Self {
        Self::new(403, &prefixed("Forbidden", text))
    }

    pub(crate) fn new(code: u16, description: &str) -> Self {
        Self {
            code,
            description: description.to_owned(),
            retry_after: None,
            migrate_to: None,
            refusal: None,
            not_served: None,
        }
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(401, "Unauthorized")
    }

    pub(crate) fn conflict(text: &str) -> Self {
        Self::new(409, &format!("Conflict: {text}"))
    }

    pub(crate) fn flood_wait(seconds: u32) -> Self {
        let description = format!("Too Many Requests: retry after {seconds}");
        Self { retry_after: Some(seconds), ..Self::new(429, &description) }
    }

    /// The basic group is now that supergroup. Libraries look at the parameter and repeat the request there.
    pub(crate) fn upgraded(to: ChatId) -> Self {
        let error = Self::bad_request("group chat was upgraded to a supergroup chat");
        Self { migrate_to: Some(to), ..error }
    }

    pub(crate) fn internal(text: &str) -> Self {
        Self::new(500, &format!("Internal Server Error: {text}"))
    }

    /// Creates the error for a Telegram feature that Parlor does not serve, with its name. It is a client error, because
    /// clients treat 5xx as an outage of Telegram and repeat such requests, some of them for ever.
    pub(crate) fn not_served(what: &str) -> Self {
        let description = format!("Bad Request: {what} is not served by Parlor; see docs/coverage.md");
        Self { not_served: Some(what.into()), ..Self::new(400, &description) }
    }

    pub(crate) fn body(&self) -> Bytes {
        let parameters = ResponseParameters {
            retry_after: self.retry_after.map(i64::from),
            migrate_to_chat_id: self.migrate_to.map(|chat| chat.bot_api_id(AccountId(0))),
        };
        let parameters = Some(parameters).filter(|parameters| *parameters != ResponseParameters::default());
        let body = ErrorBody {
            ok: false,
            error_code: self.code,
            description: &self.description,
            parameters,
            not_served: self.not_served.as_deref(),
        };
        serde_json::to_vec(&body).unwrap_or_default().into()
    }
}

impl From<FormError> for ApiError {
    fn from(error: FormError) -> Self {
        Self::new(error.status, &error.description)
    }
}

fn prefixed(prefix: &str, text: &str) -> String {
    let mut chars = text.chars();
    let (first, second) = (chars.next(), chars.next());
    match first {
        Some(first) if !second.is_some_and(|c| c == '_' || c.is_ascii_uppercase()) => {
            format!("{prefix}: {}{}", first.to_ascii_lowercase(), &text[first.len_utf8()..])
        }
        _ => format!("{prefix}: {text}"),
    }
}
