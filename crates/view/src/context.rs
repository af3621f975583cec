use parlor_world::account::UserProfile;
use parlor_world::dialog::Dialog;
use parlor_world::message::{Ids, Message};
use parlor_world::shared::Shared;
use parlor_world::{AccountId, DialogId, MessageId, Side, World};

/// A private chat as one of its two accounts sees it.
#[derive(Clone)]
pub struct ViewContext<'w> {
    world: &'w World,
    dialog: DialogId,
    viewer: Side,
    profile: Shared<UserProfile>,
}

impl<'w> ViewContext<'w> {
    /// The chat as it is now. `viewer` is one of the dialog's accounts.
    pub fn new(world: &'w World, dialog: DialogId, viewer: AccountId) -> Self {
        let profile = world.user(dialog.user).map(|user| user.profile.clone()).unwrap_or_default();
        let viewer = match viewer {
            AccountId::User(_) => Side::User,
            AccountId::Bot(_) => Side::Bot,
        };
        Self { world, dialog, viewer, profile }
    }

    /// The same chat with the user's profile of another moment: an update shows it as it was.
    #[must_use]
    pub(crate) fn with_profile(self, profile: Shared<UserProfile>) -> Self {
        Self { profile, ..self }
    }

    pub(crate) fn world(&self) -> &'w World {
        self.world
    }

    pub(crate) fn dialog_id(&self) -> DialogId {
        self.dialog
    }

    /// The user's profile that this view shows.
    pub(crate) fn profile(&self) -> &UserProfile {
        &self.profile
    }

    /// The other account of the chat.
    pub(crate) fn peer(&self) -> AccountId {
        self.dialog.account(self.viewer.other())
    }

    /// The language in which the viewer's app shows bots' names; bots see the names that are for all languages.
    pub(crate) fn language(&self) -> &str {
        match self.viewer {
            Side::User => self.profile.language_code.as_deref().unwrap_or_default(),
            Side::Bot => "",
        }
    }

    /// The dialog, when it has begun.
    pub(crate) fn dialog(&self) -> Option<&'w Dialog> {
        self.world.dialog(self.dialog)
    }

    pub(crate) fn viewer(&self) -> Side {
        self.viewer
    }

    /// A message's id in the viewer's own numbering.
    pub(crate) fn id(&self, ids: Ids) -> MessageId {
        ids.on(self.viewer)
    }

    /// The message with that id, if the viewer still sees it.
    pub(crate) fn find(&self, id: MessageId) -> Option<&'w Message> {
        self.dialog()?.message(self.viewer, id)
    }
}
