use crate::reaction;
use parlor_wire_bot_api::objects::ReactionType;
use parlor_world::ids::MessageRef;
use parlor_world::state::account::UserProfile;
use parlor_world::state::group::Group;
use parlor_world::state::message::Message;
use parlor_world::{AccountId, ChatId, DialogView, MessageId, World};

/// A chat as one of its members sees it.
#[derive(Clone, Copy)]
pub struct ViewContext<'w> {
    world: &'w World,
    viewer: AccountId,
    chat: ChatId,
    /// A user with the profile of another moment.
    shown: Option<(AccountId, &'w UserProfile)>,
}

impl<'w> ViewContext<'w> {
    /// The chat as it is now.
    pub fn new(world: &'w World, viewer: AccountId, chat: ChatId) -> Self {
        Self { world, viewer, chat, shown: None }
    }

    /// The same chat with a user's profile of another moment: an update shows the user as of then.
    #[must_use]
    pub(crate) fn with_profile(self, user: AccountId, profile: Option<&'w UserProfile>) -> Self {
        Self { shown: profile.map(|profile| (user, profile)), ..self }
    }

    pub(crate) fn world(&self) -> &'w World {
        self.world
    }

    /// The chat.
    pub fn chat(&self) -> ChatId {
        self.chat
    }

    /// The account that sees the chat.
    pub fn viewer(&self) -> AccountId {
        self.viewer
    }

    /// The other account of a private chat; the viewer itself in "Saved Messages". `None` for groups and channels.
    pub fn other(&self) -> Option<AccountId> {
        self.chat.other(self.viewer)
    }

    /// What all members of the group or channel share; `None` for private chats.
    pub fn group(&self) -> Option<&'w Group> {
        self.world.group(self.chat)
    }

    /// A user's profile as this view shows it.
    pub(crate) fn profile(&self, user: AccountId) -> Option<&'w UserProfile> {
        let shown = self.shown.filter(|(shown, _)| *shown == user).map(|(_, profile)| profile);
        shown.or_else(|| self.world.user(user).map(|user| &user.profile))
    }

    /// The language in which the viewer's app shows bots' texts; bots see those that are for all languages.
    pub fn language(&self) -> &'w str {
        self.profile(self.viewer).and_then(|profile| profile.language_code.as_deref()).unwrap_or_default()
    }

    /// What the viewer sees of the chat, if it has seen it.
    pub fn dialog(&self) -> Option<DialogView<'w>> {
        self.world.dialog(self.viewer, self.chat)
    }

    /// A message's id in the numbering of each account that has its own: those of a private chat or a basic group.
    pub fn ids(&self, own: &Message) -> impl Iterator<Item = (AccountId, MessageId)> {
        let boxes = own.ids.boxes(own.chat).into_iter();
        boxes.filter(|(of, _)| of.channel().is_none()).map(|(of, id)| (AccountId(of.0), id))
    }

    /// The reactions to a message, of each account that has any.
    pub fn reactions(&self, own: &Message) -> Vec<(AccountId, Vec<ReactionType>)> {
        let all = own.all_reactions().iter();
        all.map(|(account, reactions)| (*account, reaction::reactions(reactions))).collect()
    }

    /// Whether the viewer sent it.
    pub fn is_outgoing(&self, own: &Message) -> bool {
        own.from == self.viewer
    }

    /// Whether the account that received it has read it. Messages to oneself are read.
    pub fn is_read(&self, own: &Message) -> bool {
        let is_to_itself = self.other() == Some(self.viewer);
        let outgoing = self.is_outgoing(own) && !is_to_itself;
        let read = if outgoing { self.last_read_outbox() } else { self.last_read_inbox() };
        is_to_itself || read.is_some_and(|read| own.id_for(self.viewer) <= read)
    }

    /// The last message that the viewer has read.
    pub fn last_read_inbox(&self) -> Option<MessageId> {
        self.dialog()?.dialog.read_up_to
    }

    /// The last message that the other account has read, of those that the viewer still sees.
    pub fn last_read_outbox(&self) -> Option<MessageId> {
        self.dialog()?.read_by_other()
    }

    /// The viewer's id of a message that another one refers to; 0 if the viewer never had it.
    pub fn id(&self, reference: &MessageRef) -> MessageId {
        reference.ids.for_viewer(self.chat, self.viewer).unwrap_or(MessageId(0))
    }

    /// The message that another one refers to, if the viewer still sees it.
    pub fn find(&self, reference: &MessageRef) -> Option<&'w Message> {
        self.dialog()?.message(self.id(reference))
    }
}
