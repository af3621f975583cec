use parlor_wire_bot_api::objects::{ReactionType, ReactionTypeEmoji};
use parlor_world::state::message::Reaction;

/// The reactions of one account to a message.
pub(crate) fn reactions(list: &[Reaction]) -> Vec<ReactionType> {
    let reaction = |own: &Reaction| {
        let emoji = own.emoji().to_owned();
        ReactionType::Emoji(Box::new(ReactionTypeEmoji { emoji }))
    };
    list.iter().map(reaction).collect()
}
