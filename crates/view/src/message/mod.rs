mod content;

use crate::group::{self, group_chat};
use crate::{ViewContext, chat, markup, text, user};
use parlor_wire_bot_api::objects::{
    InaccessibleMessage, MaybeInaccessibleMessage, Message, MessageOrigin, MessageOriginChannel,
    MessageOriginChat, MessageOriginUser, TextQuote, User,
};
use parlor_world::MessageId;
use parlor_world::markup::Markup;
use parlor_world::state::message::{self as world, Origin, OriginChat, Quote, Sender};

/// A message as the viewer sees it.
pub fn message(context: &ViewContext<'_>, own: &world::Message) -> Message {
    let reply = own.reply();
    let replied = reply.and_then(|reply| context.find(&reply.to)).or_else(|| topic_root(context, own));
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
        from: from(context, own).map(Box::new),
        sender_chat: own.sender_chat().map(|sender| Box::new(group_chat(context.world(), sender))),
        author_signature: own.signature().map(str::to_owned),
        message_thread_id: own.thread().map(|thread| i64::from(thread.root.0)),
        is_automatic_forward: own.is_automatic(),
        is_topic_message: own.thread().is_some_and(|thread| thread.is_topic),
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

/// The sender; none of a channel's posts.
fn from(context: &ViewContext<'_>, own: &world::Message) -> Option<User> {
    match own.sender() {
        Sender::Account(account) => Some(user::account(context, account)),
        Sender::Chat(_) if group::is_channel(context.world(), own.chat) => None,
        Sender::Chat(sender) => Some(group::fake_sender(sender, own.chat, own.is_automatic())),
    }
}

/// A message of a topic without a reply of its own shows as a reply to the message by which the topic was made.
fn topic_root<'w>(context: &ViewContext<'w>, own: &world::Message) -> Option<&'w world::Message> {
    let thread = own.thread().filter(|thread| thread.is_topic && own.reply().is_none())?;
    context.dialog()?.message(thread.root).filter(|root| root.key != own.key)
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

fn forward_origin(context: &ViewContext<'_>, origin: &Origin) -> MessageOrigin {
    if let Some(OriginChat { chat, post, signature }) = &origin.chat {
        let (date, chat) = (origin.date, group_chat(context.world(), *chat));
        let author_signature = signature.as_deref().map(str::to_owned);
        return match post {
            Some(post) => {
                let message_id = i64::from(post.0);
                let origin = MessageOriginChannel { date, chat, message_id, author_signature };
                MessageOrigin::Channel(Box::new(origin))
            }
            None => {
                let origin = MessageOriginChat { date, sender_chat: chat, author_signature };
                MessageOrigin::Chat(Box::new(origin))
            }
        };
    }
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
