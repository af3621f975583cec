use super::{entities, markup, peer, seconds};
use parlor_wire_tl::{enums, types};
use parlor_world::dialog::WriteAccess;
use parlor_world::message::{self as world, Content, Reply};
use parlor_world::{DialogId, Side};

/// A message as that side sees it.
pub(crate) fn message(own: &world::Message, dialog: DialogId, side: Side, layer: u16) -> enums::Message {
    let out = own.from == side;
    let peer_id = peer(dialog.account(side.other()));
    // In private chats the server names the sender of one's own messages only. (unverified)
    let from_id = out.then(|| peer(dialog.account(side)));
    let id = own.id.on(side).0;
    let date = seconds(own.date);
    let more = own.more.as_deref();
    let silent = more.is_some_and(|more| more.silent);
    let Some(text) = own.text(side) else {
        return service(
            own,
            side,
            types::MessageService { out, silent, id, from_id, peer_id, date, ..Default::default() },
        );
    };
    types::Message {
        out,
        silent,
        noforwards: own.is_protected(),
        edit_hide: false,
        id,
        from_id,
        peer_id,
        fwd_from: own.origin().map(|origin| {
            let header = types::MessageFwdHeader {
                from_id: Some(peer(origin.sender)),
                date: seconds(origin.date),
                ..Default::default()
            };
            header.into()
        }),
        reply_to: own.reply().map(|reply| reply_header(reply, side, layer)),
        date,
        entities: entities(&text, layer),
        message: text.text.into(),
        reply_markup: own.markup().map(|own| markup::markup(own, layer)),
        edit_date: own.edit_date.map(seconds),
        reactions: reactions(own, dialog, side),
        ..Default::default()
    }
    .into()
}

fn service(own: &world::Message, side: Side, base: types::MessageService) -> enums::Message {
    let pinned = match &own.content {
        Content::Pinned(pinned) => pinned,
        Content::WriteAllowed(access) => {
            return types::MessageService { action: bot_allowed(access).into(), ..base }.into();
        }
        Content::Text(_) | Content::Start { .. } => return base.into(),
    };
    let header = types::MessageReplyHeader { reply_to_msg_id: Some(pinned.on(side).0), ..Default::default() };
    types::MessageService {
        reply_to: Some(header.into()),
        action: types::MessageActionPinMessage {}.into(),
        ..base
    }
    .into()
}

/// A mini app is not named: the schema's app has a photo, of which there are none here.
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

fn reply_header(reply: &Reply, side: Side, layer: u16) -> enums::MessageReplyHeader {
    let quote = reply.quote.as_ref();
    types::MessageReplyHeader {
        quote: quote.is_some_and(|quote| quote.manual),
        reply_to_msg_id: Some(reply.to.on(side).0),
        quote_text: quote.map(|quote| quote.text.text.to_string()),
        quote_entities: quote.and_then(|quote| entities(&quote.text, layer)),
        quote_offset: quote.map(|quote| i32::try_from(quote.position).unwrap_or(i32::MAX)),
        ..Default::default()
    }
    .into()
}

/// Reactions of both sides; none when there are none.
pub(crate) fn reactions(
    own: &world::Message,
    dialog: DialogId,
    viewer: Side,
) -> Option<enums::MessageReactions> {
    let all = [Side::User, Side::Bot]
        .into_iter()
        .flat_map(|side| own.reactions(side).iter().map(move |reaction| (side, reaction)));
    let mut results: Vec<types::ReactionCount> = Vec::new();
    let mut recent = Vec::new();
    for (side, reaction) in all {
        let shown = self::reaction(reaction);
        match results.iter_mut().find(|count| count.reaction == shown) {
            Some(count) => count.count += 1,
            None => {
                results.push(types::ReactionCount { chosen_order: None, reaction: shown.clone(), count: 1 })
            }
        }
        if let Some(count) = results.iter_mut().find(|count| count.reaction == shown && side == viewer) {
            count.chosen_order = Some(0);
        }
        let by = types::MessagePeerReaction {
            my: side == viewer,
            peer_id: peer(dialog.account(side)),
            date: seconds(own.date),
            reaction: shown,
            ..Default::default()
        };
        recent.push(by.into());
    }
    let list = types::MessageReactions {
        can_see_list: true,
        results: results.into_iter().map(Into::into).collect(),
        recent_reactions: Some(recent),
        ..Default::default()
    };
    (!list.results.is_empty()).then(|| list.into())
}

pub(crate) fn reaction(reaction: &world::Reaction) -> enums::Reaction {
    types::ReactionEmoji { emoticon: reaction.emoji().to_owned() }.into()
}
