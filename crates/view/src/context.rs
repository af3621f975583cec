use crate::reaction;
use parlor_wire_bot_api::objects::ReactionType;
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
    pub fn peer(&self) -> AccountId {
        self.dialog.account(self.viewer.other())
    }

    /// The language in which the viewer's app shows bots' texts; bots see those that are for all languages.
    pub fn language(&self) -> &str {
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

    /// A message's id in the numbering of each account of the chat.
    pub fn ids(&self, own: &Message) -> [(AccountId, MessageId); 2] {
        [Side::User, Side::Bot].map(|side| (self.dialog.account(side), own.id.on(side)))
    }

    /// The reactions to a message of each account that has any.
    pub fn reactions(&self, own: &Message) -> Vec<(AccountId, Vec<ReactionType>)> {
        let sides = [Side::User, Side::Bot].into_iter();
        let all = sides.map(|side| (self.dialog.account(side), reaction::reactions(own.reactions(side))));
        all.filter(|(_, reactions)| !reactions.is_empty()).collect()
    }

    /// Whether the viewer sent it.
    pub fn is_outgoing(&self, own: &Message) -> bool {
        own.from == self.viewer
    }

    /// Whether the account that received it has read it.
    pub fn is_read(&self, own: &Message) -> bool {
        let read = if self.is_outgoing(own) { self.last_read_outbox() } else { self.last_read_inbox() };
        read.is_some_and(|read| self.id(own.id) <= read)
    }

    /// The last message that the viewer has read.
    pub fn last_read_inbox(&self) -> Option<MessageId> {
        self.dialog()?.read_up_to(self.viewer)
    }

    /// The last message that the other account has read, of those that the viewer still sees.
    pub fn last_read_outbox(&self) -> Option<MessageId> {
        self.dialog()?.read_by_other(self.viewer)
    }

    /// A message's id in the viewer's own numbering.
    pub fn id(&self, ids: Ids) -> MessageId {
        ids.on(self.viewer)
    }

    /// The message with that id, if the viewer still sees it.
    pub fn find(&self, id: MessageId) -> Option<&'w Message> {
        self.dialog()?.message(self.viewer, id)
    }
}
