use crate::content::{Content, GroupChange};
use crate::event::{Event, GroupEvent};
use crate::ids::{ChannelId, ChatId, GroupKind, Timestamp};
use crate::ops::account::{assign_username, ensure_username_available};
use crate::ops::actor::Place;
use crate::ops::message::Draft;
use crate::ops::{Actor, Command, Target};
use crate::refusal::{GroupOperation, Refusal};
use crate::state::World;
use crate::state::account::check_username;
use crate::state::group::{AdminRights, Group, GroupProfile, MemberStatus, Permissions};

/// > New chat title, 1-128 characters
const MAX_TITLE: usize = 128;
/// > New chat description, 0-255 characters
const MAX_DESCRIPTION: usize = 255;

/// A member who may do so changes what a group or channel is.
pub struct EditGroup {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// What.
    pub edit: GroupEdit,
}

/// One change of a group or channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupEdit {
    /// The title, 1 to 128 characters.
    Title(String),
    /// The description, up to 255 characters.
    Description(String),
    /// The username, with which the chat is public; `None` makes it private.
    Username(Option<String>),
    /// What members may do.
    Permissions(Permissions),
    /// Seconds between two messages of a member: 0, 10, 30, 60, 300, 900 or 3600.
    SlowMode(u32),
    /// Seconds after which messages vanish; 0 is never.
    AutoDelete(u32),
    /// Posts name their authors.
    Signatures(bool),
    /// The supergroup has topics.
    Forum(bool),
    /// Messages can't be forwarded or saved.
    Protected(bool),
    /// Only members may write in the discussion group.
    JoinToSend(bool),
    /// Who joins a public supergroup must be approved.
    JoinByRequest(bool),
    /// Only administrators see the members.
    HiddenMembers(bool),
    /// The discussion group of a channel.
    Linked(Option<ChannelId>),
}

impl Command for EditGroup {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let place = self.target.place(world, self.actor, now)?;
        let group = place.group(self.edit.operation())?;
        self.edit.permit(&place, group)?;
        let mut profile = group.profile.clone();
        self.edit.change(&place, &mut profile)?;
        if profile == group.profile {
            return self.edit.unchanged();
        }
        let service = self.edit.service(&profile);
        let (chat, by) = (place.chat, place.actor);
        events.push(GroupEvent::ProfileSet { chat, by, profile: Box::new(profile) }.into());
        if let Some(change) = service {
            let mut draft = Draft::new(world, chat, by, now);
            draft.add(Content::GroupChanged(change), Default::default(), events);
        }
        if let GroupEdit::Linked(other) = self.edit {
            link_back(&place, group, other, events);
        }
        Ok(())
    }
}

impl GroupEdit {
    fn operation(&self) -> GroupOperation {
        match self {
            Self::Title(_) => GroupOperation::SetTitle,
            Self::Description(_) => GroupOperation::SetDescription,
            Self::Username(_) => GroupOperation::SetUsername,
            Self::Permissions(_) => GroupOperation::SetPermissions,
            _ => GroupOperation::ChangeInfo,
        }
    }

    fn permit(&self, place: &Place<'_>, group: &Group) -> Result<(), Refusal> {
        let operation = self.operation();
        let is_supergroup = group.kind == GroupKind::Supergroup;
        let exists = match self {
            Self::Title(_) | Self::Description(_) | Self::AutoDelete(_) | Self::Protected(_) => true,
            Self::Permissions(_) => !group.is_channel(),
            Self::Username(_) | Self::Linked(_) => group.kind != GroupKind::Basic,
            Self::Signatures(_) => group.is_channel(),
            Self::SlowMode(_)
            | Self::Forum(_)
            | Self::JoinToSend(_)
            | Self::JoinByRequest(_)
            | Self::HiddenMembers(_) => is_supergroup,
        };
        if !exists {
            return Err(Refusal::WrongChatKind(operation));
        }
        match self {
            Self::Permissions(_) | Self::SlowMode(_) | Self::HiddenMembers(_) => {
                place.has(AdminRights::RESTRICT_MEMBERS, operation)
            }
            Self::Username(_) | Self::Protected(_) => {
                place.ensure_member()?;
                let is_owner = matches!(place.status(), MemberStatus::Owner(_));
                is_owner.then_some(()).ok_or(Refusal::NotEnoughRights(operation))
            }
            Self::Title(_) | Self::Description(_) => {
                place.has_or_may(AdminRights::CHANGE_INFO, Permissions::CHANGE_INFO, operation)
            }
            _ => place.has(AdminRights::CHANGE_INFO, operation),
        }
    }

