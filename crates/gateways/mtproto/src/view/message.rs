use super::group_change::group_change;
use super::reactions::reactions;
use super::{Viewer, chat_peer, entities, markup, peer, seconds};
use parlor_wire_tl::{enums, types};
use parlor_world::content::{Content, WriteAccess};
use parlor_world::ids::MessageRef;
use parlor_world::state::group::{GENERAL, Group};
use parlor_world::state::message::{Message, Origin, Reply, Sender};
use parlor_world::{AccountId, MessageId, World};

/// A message as a member of its chat sees it.
pub(crate) fn message(world: &World, message: &Message, viewer: Viewer) -> enums::Message {
    let Viewer { me, layer } = viewer;
    // A post that came to the discussion group by itself was sent by nobody there.
    let out = message.from == me && !message.is_automatic();
    let post = world.group(message.chat).is_some_and(Group::is_channel);
    let peer_id = chat_peer(message.chat, me);
    let from_id = sender_peer(message, me).filter(|_| !post);
    let id = message.id_for(me).0;
    let date = seconds(message.date);
    let silent = message.is_silent();
    let reply_to = reply_header(message, viewer);
    let Some(text) = message.text_for(me) else {
        let base = types::MessageService {
            out,
            silent,
            post,
            id,
            from_id,
            peer_id,
            reply_to,
            date,
            ..Default::default()
        };
        return service(message, me, base);
    };
    types::Message {
        out,
        silent,
        post,
        noforwards: message.is_protected(),
        id,
        from_id,
        peer_id,
        saved_peer_id: saved_peer(message, me),
        fwd_from: message.origin().map(|origin| forward_header(origin, message, me)),
        reply_to,
        date,
        entities: entities(&text, layer),
        message: text.text.into(),
        reply_markup: message.markup().map(|keyboard| markup::markup(keyboard, layer)),
        edit_date: message.edit_date.map(seconds),
        // > views: View count for channel posts; forwards: Forward counter
        // Nobody's views are counted: every post has been seen by its author.
        views: post.then_some(1),
        forwards: post.then_some(0),
        post_author: message.signature().map(str::to_owned),
        reactions: reactions(message, me, post),
        ..Default::default()
    }
    .into()
}

/// In private chats the server names the sender of one's own messages only. (unverified) An anonymous administrator of a
/// group is the group itself.
fn sender_peer(message: &Message, me: AccountId) -> Option<enums::Peer> {
    match message.sender() {
        Sender::Account(account) => {
            let is_named = account == me || !message.chat.is_private();
            is_named.then(|| peer(account))
        }
        Sender::Chat(chat) => Some(chat_peer(chat, me)),
    }
}

/// Automatic forwards also say where their original is, as messages in "Saved Messages" do.
fn forward_header(origin: &Origin, message: &Message, me: AccountId) -> enums::MessageFwdHeader {
    let date = seconds(origin.date);
    let saved = origin.chat.as_ref().filter(|_| message.is_automatic());
    match &origin.chat {
        Some(from) => types::MessageFwdHeader {
            from_id: Some(chat_peer(from.chat, me)),
            date,
            channel_post: from.post.map(|post| post.0),
            post_author: from.signature.as_deref().map(str::to_owned),
            saved_from_peer: saved.map(|from| chat_peer(from.chat, me)),
            saved_from_msg_id: saved.and_then(|from| from.post).map(|post| post.0),
            ..Default::default()
        },
        None => types::MessageFwdHeader { from_id: Some(peer(origin.sender)), date, ..Default::default() },
    }
    .into()
}

/// > Messages fetched from a saved messages dialog will have a saved_peer_id flag set to the ID of the saved dialog
/// > (core.telegram.org/api/saved-messages)
fn saved_peer(message: &Message, me: AccountId) -> Option<enums::Peer> {
    let is_saved = message.chat.other(me) == Some(me);
    is_saved.then(|| match message.origin() {
        Some(Origin { chat: Some(from), .. }) => chat_peer(from.chat, me),
        origin => peer(origin.map_or(me, |origin| origin.sender)),
    })
}

fn service(message: &Message, me: AccountId, base: types::MessageService) -> enums::Message {
    match &message.content {
        Content::MessagePinned(pinned) => {
            let reply_to_msg_id = id_of(pinned, message, me);
            let header = types::MessageReplyHeader { reply_to_msg_id, ..Default::default() };
            let action = types::MessageActionPinMessage {}.into();
            types::MessageService { reply_to: Some(header.into()), action, ..base }.into()
        }
        Content::WriteAllowed(access) => {
            types::MessageService { action: bot_allowed(access).into(), ..base }.into()
        }
        Content::GroupChanged(change) => {
            types::MessageService { action: group_change(change), ..base }.into()
        }
        Content::Text(_) | Content::Start(_) => base.into(),
    }
}

/// The viewer's id of another message; `None` if the viewer was not in the group when that was sent.
fn id_of(other: &MessageRef, message: &Message, me: AccountId) -> Option<i32> {
    other.ids.for_viewer(message.chat, me).map(|id| id.0)
}

/// Returns the service message of granted write access. A mini app is not included: its constructor requires a photo, and
/// Parlor has none.
fn bot_allowed(access: &WriteAccess) -> types::MessageActionBotAllowed {
    let action = types::MessageActionBotAllowed::default();
    match access {
        WriteAccess::Website { domain } => {
            types::MessageActionBotAllowed { domain: Some(domain.clone()), ..action }
        }
        WriteAccess::AttachmentMenu => types::MessageActionBotAllowed { attach_menu: true, ..action },
        WriteAccess::WebApp { .. } | WriteAccess::Request => {
            types::MessageActionBotAllowed { from_request: true, ..action }
        }
    }
}

