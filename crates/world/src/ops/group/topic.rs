use crate::content::TopicEdit;
use crate::content::{Content, GroupChange};
use crate::event::{Event, GroupEvent, MessageEvent};
use crate::ids::{ChatId, GroupKind, MessageId, MessageKey, Timestamp};
use crate::ops::actor::Place;
use crate::ops::message::Draft;
use crate::ops::{Actor, Command, Target};
use crate::refusal::{GroupOperation, Refusal};
use crate::state::World;
use crate::state::group::{AdminRights, GENERAL, Group, ICON_COLORS, MAX_TOPICS, Permissions, Topic};
use crate::state::message::{MessageExtras, Thread};

/// > Topic name, 1-128 characters
const MAX_NAME: usize = 128;

/// A member who may do so makes a topic in a forum.
pub struct CreateTopic {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// Its name.
    pub name: String,
    /// The colour of its icon; `None` is the first one.
    pub icon_color: Option<u32>,
    /// A custom emoji as its icon.
    pub icon: Option<i64>,
}

impl Command for CreateTopic {
    type Outcome = Topic;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<Topic, Refusal> {
        let operation = GroupOperation::CreateTopic;
        let place = self.target.place(world, self.actor, now)?;
        let group = forum(&place, operation)?;
        place.has_or_may(AdminRights::MANAGE_TOPICS, Permissions::MANAGE_TOPICS, operation)?;
        let name = check_name(&self.name)?;
        let icon_color = self.icon_color.unwrap_or(ICON_COLORS[0]);
        if !ICON_COLORS.contains(&icon_color) {
            return Err(Refusal::TopicColorInvalid);
        }
        if group.topics.len() >= MAX_TOPICS {
            return Err(Refusal::InvitesTooMany);
        }
        let mut draft = Draft::new(world, place.chat, place.actor, now);
        let topic = Topic {
            id: draft.next_id(),
            name: name.clone(),
            icon_color,
            icon: self.icon,
            creator: place.actor,
            created: now.date(),
            is_closed: false,
            is_hidden: false,
        };
        events.push(GroupEvent::TopicSet { chat: place.chat, topic: Box::new(topic.clone()) }.into());
        let thread = Some(Thread { root: topic.id, is_topic: true });
        let extras = MessageExtras { thread, ..MessageExtras::default() };
        let created = GroupChange::TopicCreated { name, icon_color, icon: self.icon };
        draft.add(Content::GroupChanged(created), extras, events);
        Ok(topic)
    }
}

/// A member who may do so changes a topic.
pub struct EditTopic {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// Which; 1 is General.
    pub topic: MessageId,
    /// What; an icon of 0 removes it.
    pub edit: TopicEdit,
}

impl Command for EditTopic {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let place = self.target.place(world, self.actor, now)?;
        let is_opening = self.edit.is_closed.is_some() || self.edit.is_hidden.is_some();
        let operation = if is_opening { GroupOperation::CloseTopic } else { GroupOperation::EditTopic };
        let group = forum(&place, operation)?;
        let old = group.topic(self.topic).ok_or(Refusal::TopicNotFound)?;
        permit(&place, &old, operation)?;
        let mut edit = self.edit.clone();
        edit.name = edit.name.map(|name| check_name(&name)).transpose()?;
        // Hiding General closes it, opening it shows it again.
        if edit.is_hidden == Some(true) {
            edit.is_closed = Some(true);
        }
        if old.is_hidden && edit.is_closed == Some(false) {
            edit.is_hidden = Some(false);
        }
        let new = Topic {
            name: edit.name.clone().unwrap_or_else(|| old.name.clone()),
            icon: edit.icon.map_or(old.icon, |icon| Some(icon).filter(|icon| *icon != 0)),
            is_closed: edit.is_closed.unwrap_or(old.is_closed),
            is_hidden: edit.is_hidden.unwrap_or(old.is_hidden),
            ..old.clone()
        };
        if new == old {
            return Err(Refusal::TopicNotModified);
        }
        let told = TopicEdit {
            name: edit.name.filter(|_| new.name != old.name),
            icon: edit.icon.filter(|_| new.icon != old.icon),
            is_closed: edit
                .is_closed
                .filter(|_| new.is_closed != old.is_closed && new.is_hidden == old.is_hidden),
            is_hidden: edit.is_hidden.filter(|_| new.is_hidden != old.is_hidden),
        };
        events.push(GroupEvent::TopicSet { chat: place.chat, topic: Box::new(new) }.into());
        let thread = (self.topic != GENERAL).then_some(Thread { root: self.topic, is_topic: true });
        let extras = MessageExtras { thread, ..MessageExtras::default() };
        let change = Content::GroupChanged(GroupChange::TopicEdited(told));
        Draft::new(world, place.chat, place.actor, now).add(change, extras, events);
        Ok(())
    }
}

/// An administrator deletes a topic with all its messages.
pub struct DeleteTopic {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// Which; not General.
    pub topic: MessageId,
}

impl Command for DeleteTopic {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let operation = GroupOperation::DeleteTopic;
        let place = self.target.place(world, self.actor, now)?;
        let group = forum(&place, operation)?;
        group.topics.get(&self.topic).filter(|_| self.topic != GENERAL).ok_or(Refusal::TopicNotFound)?;
        place.has(AdminRights::DELETE_MESSAGES, operation)?;
        let thread = Some(Thread { root: self.topic, is_topic: true });
        let all = place.dialog.into_iter().flat_map(|dialog| dialog.messages());
        let messages: Vec<MessageKey> =
            all.filter(|message| message.thread() == thread).map(|message| message.key).collect();
        let chat = place.chat;
        events.push(MessageEvent::Deleted { chat, messages }.into());
        events.push(GroupEvent::TopicDeleted { chat, topic: self.topic }.into());
        Ok(())
    }
}

fn forum<'w>(place: &Place<'w>, operation: GroupOperation) -> Result<&'w Group, Refusal> {
    let group = place.group(operation)?;
    if group.kind != GroupKind::Supergroup {
        return Err(Refusal::WrongChatKind(operation));
    }
    place.ensure_member()?;
    if group.profile.is_forum { Ok(group) } else { Err(Refusal::NotAForum) }
}

impl World {
    /// The topics of a forum, General first; none of other chats.
    pub fn topics(&self, chat: ChatId) -> Vec<Topic> {
        let Some(group) = self.group(chat).filter(|group| group.profile.is_forum) else { return Vec::new() };
        let others = group.topics.values().filter(|topic| topic.id != GENERAL).cloned();
        group.topic(GENERAL).into_iter().chain(others).collect()
    }
}

/// Who made a topic may change it, but not General.
fn permit(place: &Place<'_>, topic: &Topic, operation: GroupOperation) -> Result<(), Refusal> {
    if topic.id != GENERAL && topic.creator == place.actor {
        return Ok(());
    }
    place.has(AdminRights::MANAGE_TOPICS, operation)
}

fn check_name(name: &str) -> Result<Box<str>, Refusal> {
    let name = name.trim();
    let is_valid = (1..=MAX_NAME).contains(&name.chars().count());
    if is_valid { Ok(name.into()) } else { Err(Refusal::TopicNameInvalid) }
}
