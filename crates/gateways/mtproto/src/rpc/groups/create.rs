use super::{Place, answer, change, encode_invited, users};
use crate::context::{Answer, Context};
use crate::decode;
use parlor_wire_tl::enums;
use parlor_wire_tl::functions::{ChannelsCreateChannel, MessagesCreateChat};
use parlor_world::ids::GroupKind;
use parlor_world::ops::group::{CreateGroup, DeleteGroup, UpgradeGroup};
use parlor_world::state::group::GroupProfile;

pub(in crate::rpc) async fn create_chat(context: &Context, request: MessagesCreateChat) -> Answer {
    let owner = context.user()?;
    let profile = GroupProfile {
        title: request.title.into(),
        auto_delete: seconds(request.ttl_period),
        ..GroupProfile::default()
    };
    let members = users(context, &request.users).await?;
    let create = CreateGroup { owner, kind: GroupKind::Basic, profile, members, id: None };
    let created = context.execute_with_effects(create, |executed, chat| executed.updates_in(chat));
    encode_invited(context, created.await?)
}

/// > broadcast: Whether to create a channel; megagroup: Whether to create a supergroup
pub(in crate::rpc) async fn create_channel(context: &Context, request: ChannelsCreateChannel) -> Answer {
    let owner = context.user()?;
    let profile = GroupProfile {
        title: request.title.into(),
        description: request.about.into(),
        auto_delete: seconds(request.ttl_period),
        is_forum: request.megagroup && request.forum,
        ..GroupProfile::default()
    };
    let kind = if request.megagroup { GroupKind::Supergroup } else { GroupKind::Channel };
    let create = CreateGroup { owner, kind, profile, members: Vec::new(), id: None };
    let created = context.execute_with_effects(create, |executed, chat| executed.updates_in(chat));
    context.encode(&created.await?)
}

fn seconds(period: Option<i32>) -> u32 {
    period.and_then(|period| u32::try_from(period).ok()).unwrap_or_default()
}

/// The answer names both chats.
pub(in crate::rpc) async fn migrate_chat(context: &Context, id: i64) -> Answer {
    let user = context.user()?;
    let chat = Place::Group(id).find(context).await?;
    let upgrade = UpgradeGroup { user, target: decode::target_of(chat, user) };
    let upgraded = context.execute_with_effects(upgrade, |executed, new| executed.updates_in(new));
    context.encode(&upgraded.await?)
}

pub(in crate::rpc) async fn delete_chat(context: &Context, id: i64) -> Answer {
    let user = context.user()?;
    let chat = Place::Group(id).find(context).await?;
    change(context, chat, DeleteGroup { user, target: decode::target_of(chat, user) }).await?;
    context.encode(&true)
}

pub(in crate::rpc) async fn delete_channel(context: &Context, channel: enums::InputChannel) -> Answer {
    let user = context.user()?;
    let chat = Place::Channel(channel).find(context).await?;
    answer(context, chat, DeleteGroup { user, target: decode::target_of(chat, user) }).await
}
