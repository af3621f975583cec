//! What the inspector is told of bots that use MTProto: requests, and updates on their way. For eyes: fields that say
//! nothing are left out.

use parlor_host::{Exchange, Host};
use parlor_wire_tl::{Function, enums};
use parlor_world::BotId;
use std::fmt::{self, Debug, Write as _};

/// A request, to be completed with its answer. Logins are left out, since they show secrets.
pub(crate) fn request(host: &Host, bot: BotId, function: &Function) -> Option<Exchange> {
    let (name, fields) = spell(function);
    let method = dotted(&name);
    (!method.starts_with("auth.")).then(|| exchange(host, bot, method, fields))
}

/// Updates that are pushed to a bot's program.
pub(crate) fn push(host: &Host, bot: BotId, updates: &enums::Updates) {
    let (_, fields) = spell(updates);
    host.inspector().note(exchange(host, bot, "updates".to_owned(), fields));
}

fn exchange(host: &Host, bot: BotId, method: String, parameters: String) -> Exchange {
    Exchange {
        bot,
        protocol: "mtproto",
        method,
        parameters,
        status: 200,
        answer: "null".to_owned(),
        refusal: None,
        at: host.clock().now(),
        micros: 0,
    }
}

/// An answer.
pub(crate) fn show(value: &impl Debug) -> String {
    let text = limited(value);
    text.lines().filter(says_something).collect::<Vec<_>>().join("\n")
}

/// Longer texts are cut, before anybody takes the trouble to write them.
const MAX_TEXT: usize = 16 << 10;

struct Limited(String);

impl fmt::Write for Limited {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.push_str(text);
        if self.0.len() > MAX_TEXT { Err(fmt::Error) } else { Ok(()) }
    }
}

fn limited(value: &impl Debug) -> String {
    let mut text = Limited(String::new());
    // What is cut is an error to the formatter, and none to us.
    let _ = write!(text, "{value:#?}");
    text.0
}

fn says_something(line: &&str) -> bool {
    !line.ends_with(": false,") && !line.ends_with(": None,")
}

/// The variant's name, and the fields of what it holds.
fn spell(value: &impl Debug) -> (String, String) {
    let text = limited(value);
    let mut lines = text.lines();
    let name = lines.next().unwrap_or_default().trim_end_matches(['(', ' ', '{']).to_owned();
    // The name of the variant, then that of its type: once is enough.
    let fields: Vec<&str> =
        lines.skip(1).filter(says_something).filter_map(|line| line.strip_prefix("        ")).collect();
    (name, fields.join("\n"))
}

/// `MessagesSendMessage` as the schema has it: `messages.sendMessage`.
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
    fn requests_are_spelled_as_in_the_schema() {
        let typing = functions::MessagesSetTyping { top_msg_id: Some(7), ..Default::default() };
        let (name, fields) = spell(&Function::MessagesSetTyping(typing));
        assert_eq!(dotted(&name), "messages.setTyping");
        assert!(fields.contains("top_msg_id: Some("), "{fields}");
        assert_eq!(dotted("Ping"), "ping");
    }
}
