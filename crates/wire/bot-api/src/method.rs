use crate::objects::ResponseParameters;
use crate::{Args, METHODS, Method};
use serde::Serialize;

/// A row of the table of all methods.
#[derive(Debug)]
pub struct MethodInfo {
    /// As documented.
    pub name: &'static str,
    /// Methods are found in any case.
    pub lower: &'static str,
    /// `None` is refused as not served.
    pub served: Option<Method>,
    /// Parameters that are refused as not served when present.
    pub unserved_parameters: &'static [&'static str],
}

/// The method with that name, in any case.
pub fn find_method(name: &str) -> Option<&'static MethodInfo> {
    let lower = name.to_ascii_lowercase();
    let at = METHODS.binary_search_by_key(&lower.as_str(), |method| method.lower).ok()?;
    METHODS.get(at)
}

/// A method's parameters as a type.
pub trait Request: Serialize {
    /// The method's name.
    const METHOD: &'static str;

    /// From a request's parameters. Never fails: Telegram reads numbers and booleans leniently, and says what is
    /// missing only once it needs it.
    fn from_args(args: &Args) -> Self;
}

/// The body of every answer that is an error.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ErrorBody<'a> {
    /// Always false.
    pub ok: bool,
    /// Equal to the HTTP status.
    pub error_code: u16,
    /// In Telegram's words.
    pub description: &'a str,
    /// `retry_after` and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<ResponseParameters>,
    /// Parlor's own: what Telegram has and Parlor lacks, if that is the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_served: Option<&'a str>,
}
