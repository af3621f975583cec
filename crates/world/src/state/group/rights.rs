use bitflags::bitflags;
use serde::{Deserialize, Serialize};

bitflags! {
    /// What an administrator may do. Journals hold the names; the bits, which are those of MTProto's `chatAdminRights`, are
    /// in snapshots and never change.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
    #[serde(transparent)]
    pub struct AdminRights: u32 {
        const CHANGE_INFO = 1;
        /// Channels only.
        const POST_MESSAGES = 1 << 1;
        /// Channels only.
        const EDIT_MESSAGES = 1 << 2;
        const DELETE_MESSAGES = 1 << 3;
        const RESTRICT_MEMBERS = 1 << 4;
        const INVITE_USERS = 1 << 5;
        /// Groups only.
        const PIN_MESSAGES = 1 << 7;
        const PROMOTE_MEMBERS = 1 << 9;
        /// Writes in the name of the group; groups only.
        const ANONYMOUS = 1 << 10;
        const MANAGE_VIDEO_CHATS = 1 << 11;
        /// Every administrator has it: sees the member list, the log, and is not slowed down.
        const MANAGE_CHAT = 1 << 12;
        /// Supergroups only.
        const MANAGE_TOPICS = 1 << 13;
        const POST_STORIES = 1 << 14;
        const EDIT_STORIES = 1 << 15;
        const DELETE_STORIES = 1 << 16;
        /// Channels only.
        const MANAGE_DIRECT_MESSAGES = 1 << 17;
        /// Groups only.
        const MANAGE_TAGS = 1 << 18;
        /// Groups only.
        const SEND_WELCOME_MESSAGES = 1 << 19;
    }
}

bitflags! {
    /// What members may do who are no administrators. Journals hold the names; the bits, in snapshots, never change.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(transparent)]
    pub struct Permissions: u32 {
        const SEND_MESSAGES = 1;
        const SEND_AUDIOS = 1 << 1;
        const SEND_DOCUMENTS = 1 << 2;
        const SEND_PHOTOS = 1 << 3;
        const SEND_VIDEOS = 1 << 4;
        const SEND_VIDEO_NOTES = 1 << 5;
        const SEND_VOICE_NOTES = 1 << 6;
        const SEND_POLLS = 1 << 7;
        /// Animations, games, stickers and inline bots.
        const SEND_OTHER = 1 << 8;
        const ADD_LINK_PREVIEWS = 1 << 9;
        const REACT = 1 << 10;
        const EDIT_TAG = 1 << 11;
        const CHANGE_INFO = 1 << 12;
        const INVITE_USERS = 1 << 13;
        const PIN_MESSAGES = 1 << 14;
        const MANAGE_TOPICS = 1 << 15;
    }
}

impl Permissions {
    /// What bots have only as administrators, whatever all members may do.
    pub const NOT_FOR_BOTS: Self =
        Self::CHANGE_INFO.union(Self::INVITE_USERS).union(Self::PIN_MESSAGES).union(Self::MANAGE_TOPICS);
}

impl Default for Permissions {
    /// Everything: what a new group allows.
    fn default() -> Self {
        Self::all()
    }
}
