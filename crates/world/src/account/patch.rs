//! Partial changes of profiles. They are applied inside the command that carries them, so that two requests which change
//! different fields at the same time both take effect.

use super::{BotFlags, UserProfile};

/// Changes to a user's profile: `None` keeps a field. In the nested options `Some(None)` removes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProfilePatch {
    /// See [`UserProfile::first_name`].
    pub first_name: Option<Box<str>>,
    /// See [`UserProfile::last_name`].
    pub last_name: Option<Option<Box<str>>>,
    /// See [`UserProfile::username`].
    pub username: Option<Option<Box<str>>>,
    /// See [`UserProfile::language_code`].
    pub language_code: Option<Option<Box<str>>>,
    /// See [`UserProfile::hides_language`].
    pub hides_language: Option<bool>,
    /// See [`UserProfile::bio`].
    pub bio: Option<Option<Box<str>>>,
    /// See [`UserProfile::is_premium`].
    pub is_premium: Option<bool>,
    /// See [`UserProfile::phone`].
    pub phone: Option<Option<Box<str>>>,
}

impl ProfilePatch {
    /// Returns the profile with the changes.
    pub(super) fn apply(&self, old: &UserProfile) -> UserProfile {
        let text =
            |new: &Option<Option<Box<str>>>, old: &Option<Box<str>>| new.as_ref().unwrap_or(old).clone();
        UserProfile {
            first_name: self.first_name.as_ref().unwrap_or(&old.first_name).clone(),
            last_name: text(&self.last_name, &old.last_name),
            username: text(&self.username, &old.username),
            language_code: text(&self.language_code, &old.language_code),
            hides_language: self.hides_language.unwrap_or(old.hides_language),
            bio: text(&self.bio, &old.bio),
            is_premium: self.is_premium.unwrap_or(old.is_premium),
            phone: text(&self.phone, &old.phone),
        }
    }
}

/// Changes to a bot's switches: `None` keeps one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FlagsPatch {
    /// See [`BotFlags::can_join_groups`].
    pub can_join_groups: Option<bool>,
    /// See [`BotFlags::can_read_all_group_messages`].
    pub can_read_all_group_messages: Option<bool>,
    /// See [`BotFlags::supports_inline_queries`].
    pub supports_inline_queries: Option<bool>,
}

impl FlagsPatch {
    /// Returns the switches with the changes.
    pub fn apply(self, old: BotFlags) -> BotFlags {
        BotFlags {
            can_join_groups: self.can_join_groups.unwrap_or(old.can_join_groups),
            can_read_all_group_messages: self
                .can_read_all_group_messages
                .unwrap_or(old.can_read_all_group_messages),
            supports_inline_queries: self.supports_inline_queries.unwrap_or(old.supports_inline_queries),
        }
    }
}
