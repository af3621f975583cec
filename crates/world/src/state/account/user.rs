use crate::ids::AccountId;
use crate::refusal::Refusal;
use crate::serde_default::{is_default, is_false};
use crate::state::session::Password;
use serde::{Deserialize, Serialize};

/// A user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Also the Bot API id of the private chat with this user.
    pub id: AccountId,
    /// As it is now; updates refer to the version of their own time.
    pub profile: UserProfile,
    /// How often the profile was changed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) profile_version: u32,
    /// A deleted account has no names, and refuses messages.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_deleted: bool,
    /// The two-step password, if one is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Box<Password>>,
}

/// What a user may change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UserProfile {
    /// 1 to 64 characters; empty only when the account is deleted.
    pub first_name: Box<str>,
    /// Up to 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<Box<str>>,
    /// Without `@`, in the case that the user chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<Box<str>>,
    /// The IETF tag of the app's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_code: Option<Box<str>>,
    /// The app does not tell its language: updates come without `language_code`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hides_language: bool,
    /// "About", up to 140 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bio: Option<Box<str>>,
    /// Telegram Premium.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_premium: bool,
    /// Digits of the phone number by which the user may log in over MTProto.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Box<str>>,
}

impl UserProfile {
    /// The language as bots are told it.
    pub fn shown_language(&self) -> Option<&str> {
        self.language_code.as_deref().filter(|_| !self.hides_language)
    }

    /// First and last name.
    pub fn full_name(&self) -> String {
        let last = self.last_name.as_deref().unwrap_or_default();
        format!("{} {last}", self.first_name).trim_end().to_owned()
    }

    /// First name 1 to 64 characters, last name up to 64 (core.telegram.org/method/account.updateProfile).
    pub(crate) fn check_names(&self) -> Result<(), Refusal> {
        let long = |name: &str| name.chars().count() > 64;
        let first = self.first_name.trim();
        let bad = first.is_empty() || long(first) || self.last_name.as_deref().is_some_and(long);
        if bad { Err(Refusal::NameInvalid) } else { Ok(()) }
    }

    /// An app that clears a field sends an empty string: it becomes `None`.
    pub(crate) fn normalize(&mut self) {
        let Self { last_name, username, language_code, bio, phone, .. } = self;
        for field in [last_name, username, language_code, bio, phone] {
            if field.as_deref().is_some_and(|text| text.trim().is_empty()) {
                *field = None;
            }
        }
    }
}

/// Changes to a user's profile: `None` keeps a field, `Some(None)` removes it. It is applied inside the command that
/// carries it, so that two requests which change different fields at the same time both take effect.
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
    pub(crate) fn apply(&self, old: &UserProfile) -> UserProfile {
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
