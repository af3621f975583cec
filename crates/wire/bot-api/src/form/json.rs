use super::FormError;
use crate::Args;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A top-level object: texts are taken as they are, everything else as it is written.
pub(super) fn read(body: &[u8], args: &mut Args) -> Result<(), FormError> {
    let text = std::str::from_utf8(body).map_err(|_| FormError::bad("strings must be encoded in UTF-8"))?;
    if !text.trim_start().starts_with('{') {
        return Err(FormError::bad("JSON object expected"));
    }
    let unreadable = |error: serde_json::Error| FormError::bad(format!("can't parse JSON object: {error}"));
    let fields: BTreeMap<String, &RawValue> = match serde_json::from_str(text) {
        Ok(fields) => fields,
        // Nested values deeper than serde_json goes are refused here too, before anybody recurses into them.
        Err(error) => return Err(unreadable(error)),
    };
    for (name, raw) in fields {
        let raw = raw.get();
        match raw.as_bytes().first() {
            Some(b'"') => args.push(name, serde_json::from_str::<String>(raw).map_err(unreadable)?),
            _ => args.push(name, raw),
        }
    }
    Ok(())
}

/// What a JSON answer to a webhook asks for, if it asks for anything.
pub fn webhook_answer(body: &[u8]) -> Option<(String, Args)> {
    let fields: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let method = fields.get("method")?.as_str()?.to_owned();
    let mut args = Args::default();
    read(body, &mut args).ok()?;
    Some((method, args))
}
