//! Settings that Parlor does not store: they have default values, and no request changes them.

use crate::context::{Answer, Context};
use crate::decode;
use parlor_wire_tl::functions::AccountGetNotifySettings;
use parlor_wire_tl::{enums, types};

/// Accepts a user's status without storing it: every status is shown as `userStatusRecently`.
pub(in crate::rpc) fn update_status(context: &Context) -> Answer {
    context.user()?;
    context.encode(&true)
}

pub(in crate::rpc) async fn get_notify_settings(
    context: &Context,
    request: AccountGetNotifySettings,
) -> Answer {
    let me = context.me()?;
    if let enums::InputNotifyPeer::InputNotifyPeer(of) = request.peer {
        context.read(|world, _| decode::peer(world, me, &of.peer)).await??;
    }
    context.encode(&enums::PeerNotifySettings::from(types::PeerNotifySettings::default()))
}

pub(in crate::rpc) fn get_reactions_notify_settings(context: &Context) -> Answer {
    context.user()?;
    let settings = types::ReactionsNotifySettings { show_previews: true, ..Default::default() };
    context.encode(&enums::ReactionsNotifySettings::from(settings))
}

pub(in crate::rpc) fn get_content_settings(context: &Context) -> Answer {
    context.user()?;
    context.encode(&enums::AccountContentSettings::from(types::AccountContentSettings::default()))
}

pub(in crate::rpc) fn get_chat_themes(context: &Context) -> Answer {
    context.user()?;
    context.encode(&enums::AccountThemes::from(types::AccountThemes::default()))
}
