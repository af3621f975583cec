use crate::{ViewContext, chat, message};
use parlor_wire_bot_api::objects::{AcceptedGiftTypes, Chat, ChatFullInfo};

/// `getChat`, by a bot.
pub fn full_chat(context: &ViewContext<'_>) -> ChatFullInfo {
    let Chat { id, kind, first_name, last_name, username, .. } = chat::chat(context);
    let pinned = context.dialog().and_then(|dialog| dialog.pinned().next());
    ChatFullInfo {
        id,
        kind,
        first_name,
        last_name,
        active_usernames: username.clone().map(|username| vec![username]),
        username,
        bio: context.profile(context.other()).and_then(|profile| profile.bio.as_deref()).map(str::to_owned),
        accepted_gift_types: AcceptedGiftTypes {
            unlimited_gifts: true,
            limited_gifts: true,
            unique_gifts: true,
            premium_subscription: true,
            gifts_from_channels: true,
        },
        pinned_message: pinned.map(|pinned| Box::new(message::without_reply(context, pinned))),
        max_reaction_count: 11,
        // > Identifier of the accent color […] 0-6 are the same as the user's id modulo 7
        accent_color_id: id % 7,
        ..ChatFullInfo::default()
    }
}
