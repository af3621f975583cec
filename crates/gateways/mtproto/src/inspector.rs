//! Records requests of bots that use MTProto, their answers, and the updates pushed to them, for the inspector. Objects are
//! kept as they are and rendered when they are read, without the fields that are false or absent.

use parlor_host::{DisplayText, Exchange, Host};
use parlor_wire_tl::{Function, Reader, describe_function, enums};
use parlor_world::AccountId;
use std::fmt::{self, Debug, Write as _};

/// Returns a request, to be completed with its answer; `None` for logins, since they contain secrets.
pub(crate) fn request(host: &Host, bot: AccountId, function: &Function, size: usize) -> Option<Exchange> {
    let method = name(function);
    (!method.starts_with("auth.")).then(|| exchange(host, bot, method, kept(function, size, fields)))
}

/// Returns a request that can't be decoded into Rust types, because Parlor does not serve it or an object in it. It is
/// described with the names of the schema.
pub(crate) fn unread(host: &Host, bot: AccountId, name: &str, body: Vec<u8>) -> Option<Exchange> {
    if name.starts_with("auth.") {
        return None;
    }
    let shown = match body.len() > DisplayText::MAX {
        true => format!("{} bytes", body.len()).into(),
        false => DisplayText::lazy(move || described(&body)),
    };
    Some(exchange(host, bot, name.to_owned(), shown))
}

fn described(body: &[u8]) -> String {
    let object = describe_function(&mut Reader::new(body));
    object.map_or_else(|_| format!("{} bytes", body.len()), |object| object.to_string())
}

/// Returns the name of a request, as in the schema.
pub(crate) fn name(function: &Function) -> String {
    dotted(&variant(function))
}

/// Records updates that were pushed to a bot's program.
pub(crate) fn push(host: &Host, bot: AccountId, updates: &enums::Updates, size: usize) {
    host.inspector().record(exchange(host, bot, "updates".to_owned(), kept(updates, size, fields)));
}

/// Returns the answer to a request for the inspector.
pub(crate) fn answer(object: &(impl Debug + Clone + Send + Sync + 'static), size: usize) -> DisplayText {
    kept(object, size, whole)
}

fn exchange(host: &Host, bot: AccountId, method: String, parameters: DisplayText) -> Exchange {
    Exchange {
        bot,
        protocol: "mtproto",
        method: method.into(),
        parameters,
        status: 200,
        answer: "null".to_owned().into(),
        refusal: None,
        not_served: None,
        at: host.clock().now(),
        micros: 0,
        is_injected: false,
    }
}

fn kept<T: Debug + Clone + Send + Sync + 'static>(
    object: &T,
    size: usize,
    render: fn(&T) -> String,
) -> DisplayText {
    // Larger objects are not kept; only their size is shown.
    if size > DisplayText::MAX {
        return format!("{size} bytes").into();
    }
    let object = object.clone();
    DisplayText::lazy(move || render(&object))
}

fn whole(object: &impl Debug) -> String {
    let text = format!("{object:#?}");
    text.lines().filter(has_value).collect::<Vec<_>>().join("\n")
}

/// Renders the fields of an enum's variant, without the names of the variant and its type, which repeat the method's name.
fn fields(object: &impl Debug) -> String {
    let text = format!("{object:#?}");
    let inner = text.lines().skip(2).filter(has_value);
    inner.filter_map(|line| line.strip_prefix("        ")).collect::<Vec<_>>().join("\n")
}

fn has_value(line: &&str) -> bool {
    !line.ends_with(": false,") && !line.ends_with(": None,")
}

/// Returns the name of an enum's variant. Formatting stops after the name, so that the fields cost nothing.
fn variant(object: &impl Debug) -> String {
    struct Name(String);
    impl fmt::Write for Name {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            let end = text.find(['(', ' ', '{']);
            self.0.push_str(&text[..end.unwrap_or(text.len())]);
            if end.is_some() { Err(fmt::Error) } else { Ok(()) }
        }
    }
    let mut name = Name(String::new());
    // The error only means that the name is complete.
    let _ = write!(name, "{object:?}");
    name.0
}

/// Converts the name of a variant to the one in the schema: `MessagesSendMessage` to `messages.sendMessage`.
fn dotted(name: &str) -> String {
    let second = name.char_indices().skip(1).find(|(_, c)| c.is_ascii_uppercase());
    let (space, rest) = name.split_at(second.map_or(0, |(at, _)| at));
    let lower = |text: &str| {
        let mut chars = text.chars();
        chars
            .next()
            .map_or(String::new(), |first| format!("{}{}", first.to_ascii_lowercase(), chars.as_str()))
    };
    if space.is_empty() { lower(rest) } else { format!("{}.{}", lower(space), lower(rest)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parlor_wire_tl::functions;

    #[test]
    fn complete_unserved_functions_are_described() {
        // help.getAppUpdate source:string
        let id = 0x522d_5a7d_u32.to_le_bytes();
        let whole = [&id[..], &[3, b'a', b'b', b'c']].concat();
        assert_eq!(described(&whole), "help.getAppUpdate{source: \"abc\"}");
        assert_eq!(described(&id), "4 bytes", "its field is missing");
        assert_eq!(described(&[]), "0 bytes");
    }

    #[test]
    fn requests_are_named_as_in_the_schema() {
        let typing = functions::MessagesSetTyping { top_msg_id: Some(7), ..Default::default() };
        let function = Function::MessagesSetTyping(typing);
        assert_eq!(dotted(&variant(&function)), "messages.setTyping");
        assert_eq!(dotted("Ping"), "ping");
        let shown = kept(&function, 100, fields).text();
        assert!(shown.starts_with("peer: "), "{shown}");
        assert!(shown.contains("top_msg_id: Some("), "{shown}");
        assert_eq!(kept(&function, DisplayText::MAX + 1, fields).text(), "16385 bytes");
    }
}
