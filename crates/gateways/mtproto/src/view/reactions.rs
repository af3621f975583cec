use super::{peer, seconds};
use parlor_wire_tl::{enums, types};
use parlor_world::AccountId;
use parlor_world::state::message::{Message, Reaction};

/// The reactions of all members of the chat; `None` when there are none. Those to a channel's posts are anonymous.
pub(super) fn reactions(
    message: &Message,
    me: AccountId,
    is_anonymous: bool,
) -> Option<enums::MessageReactions> {
    let all = message.extras.iter().flat_map(|extras| &extras.reactions);
    let all = all.flat_map(|(by, reactions)| reactions.iter().map(|reaction| (*by, reaction)));
    let (mut results, mut recent) = (Vec::<types::ReactionCount>::new(), Vec::new());
    for (by, reaction) in all {
        let (reaction, my) = (self::reaction(reaction), by == me);
        let known = results.iter().position(|count| count.reaction == reaction);
        let at = known.unwrap_or_else(|| {
            results.push(types::ReactionCount { reaction: reaction.clone(), ..Default::default() });
            results.len() - 1
        });
        if let Some(count) = results.get_mut(at) {
            count.count += 1;
            count.chosen_order = count.chosen_order.or(my.then_some(0));
        }
        let (peer_id, date) = (peer(by), seconds(message.date));
        recent.push(types::MessagePeerReaction { my, peer_id, date, reaction, ..Default::default() }.into());
    }
    let list = types::MessageReactions {
        can_see_list: !is_anonymous,
        results: results.into_iter().map(Into::into).collect(),
        recent_reactions: (!is_anonymous).then_some(recent),
        ..Default::default()
    };
    (!list.results.is_empty()).then(|| list.into())
}

pub(super) fn reaction(reaction: &Reaction) -> enums::Reaction {
    types::ReactionEmoji { emoticon: reaction.emoji().to_owned() }.into()
}
