use super::reactions::reactions;
use super::{Viewer, entities, markup, peer, seconds};
use parlor_wire_tl::{enums, types};
use parlor_world::AccountId;
use parlor_world::content::{Content, WriteAccess};
use parlor_world::state::message::{Message, Reply};

/// Returns a message as a member of its chat sees it.
pub(crate) fn message(message: &Message, viewer: Viewer) -> enums::Message {
    let Viewer { me, layer } = viewer;
    let out = message.from == me;
    let peer_id = peer(message.chat.other(me));
    // In private chats, `from_id` is present only in the viewer's own messages. (unverified)
    let from_id = out.then(|| peer(me));
    let id = message.id_for(me).0;
    let date = seconds(message.date);
    let silent = message.is_silent();
    let Some(text) = message.text_for(me) else {
        let base = types::MessageService { out, silent, id, from_id, peer_id, date, ..Default::default() };
        return service(message, me, base);
    };
    types::Message {
        out,
        silent,
        noforwards: message.is_protected(),
        id,
        from_id,
        peer_id,
        saved_peer_id: saved_peer(message, me),
        fwd_from: message.origin().map(|origin| {
            let (from_id, date) = (Some(peer(origin.sender)), seconds(origin.date));
            types::MessageFwdHeader { from_id, date, ..Default::default() }.into()
        }),
        reply_to: message.reply().map(|reply| reply_header(reply, message, viewer)),
        date,
        entities: entities(&text, layer),
        message: text.text.into(),
        reply_markup: message.markup().map(|keyboard| markup::markup(keyboard, layer)),
        edit_date: message.edit_date.map(seconds),
        reactions: reactions(message, me),
        ..Default::default()
    }
    .into()
}

/// Returns the saved dialog of a message in "Saved Messages": the viewer for notes, the first sender for forwarded messages.
///
/// > Messages fetched from a saved messages dialog will have a saved_peer_id flag set to the ID of the saved dialog
/// > (core.telegram.org/api/saved-messages)
fn saved_peer(message: &Message, me: AccountId) -> Option<enums::Peer> {
    let is_saved = message.chat.other(me) == me;
    is_saved.then(|| peer(message.origin().map_or(me, |origin| origin.sender)))
}

fn service(message: &Message, me: AccountId, base: types::MessageService) -> enums::Message {
    let pinned = match &message.content {
        Content::MessagePinned(pinned) => pinned,
        Content::WriteAllowed(access) => {
            return types::MessageService { action: bot_allowed(access).into(), ..base }.into();
        }
        Content::Text(_) | Content::Start(_) => return base.into(),
    };
    let reply_to_msg_id = Some(pinned.ids.for_viewer(message.chat, me).0);
    let header = types::MessageReplyHeader { reply_to_msg_id, ..Default::default() };
    types::MessageService {
        reply_to: Some(header.into()),
        action: types::MessageActionPinMessage {}.into(),
        ..base
    }
    .into()
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

fn reply_header(reply: &Reply, message: &Message, viewer: Viewer) -> enums::MessageReplyHeader {
    let quote = reply.quote.as_ref();
    types::MessageReplyHeader {
        quote: quote.is_some_and(|quote| quote.is_manual),
        reply_to_msg_id: Some(reply.to.ids.for_viewer(message.chat, viewer.me).0),
        quote_text: quote.map(|quote| quote.text.text.to_string()),
        quote_entities: quote.and_then(|quote| entities(&quote.text, viewer.layer)),
        quote_offset: quote.map(|quote| i32::try_from(quote.position).unwrap_or(i32::MAX)),
        ..Default::default()
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_world::{ANN, BOB, TestWorld};
    use parlor_wire_tl::LAYER;
    use parlor_world::ops::message::{ForwardMessages, ForwardMode, PinMessage};
    use parlor_world::{Actor, MessageId, Target};

    fn shown(world: &TestWorld, me: AccountId, id: i32) -> enums::Message {
        message(world.world.message(me, MessageId(id)).unwrap(), Viewer { me, layer: LAYER })
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
