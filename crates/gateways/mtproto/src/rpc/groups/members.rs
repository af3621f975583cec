use super::{Place, answer, change, encode_invited, user, users};
use crate::context::{Answer, Context};
use crate::decode;
use parlor_wire_tl::enums;
use parlor_world::Actor;
use parlor_world::ops::group::{AddMembers, BanMember, LeaveGroup};

pub(in crate::rpc) async fn add_chat_user(context: &Context, id: i64, added: enums::InputUser) -> Answer {
    add(context, Place::Group(id), &[added]).await
}

pub(in crate::rpc) async fn invite_to_channel(
    context: &Context,
    channel: enums::InputChannel,
    added: &[enums::InputUser],
) -> Answer {
    add(context, Place::Channel(channel), added).await
}

async fn add(context: &Context, place: Place, added: &[enums::InputUser]) -> Answer {
    let user = context.user()?;
    let chat = place.find(context).await?;
    let accounts = users(context, added).await?;
    let command = AddMembers { user, target: decode::target_of(chat, user), accounts };
    encode_invited(context, change(context, chat, command).await?)
}

/// Naming oneself is leaving.
pub(in crate::rpc) async fn delete_chat_user(
    context: &Context,
    id: i64,
    removed: enums::InputUser,
) -> Answer {
    let me = context.me()?;
    let chat = Place::Group(id).find(context).await?;
    let account = user(context, &removed).await?;
    let (actor, target) = (Actor::from(me), decode::target_of(chat, me));
    match account == me {
        true => answer(context, chat, LeaveGroup { actor, target }).await,
        false => answer(context, chat, BanMember { actor, target, account, until: 0 }).await,
    }
}
