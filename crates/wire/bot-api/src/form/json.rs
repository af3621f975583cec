use super::{FormError, MAX_PARAMETERS};
use crate::Args;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Reads the fields of a JSON object: strings are unquoted, all other values are kept as written.
///
/// A body that is not an object, or is malformed at some point, is not an error: the fields before that point are the
/// parameters, as in the official server (tdlib/td: tdnet/td/net/HttpReader.cpp).
pub(super) fn read(body: &[u8], args: &mut Args) -> Result<(), FormError> {
    let text = std::str::from_utf8(body).map_err(|_| FormError::bad("strings must be encoded in UTF-8"))?;
    // The error is ignored on purpose, see above. serde_json limits the depth of nested values.
    let _ = serde_json::Deserializer::from_str(text).deserialize_map(Fields(args));
    Ok(())
}

/// Collects fields until the object ends or is malformed.
struct Fields<'a>(&'a mut Args);

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        // One field more than the limit is enough for `form::read` to refuse the request.
        while self.0.fields().len() <= MAX_PARAMETERS {
            let Some((name, raw)) = map.next_entry::<String, &RawValue>()? else { break };
            let raw = raw.get();
            let value = if raw.starts_with('"') {
                serde_json::from_str(raw).map_err(A::Error::custom)?
            } else {
                raw.to_owned()
            };
            self.0.push(name, value);
        }
        Ok(())
    }
}

/// Reads a bot's answer to a webhook request: the method it calls and its parameters, or `None` if it calls none.
pub fn webhook_answer(body: &[u8]) -> Option<(String, Args)> {
    let mut args = Args::default();
    read(body, &mut args).ok()?;
    let method = args.get("method").to_owned();
    (!method.is_empty()).then_some((method, args))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_before_a_syntax_error_are_kept() {
        let pairs = |fields: &[(&str, &str)]| {
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>()
        };
        for (body, expected) in [
            (
                r#"{"a": "1", "b": 2, "c": [1, "x"], "d": null, "e": "\u0041"}"#,
                vec![("a", "1"), ("b", "2"), ("c", r#"[1, "x"]"#), ("d", "null"), ("e", "A")],
            ),
            (r#"{"b": 1, "a": 2, "b": 3}"#, vec![("b", "1"), ("a", "2"), ("b", "3")]),
            ("null", vec![]),
            ("[1, 2]", vec![]),
            (r#""text""#, vec![]),
            ("", vec![]),
            (r#"{"a": 1, "b": {"c": "#, vec![("a", "1")]),
            (r#"{"a": 1, "b": tru}"#, vec![("a", "1")]),
            (r#"{"a": 1,}"#, vec![("a", "1")]),
            (r#"{"a": 1} x"#, vec![("a", "1")]),
            (r#"{"a": 1, "b": "\ud800"}"#, vec![("a", "1")]),
        ] {
            let mut args = Args::default();
            assert_eq!(read(body.as_bytes(), &mut args), Ok(()), "{body}");
            assert_eq!(args.fields(), pairs(&expected), "{body}");
        }
        let description = "Bad Request: strings must be encoded in UTF-8".to_owned();
        let error = FormError { status: 400, description };
        assert_eq!(read(b"{\"a\": \"\xff\"}", &mut Args::default()), Err(error));
    }

    #[test]
    fn a_webhook_answer_is_a_method_call_or_is_ignored() {
        let answer = webhook_answer(br#"{"method": "sendMessage", "chat_id": 5, "text": "x"}"#);
        let (method, args) = answer.unwrap();
        assert_eq!((method.as_str(), args.get("chat_id"), args.get("text")), ("sendMessage", "5", "x"));
        for ignored in [&b""[..], b"ok", br#"{"ok": true}"#, br#"{"method": ""}"#] {
            assert_eq!(webhook_answer(ignored), None);
        }
    }
}