/// The message that a reply or the service message of a pin refers to, by the viewer's id.
pub(crate) fn referred_to(message: &Message, me: AccountId) -> Option<MessageId> {
    let to = match &message.content {
        Content::MessagePinned(pinned) => pinned,
        _ => &message.reply()?.to,
    };
    to.ids.for_viewer(message.chat, me)
}

/// > forum_topic: Whether this message was sent in a forum topic (except for the General topic)
///
/// A message in a topic that replies to nothing else refers to the message that made the topic.
fn reply_header(message: &Message, viewer: Viewer) -> Option<enums::MessageReplyHeader> {
    let thread = message.thread().filter(|thread| thread.root != GENERAL);
    let is_root = thread.is_some_and(|thread| thread.root == message.id_for(viewer.me));
    let thread = thread.filter(|_| !is_root);
    let forum_topic = thread.is_some_and(|thread| thread.is_topic);
    let root = thread.map(|thread| thread.root.0);
    let Some(reply) = message.reply() else {
        let reply_to_msg_id = root;
        let header = types::MessageReplyHeader { forum_topic, reply_to_msg_id, ..Default::default() };
        return root.map(|_| header.into());
    };
    let Reply { to, quote } = reply;
    let quote = quote.as_ref();
    let reply_to_msg_id = id_of(to, message, viewer.me);
    let header = types::MessageReplyHeader {
        forum_topic,
        quote: quote.is_some_and(|quote| quote.is_manual),
        reply_to_msg_id,
        reply_to_top_id: root.filter(|root| Some(*root) != reply_to_msg_id),
        quote_text: quote.map(|quote| quote.text.text.to_string()),
        quote_entities: quote.and_then(|quote| entities(&quote.text, viewer.layer)),
        quote_offset: quote.map(|quote| i32::try_from(quote.position).unwrap_or(i32::MAX)),
        ..Default::default()
    };
    Some(header.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_world::{ANN, BOB, TestWorld};
    use parlor_wire_tl::LAYER;
    use parlor_world::ops::message::{ForwardMessages, ForwardMode, PinMessage};
    use parlor_world::{Actor, Target};

    fn shown(world: &TestWorld, me: AccountId, id: i32) -> enums::Message {
        message(&world.world, world.world.message(me, MessageId(id)).unwrap(), Viewer { me, layer: LAYER })
    }

    fn text(message: enums::Message) -> types::Message {
        let enums::Message::Message(message) = message else { panic!("{message:?}") };
        message
    }

    #[test]
    fn each_member_sees_a_message_with_its_own_id_and_peer() {
        let mut world = TestWorld::new();
        world.send(ANN, ANN, "note");
        world.send(ANN, BOB, "Hi");
        let base = types::Message { message: "Hi".to_owned(), date: world.date(), ..Default::default() };
        let by_ann =
            types::Message { out: true, id: 2, from_id: Some(peer(ANN)), peer_id: peer(BOB), ..base.clone() };
        assert_eq!(shown(&world, ANN, 2), by_ann.into());
        let to_bob = types::Message { id: 1, peer_id: peer(ANN), ..base.clone() };
        assert_eq!(shown(&world, BOB, 1), to_bob.into());
        let note = types::Message {
            out: true,
            id: 1,
            from_id: Some(peer(ANN)),
            peer_id: peer(ANN),
            saved_peer_id: Some(peer(ANN)),
            message: "note".to_owned(),
            ..base
        };
        assert_eq!(shown(&world, ANN, 1), note.into());
    }

    #[test]
    fn saved_messages_are_sorted_by_their_first_senders() {
        let mut world = TestWorld::new();
        world.send(BOB, ANN, "Hi");
        world.run(ForwardMessages {
            actor: Actor::from(ANN),
            from: Target::from(BOB),
            to: Target::from(ANN),
            messages: vec![MessageId(1).into()],
            skip_missing: false,
            mode: ForwardMode::Forward,
            is_silent: true,
            is_protected: false,
            thread: None,
        });
        let saved = text(shown(&world, ANN, 2));
        assert_eq!((saved.saved_peer_id, saved.silent, saved.out), (Some(peer(BOB)), true, true));
        let header =
            types::MessageFwdHeader { from_id: Some(peer(BOB)), date: world.date(), ..Default::default() };
        assert_eq!(saved.fwd_from, Some(header.into()));
    }

    #[test]
    fn a_pin_refers_to_the_pinned_message_by_the_viewers_id() {
        let mut world = TestWorld::new();
        world.send(ANN, ANN, "note");
        world.send(ANN, BOB, "Hi");
        world.run(PinMessage {
            actor: Actor::from(BOB),
            target: Target::from(ANN),
            message: Some(MessageId(1)),
            is_pinned: true,
            is_silent: false,
        });
        for (me, id, pinned, out) in [(ANN, 3, 2, false), (BOB, 2, 1, true)] {
            let enums::Message::MessageService(service) = shown(&world, me, id) else { panic!() };
            let Some(enums::MessageReplyHeader::MessageReplyHeader(header)) = service.reply_to else {
                panic!()
            };
            assert_eq!((header.reply_to_msg_id, service.out), (Some(pinned), out));
            assert!(matches!(service.action, enums::MessageAction::MessageActionPinMessage(_)));
        }
    }
}
