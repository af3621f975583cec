use super::chat;
use crate::context::{Answer, Context};
use crate::decode;
use crate::executed::Affected;
use parlor_wire_tl::functions::{MessagesDeleteHistory, MessagesDeleteMessages};
use parlor_wire_tl::{enums, types};
use parlor_world::ops::message::{ClearHistory, Cleared, DeleteMessages};
use parlor_world::{AccountId, Actor, ChatId, MessageId, World};
use std::collections::{BTreeMap, BTreeSet};

/// The maximum number of batches that one `messages.deleteHistory` deletes; clients repeat the request while its answer has a
/// positive offset.
const MAX_BATCHES: usize = 100;

/// Deletes messages by their ids alone: the ids of an account are unique across all its private chats.
pub(in crate::rpc) async fn delete(context: &Context, request: MessagesDeleteMessages) -> Answer {
    let me = context.me()?;
    decode::check_ids(&request.id, decode::MAX_IDS)?;
    let ids: BTreeSet<MessageId> = request.id.iter().map(|id| MessageId(*id)).collect();
    let (chats, pts) = context.read(|world, _| (by_chat(world, me, &ids), pts(world, me))).await?;
    let mut affected = Affected { pts, pts_count: 0 };
    for (chat, messages) in chats {
        let target = decode::target_of(chat, me);
        let (actor, for_all) = (Actor::from(me), request.revoke);
        let command = DeleteMessages { actor, target, messages, for_all, skip_missing: true };
        let deleted = context.execute_with_effects(command, |executed, ()| executed.affected(chat));
        affected.add(deleted.await?);
    }
    let Affected { pts, pts_count } = affected;
    context.encode(&enums::MessagesAffectedMessages::from(types::MessagesAffectedMessages { pts, pts_count }))
}

fn pts(world: &World, me: AccountId) -> i32 {
    world.log(me).map(|log| log.state()).unwrap_or_default().pts
}

/// Groups messages by their chats; unknown ids are left out.
fn by_chat(world: &World, me: AccountId, ids: &BTreeSet<MessageId>) -> BTreeMap<ChatId, Vec<MessageId>> {
    let mut chats: BTreeMap<ChatId, Vec<MessageId>> = BTreeMap::new();
    for id in ids {
        if let Some(message) = world.message(me, *id) {
            chats.entry(message.chat).or_default().push(*id);
        }
    }
    chats
}

pub(in crate::rpc) async fn delete_history(context: &Context, request: MessagesDeleteHistory) -> Answer {
    let user = context.user()?;
    let chat = chat(context, &request.peer).await?;
    let up_to = (request.max_id > 0).then_some(MessageId(request.max_id));
    let between = (request.min_date.map(i64::from), request.max_date.map(i64::from));
    let (mut affected, mut more) = (Affected::default(), true);
    for _ in 0..MAX_BATCHES {
        let target = decode::target_of(chat, user);
        let command = ClearHistory { user, target, up_to, between, for_all: request.revoke };
        let cleared =
            context.execute_with_effects(command, |executed, cleared| (executed.affected(chat), cleared));
        let (batch, Cleared { more: is_left, .. }) = cleared.await?;
        affected.add(batch);
        more = is_left;
        if !more {
            break;
        }
    }
    let Affected { pts, pts_count } = affected;
    // > offset: if positive, the method must be called again with the same parameters
    let affected = types::MessagesAffectedHistory { pts, pts_count, offset: i32::from(more) };
    context.encode(&enums::MessagesAffectedHistory::from(affected))
}
