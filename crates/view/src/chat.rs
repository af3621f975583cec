use crate::{ViewContext, message};
use parlor_wire_bot_api::objects::{AcceptedGiftTypes, Chat, ChatFullInfo};
use parlor_world::AccountId;
use parlor_world::dialog::JoinRequest;

/// What apps show in place of a deleted account's name.
const DELETED_ACCOUNT: &str = "Deleted Account";

/// The private chat, which to its viewer is the other account.
pub fn chat(context: &ViewContext<'_>) -> Chat {
    let peer = context.peer();
    let chat = Chat { id: peer.get(), kind: "private".to_owned(), ..Chat::default() };
    match peer {
        AccountId::User(_) => {
            let profile = context.profile();
            Chat {
                first_name: Some(profile.first_name.to_string()),
                last_name: profile.last_name.as_deref().map(str::to_owned),
                username: profile.username.as_deref().map(str::to_owned),
                ..chat
            }
        }
        AccountId::Bot(id) => match context.world().bot(id).filter(|bot| bot.is_alive()) {
            Some(bot) => Chat {
                first_name: Some(bot.settings.name(context.language()).to_owned()),
                username: Some(bot.username.to_string()),
                ..chat
            },
            None => Chat { first_name: Some(DELETED_ACCOUNT.to_owned()), ..chat },
        },
    }
}

/// A chat that someone asked to join.
pub fn requested_chat(request: &JoinRequest) -> Chat {
    let kind = if request.is_channel { "channel" } else { "supergroup" };
    Chat { id: request.chat, kind: kind.to_owned(), title: Some(request.title.clone()), ..Chat::default() }
}

/// `getChat`, by a bot.
pub fn full_chat(context: &ViewContext<'_>) -> ChatFullInfo {
    let Chat { id, kind, first_name, last_name, username, .. } = chat(context);
    let pinned = context.dialog().and_then(|dialog| dialog.pinned(context.viewer()).next());
    ChatFullInfo {
        id,
        kind,
        first_name,
        last_name,
        active_usernames: username.clone().map(|username| vec![username]),
        username,
        bio: context.profile().bio.as_deref().map(str::to_owned),
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
