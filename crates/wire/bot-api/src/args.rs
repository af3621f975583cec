use serde::{Serialize, Serializer};

/// A request's parameters, all as text, whatever form they came in: numbers and booleans as they are written,
/// objects as JSON.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Args {
    fields: Vec<(String, String)>,
    files: Vec<File>,
}

/// An uploaded file.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// The name of the field it came in.
    pub field: String,
    /// Its own name.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// A parameter that is no scalar: JSON, not yet read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Json(pub String);

impl Json {
    /// Whether the parameter was not given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Args {
    /// Adds a parameter; the first of a name wins.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.fields.push((name.into(), value.into()));
    }

    /// Adds a file.
    pub fn push_file(&mut self, file: File) {
        self.files.push(file);
    }

    /// The parameter's text; empty when it is missing.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// Whether it was given at all.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field == name) || self.file(name).is_some()
    }

    /// Whether a parameter asks for something, as the official server reads it.
    pub fn asks_for(&self, name: &str) -> bool {
        let is_positive = |name: &str| self.integer(name).is_some_and(|number| number > 0);
        match name {
            // 0 and less are no topic.
            "message_thread_id" => is_positive(name),
            // It is read only where no message of a chat is named.
            "inline_message_id" => {
                self.has(name) && self.get("chat_id").is_empty() && !is_positive("message_id")
            }
            // Serializers of some clients write their empty options so.
            _ if self.get(name) == "null" => false,
            _ => self.has(name) && (!self.get(name).is_empty() || self.file(name).is_some()),
        }
    }

    /// The file of a field, also by `attach://`.
    pub fn file(&self, name: &str) -> Option<&File> {
        let find = |field: &str| self.files.iter().find(|file| file.field == field);
        find(name).or_else(|| find(self.get(name).strip_prefix("attach://")?))
    }

    /// All parameters, in the order they came.
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// All files, in the order they came.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    pub(crate) fn string(&self, name: &str) -> String {
        self.get(name).to_owned()
    }

    pub(crate) fn json(&self, name: &str) -> Json {
        Json(self.string(name))
    }

    /// As the official server reads integers: the digits at the beginning, or 0. None when it is not given.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        let text = self.get(name);
        if text.is_empty() { None } else { Some(leading_integer(text)) }
    }

    /// `true`, `yes` and `1` are true, everything else is false.
    pub(crate) fn boolean(&self, name: &str) -> bool {
        ["true", "yes", "1"].contains(&self.get(name).trim().to_ascii_lowercase().as_str())
    }
}

/// The number that a text begins with, or 0.
pub(crate) fn leading_integer(text: &str) -> i64 {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let number =
        digits[..length].bytes().fold(0i64, |n, b| n.saturating_mul(10).saturating_add(i64::from(b - b'0')));
    if text.starts_with('-') { -number } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_ask_for_something_by_the_rules_of_the_official_server() {
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
            assert_eq!(args.asks_for(name), expected, "{given:?}");
        }
    }
}
