//! Rights and permissions that callers send.

use parlor_world::state::group::{AdminRights, Permissions};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! flags {
    ($(#[$doc:meta])* $name:ident: $flags:ident { $($field:ident => $flag:ident,)+ }) => {
        $(#[$doc])*
        // utoipa serializes the default values of bodies.
        #[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields, default)]
        pub(crate) struct $name { $($field: bool,)+ }

        impl From<$name> for $flags {
            fn from(own: $name) -> Self {
                let mut flags = Self::empty();
                $(flags.set(Self::$flag, own.$field);)+
                flags
            }
        }
    };
}

flags! {
    /// What an administrator may do: the Bot API's `ChatAdministratorRights`, of which absent fields are false.
    InputRights: AdminRights {
        is_anonymous => ANONYMOUS,
        can_manage_chat => MANAGE_CHAT,
        can_delete_messages => DELETE_MESSAGES,
        can_manage_video_chats => MANAGE_VIDEO_CHATS,
        can_restrict_members => RESTRICT_MEMBERS,
        can_promote_members => PROMOTE_MEMBERS,
        can_change_info => CHANGE_INFO,
        can_invite_users => INVITE_USERS,
        can_post_stories => POST_STORIES,
        can_edit_stories => EDIT_STORIES,
        can_delete_stories => DELETE_STORIES,
        can_post_messages => POST_MESSAGES,
        can_edit_messages => EDIT_MESSAGES,
        can_pin_messages => PIN_MESSAGES,
        can_manage_topics => MANAGE_TOPICS,
        can_manage_direct_messages => MANAGE_DIRECT_MESSAGES,
        can_manage_tags => MANAGE_TAGS,
        can_send_welcome_messages => SEND_WELCOME_MESSAGES,
    }
}

flags! {
    /// What members may do: the Bot API's `ChatPermissions`, of which absent fields are false, and none implies another.
    InputPermissions: Permissions {
        can_send_messages => SEND_MESSAGES,
        can_send_audios => SEND_AUDIOS,
        can_send_documents => SEND_DOCUMENTS,
        can_send_photos => SEND_PHOTOS,
        can_send_videos => SEND_VIDEOS,
        can_send_video_notes => SEND_VIDEO_NOTES,
        can_send_voice_notes => SEND_VOICE_NOTES,
        can_send_polls => SEND_POLLS,
        can_send_other_messages => SEND_OTHER,
        can_add_web_page_previews => ADD_LINK_PREVIEWS,
        can_react_to_messages => REACT,
        can_edit_tag => EDIT_TAG,
        can_change_info => CHANGE_INFO,
        can_invite_users => INVITE_USERS,
        can_pin_messages => PIN_MESSAGES,
        can_manage_topics => MANAGE_TOPICS,
    }
}
