/// The parameters of a request as text, whatever its encoding: numbers and booleans as they were written, objects
/// and arrays as JSON.
///
/// ```
/// use parlor_wire_bot_api::form;
///
/// let args = form::read("chat_id=5", "application/json", br#"{"text": "Hi", "chat_id": 6}"#).unwrap();
/// assert_eq!((args.get("chat_id"), args.get("text"), args.get("parse_mode")), ("5", "Hi", ""));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Args {
    fields: Vec<(String, String)>,
    files: Vec<File>,
}

/// An uploaded file.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// The name of its form field.
    pub field: String,
    /// The file name.
    pub name: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// An object or array parameter: JSON that is not parsed yet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Json(pub String);

impl Json {
    /// Whether the parameter is absent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Args {
    /// Adds a parameter. If a name is repeated, [`Self::get`] returns the first value.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.fields.push((name.into(), value.into()));
    }

    /// Adds a file.
    pub fn push_file(&mut self, file: File) {
        self.files.push(file);
    }

    /// The text of a parameter; empty if it is absent.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// Whether a parameter or file of this name is present, even if it is empty.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field == name) || self.file(name).is_some()
    }

    /// Whether a parameter would have an effect in the official server.
    pub fn has_effect(&self, name: &str) -> bool {
        let is_positive = |name: &str| self.integer(name).is_some_and(|number| number > 0);
        match name {
            // Topic ids are positive; other numbers are ignored.
            "message_thread_id" => is_positive(name),
            // Ignored if the request also names a chat or a message in it.
            "inline_message_id" => {
                self.has(name) && self.get("chat_id").is_empty() && !is_positive("message_id")
            }
            // Serializers of some clients write absent options as `null`.
            _ if self.get(name) == "null" => false,
            _ => self.has(name) && (!self.get(name).is_empty() || self.file(name).is_some()),
        }
    }

    /// The file of a field: uploaded in it, or in the field that its `attach://` value names.
    pub fn file(&self, name: &str) -> Option<&File> {
        let find = |field: &str| self.files.iter().find(|file| file.field == field);
        find(name).or_else(|| find(self.get(name).strip_prefix("attach://")?))
    }

    /// All parameters in the order of the request.
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// All files in the order of the request.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// Parses an integer as the official server does: the digits at the beginning, or 0. `None` if it is absent.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        let text = self.get(name);
        if text.is_empty() { None } else { Some(leading_integer(text)) }
    }

    /// Parses a floating-point number as the official server does: the one at the beginning, or 0. `None` if it is absent.
    pub(crate) fn float(&self, name: &str) -> Option<f64> {
        let text = self.get(name).trim();
        if text.is_empty() { None } else { Some(leading_float(text)) }
    }

    /// `true`, `yes` and `1` are true, everything else is false.
    pub(crate) fn boolean(&self, name: &str) -> bool {
        ["true", "yes", "1"].contains(&self.get(name).trim().to_ascii_lowercase().as_str())
    }
}

/// The integer at the beginning of a text, or 0; saturating.
pub(crate) fn leading_integer(text: &str) -> i64 {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let number =
        digits[..length].bytes().fold(0i64, |n, b| n.saturating_mul(10).saturating_add(i64::from(b - b'0')));
    if text.starts_with('-') { -number } else { number }
}

/// The decimal number that a text begins with, or 0: as C++ streams read one (td: `to_double`).
fn leading_float(text: &str) -> f64 {
    let digits = |from: usize| text.bytes().skip(from).take_while(u8::is_ascii_digit).count();
    let is_at = |at: usize, set: &[u8]| text.as_bytes().get(at).is_some_and(|byte| set.contains(byte));
    let mut end = usize::from(is_at(0, b"+-"));
    end += digits(end);
    if is_at(end, b".") {
        end += 1 + digits(end + 1);
    }
    if is_at(end, b"eE") {
        let exponent = end + 1 + usize::from(is_at(end + 1, b"+-"));
        end = if digits(exponent) > 0 { exponent + digits(exponent) } else { end };
    }
    text[..end].parse().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_read_as_far_as_they_go() {
        for (text, expected) in [
            ("55.75", Some(55.75)),
            (" -0.5 ", Some(-0.5)),
            ("+1e2x", Some(100.0)),
            ("1e", Some(1.0)),
            ("1.5.2", Some(1.5)),
            (".5", Some(0.5)),
            ("x", Some(0.0)),
            ("-", Some(0.0)),
            ("nan", Some(0.0)),
            ("", None),
        ] {
            let mut args = Args::default();
            args.push("latitude", text);
            assert_eq!(args.float("latitude"), expected, "{text:?}");
        }
    }

    #[test]
    fn the_official_server_ignores_some_values() {
        for (given, name, expected) in [
            (&[("message_thread_id", "0")][..], "message_thread_id", false),
            (&[("message_thread_id", "-5")], "message_thread_id", false),
            (&[("message_thread_id", "7")], "message_thread_id", true),
            (&[("inline_message_id", "x")], "inline_message_id", true),
            (&[("inline_message_id", "x"), ("chat_id", "5")], "inline_message_id", false),
            (&[("inline_message_id", "x"), ("message_id", "5")], "inline_message_id", false),
            (&[("inline_message_id", "x"), ("message_id", "0")], "inline_message_id", true),
            (&[("message_effect_id", "5")], "message_effect_id", true),
            (&[("message_effect_id", "")], "message_effect_id", false),
            (&[("message_effect_id", "null")], "message_effect_id", false),
            (&[], "message_effect_id", false),
        ] {
            let mut args = Args::default();
            given.iter().for_each(|(name, value)| args.push(*name, *value));
            assert_eq!(args.has_effect(name), expected, "{given:?}");
        }
    }
}