    fn change(&self, place: &Place<'_>, profile: &mut GroupProfile) -> Result<(), Refusal> {
        match self {
            Self::Title(title) => profile.title = check_title(title)?,
            Self::Description(text) => profile.description = check_description(text)?,
            Self::Username(name) => {
                let name = name.as_deref().filter(|name| !name.is_empty());
                let holder = match place.chat {
                    ChatId::Channel(id) => Some(id),
                    ChatId::Private(..) | ChatId::Group(_) => None,
                };
                name.map_or(Ok(()), |name| check_username_free(place.world, name, holder))?;
                profile.username = name.map(Into::into);
            }
            Self::Permissions(permissions) => profile.permissions = *permissions,
            Self::SlowMode(seconds) => profile.slow_mode = *seconds,
            Self::AutoDelete(seconds) => profile.auto_delete = *seconds,
            Self::Signatures(on) => profile.has_signatures = *on,
            Self::Forum(on) => profile.is_forum = *on,
            Self::Protected(on) => profile.is_protected = *on,
            Self::JoinToSend(on) => profile.join_to_send = *on,
            Self::JoinByRequest(on) => profile.join_by_request = *on,
            Self::HiddenMembers(on) => profile.has_hidden_members = *on,
            Self::Linked(other) => {
                ensure_linkable(place, *other)?;
                profile.linked = *other;
            }
        }
        Ok(())
    }

    /// What a change to what is already so is answered with.
    fn unchanged(&self) -> Result<(), Refusal> {
        match self {
            Self::Permissions(_) => Ok(()),
            Self::Description(_) => Err(Refusal::DescriptionNotModified),
            _ => Err(Refusal::ChatNotModified),
        }
    }

    /// The service message that tells of it.
    fn service(&self, profile: &GroupProfile) -> Option<GroupChange> {
        match self {
            Self::Title(_) => Some(GroupChange::TitleChanged(profile.title.clone())),
            Self::AutoDelete(seconds) => Some(GroupChange::AutoDeleteChanged(*seconds)),
            _ => None,
        }
    }
}

/// A title without the spaces around it.
pub(super) fn check_title(title: &str) -> Result<Box<str>, Refusal> {
    let title = title.trim();
    let is_valid = (1..=MAX_TITLE).contains(&title.chars().count());
    if is_valid { Ok(title.into()) } else { Err(Refusal::TitleInvalid) }
}

pub(super) fn check_description(text: &str) -> Result<Box<str>, Refusal> {
    let text = text.trim();
    if text.chars().count() > MAX_DESCRIPTION { Err(Refusal::DescriptionTooLong) } else { Ok(text.into()) }
}

/// Fails if anybody but `holder` has that username.
pub(super) fn check_username_free(
    world: &World,
    username: &str,
    holder: Option<ChannelId>,
) -> Result<(), Refusal> {
    check_username(username, false)?;
    ensure_username_available(world, username, holder)
}

/// Only a channel has a discussion group, which is a supergroup of the same administrator.
fn ensure_linkable(place: &Place<'_>, other: Option<ChannelId>) -> Result<(), Refusal> {
    let wrong = Refusal::WrongChatKind(GroupOperation::ChangeInfo);
    if !place.group.is_some_and(Group::is_channel) {
        return Err(wrong);
    }
    let Some(other) = other.map(ChatId::Channel) else { return Ok(()) };
    let group = place.world.group(other).ok_or(Refusal::ChatNotFound)?;
    if group.kind != GroupKind::Supergroup {
        return Err(wrong);
    }
    let rights = place.world.status(other, place.actor, place.now).rights();
    let operation = GroupOperation::ChangeInfo;
    rights.contains(AdminRights::CHANGE_INFO).then_some(()).ok_or(Refusal::NotEnoughRights(operation))
}

/// The discussion group knows its channel, and the one before knows it no more.
fn link_back(place: &Place<'_>, group: &Group, other: Option<ChannelId>, events: &mut Vec<Event>) {
    let ChatId::Channel(channel) = place.chat else { return };
    for (id, linked) in [(group.profile.linked, None), (other, Some(channel))] {
        let Some(chat) = id.map(ChatId::Channel) else { continue };
        let Some(discussion) = place.world.group(chat) else { continue };
        let profile = GroupProfile { linked, ..discussion.profile.clone() };
        events.push(GroupEvent::ProfileSet { chat, by: place.actor, profile: Box::new(profile) }.into());
    }
}

pub(super) fn apply(world: &mut World, chat: ChatId, profile: &GroupProfile) {
    let Some(group) = world.group_mut(chat) else { return };
    let old = std::mem::replace(&mut group.profile, profile.clone());
    group.version = group.version.saturating_add(1);
    if let ChatId::Channel(id) = chat
        && old.username != profile.username
    {
        assign_username(world, id, old.username.as_deref(), profile.username.as_deref());
    }
}
