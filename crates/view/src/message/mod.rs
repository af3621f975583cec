mod content;

use crate::{ViewContext, chat, markup, text, user};
use parlor_wire_bot_api::objects::{
    InaccessibleMessage, MaybeInaccessibleMessage, Message, MessageOrigin, MessageOriginUser, TextQuote,
};
use parlor_world::MessageId;
use parlor_world::markup::Markup;
use parlor_world::state::message::{self as world, Origin, Quote};

/// A message as the viewer sees it.
pub fn message(context: &ViewContext<'_>, own: &world::Message) -> Message {
    let reply = own.reply();
    let replied = reply.and_then(|reply| context.find(reply.to));
    let quote = reply.and_then(|reply| reply.quote.as_ref());
    let mut shown = without_reply(context, own);
    shown.reply_to_message = replied.map(|replied| Box::new(without_reply(context, replied)));
    shown.quote = quote.map(|quote| Box::new(text_quote(context, quote)));
    shown
}

/// > Note that the Message object in this field will not contain further reply_to_message fields even if it itself is a
/// > reply.
pub(crate) fn without_reply(context: &ViewContext<'_>, own: &world::Message) -> Message {
    let mut shown = Message {
        message_id: i64::from(own.id_for(context.viewer()).0),
        from: Some(Box::new(user::account(context, own.from))),
        date: own.date,
        chat: chat::chat(context),
        forward_origin: own.origin().map(|origin| forward_origin(context, origin)),
        edit_date: own.edit_date,
        has_protected_content: own.is_protected(),
        reply_markup: own.markup().and_then(Markup::inline).map(markup::inline_keyboard).map(Box::new),
        ..Message::default()
    };
    content::add(context, own, &mut shown);
    shown
}

/// A message that may be gone: then only its chat and id are known.
pub(crate) fn maybe_inaccessible(
    context: &ViewContext<'_>,
    own: Option<&world::Message>,
    id: MessageId,
) -> MaybeInaccessibleMessage {
    match own {
        Some(own) => MaybeInaccessibleMessage::Message(Box::new(message(context, own))),
        None => {
            let gone =
                InaccessibleMessage { chat: chat::chat(context), message_id: i64::from(id.0), date: 0 };
            MaybeInaccessibleMessage::InaccessibleMessage(Box::new(gone))
        }
    }
}

fn forward_origin(context: &ViewContext<'_>, origin: Origin) -> MessageOrigin {
    let sender_user = user::account(context, origin.sender);
    MessageOrigin::User(Box::new(MessageOriginUser { date: origin.date, sender_user }))
}

fn text_quote(context: &ViewContext<'_>, quote: &Quote) -> TextQuote {
    TextQuote {
        text: quote.text.text.to_string(),
        entities: text::entities(context.world(), &quote.text),
        position: i64::from(quote.position),
        is_manual: quote.is_manual,
    }
}
