use super::{Scene, message};
use parlor_wire_bot_api::objects::{AcceptedGiftTypes, Chat, ChatFullInfo};
use parlor_world::Side;
use parlor_world::dialog::JoinRequest;

/// The private chat of a scene.
pub(crate) fn chat(scene: &Scene<'_>) -> Chat {
    Chat {
        id: scene.dialog.user.0,
        kind: "private".to_owned(),
        title: None,
        first_name: Some(scene.profile.first_name.to_string()),
        last_name: scene.profile.last_name.as_deref().map(str::to_owned),
        username: scene.profile.username.as_deref().map(str::to_owned),
    }
}

/// A chat that somebody asked to join.
pub(crate) fn asked_for(request: &JoinRequest) -> Chat {
    let kind = if request.is_channel { "channel" } else { "supergroup" };
    Chat { id: request.chat, kind: kind.to_owned(), title: Some(request.title.clone()), ..Chat::default() }
}

/// `getChat`.
pub(crate) fn full_chat(scene: &Scene<'_>) -> ChatFullInfo {
    let Chat { id, kind, first_name, last_name, username, .. } = chat(scene);
    let dialog = scene.world.dialog(scene.dialog);
    let pinned = dialog.and_then(|dialog| dialog.pinned(Side::Bot).next());
    ChatFullInfo {
        id,
        kind,
        first_name,
        last_name,
        active_usernames: username.clone().map(|username| vec![username]),
        username,
        bio: scene.profile.bio.as_deref().map(str::to_owned),
        accepted_gift_types: AcceptedGiftTypes {
            unlimited_gifts: true,
            limited_gifts: true,
            unique_gifts: true,
            premium_subscription: true,
            gifts_from_channels: true,
        },
        pinned_message: pinned.map(|pinned| Box::new(message(scene, pinned, false))),
        max_reaction_count: 11,
        // > Identifier of the accent color […] 0-6 are the same as the user's id modulo 7
        accent_color_id: id % 7,
    }
}
