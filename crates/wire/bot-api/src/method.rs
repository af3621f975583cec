use crate::objects::ResponseParameters;
use crate::{Args, METHODS, Method};
use serde::Serialize;

/// One method in the table of all methods, [`METHODS`].
#[derive(Debug)]
pub struct MethodInfo {
    /// The documented name.
    pub name: &'static str,
    /// The name in lower case, by which [`find_method`] searches.
    pub lower: &'static str,
    /// `None` if the method is not served.
    pub served: Option<Method>,
    /// Parameters of a served method that are refused as not served if they would have an effect.
    pub unserved_parameters: &'static [&'static str],
}

/// Finds a method by its name, in any case.
pub fn find_method(name: &str) -> Option<&'static MethodInfo> {
    let lower = name.to_ascii_lowercase();
    let at = METHODS.binary_search_by_key(&lower.as_str(), |method| method.lower).ok()?;
    METHODS.get(at)
}

/// The parameters of one method.
pub trait Request: Serialize {
    /// The method's name.
    const METHOD: &'static str;

    /// Reads a request's parameters. This cannot fail: Telegram parses numbers and booleans leniently, and reports a
    /// missing parameter only where it is used.
    fn from_args(args: &Args) -> Self;
}

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
