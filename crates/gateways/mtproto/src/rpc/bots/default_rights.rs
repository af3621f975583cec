use crate::context::{Answer, Context};
use crate::decode;
use parlor_wire_tl::enums;
use parlor_world::ops::bot::SetDefaultRights;

/// The rights that apps suggest when the bot is added to a group, or to a channel.
pub(in crate::rpc) async fn set_default_rights(
    context: &Context,
    rights: &enums::ChatAdminRights,
    for_channels: bool,
) -> Answer {
    let (bot, rights) = (context.bot()?, decode::admin_rights(rights));
    context.execute(SetDefaultRights { bot, for_channels, rights }).await?;
    context.encode(&true)
}
