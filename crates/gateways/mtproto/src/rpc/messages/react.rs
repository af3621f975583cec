use super::target;
use crate::context::{Answer, Context};
use crate::refusal::RpcError;
use parlor_wire_tl::enums;
use parlor_wire_tl::functions::MessagesSendReaction;
use parlor_world::ops::message::SetReactions;
use parlor_world::state::message::Reaction;
use parlor_world::{Actor, MessageId};

pub(in crate::rpc) async fn send_reaction(context: &Context, request: MessagesSendReaction) -> Answer {
    let reactions = request.reaction.unwrap_or_default();
    let emoji = reactions.iter().filter_map(|reaction| match reaction {
        enums::Reaction::ReactionEmoji(reaction) => Some(Reaction::parse(&reaction.emoticon)),
        enums::Reaction::ReactionEmpty(_) => None,
    });
    let command = SetReactions {
        actor: Actor::from(context.me()?),
        reactions: emoji.collect::<Result<_, _>>()?,
        target: target(context, &request.peer).await?,
        message: MessageId(request.msg_id),
    };
    let reacted = context.execute_with_effects(command, |executed, ()| {
        // The log of a bot gets no entry for its own reaction, so the entries of all accounts are checked.
        let is_changed = !executed.effects.entries.is_empty();
        is_changed.then(|| executed.updates()).ok_or_else(|| RpcError::bad("MESSAGE_NOT_MODIFIED"))
    });
    context.encode(&reacted.await??)
}
