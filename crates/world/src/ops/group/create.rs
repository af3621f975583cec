use super::edit::{check_description, check_title, check_username_free};
use crate::content::{Content, GroupChange};
use crate::event::{Event, GroupEvent};
use crate::ids::{AccountId, ChannelId, ChatId, GroupId, GroupKind, MAX_CHANNEL_ID, MAX_GROUP_ID, Timestamp};
use crate::ops::Command;
use crate::ops::account::assign_username;
use crate::ops::message::Draft;
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::chat::{Chat, ChatKind};
use crate::state::group::{
    Group, GroupProfile, MAX_BOTS, MAX_GROUP_MEMBERS, MemberChange, MemberStatus, Owner,
};

/// A user makes a group or channel.
pub struct CreateGroup {
    /// The user, who owns it.
    pub owner: AccountId,
    /// Which kind.
    pub kind: GroupKind,
    /// What it is: a title at least. A username is for supergroups and channels.
    pub profile: GroupProfile,
    /// Who is in it from the beginning; for basic groups only.
    pub members: Vec<AccountId>,
    /// The id that it gets, as MTProto has it (positive); `None` chooses one.
    pub id: Option<i64>,
}

impl Command for CreateGroup {
    type Outcome = ChatId;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<ChatId, Refusal> {
        world.active_user(self.owner)?;
        let chat = self.chat_id(world)?;
        let title = check_title(&self.profile.title)?;
        if let Some(username) = self.profile.username.as_deref().filter(|_| self.kind != GroupKind::Basic) {
            check_username_free(world, username, None)?;
        }
        let members = self.members(world)?;
        let mut group = Group::new(self.kind, &title, now.date());
        let description = check_description(&self.profile.description)?;
        group.profile = GroupProfile { title: title.clone(), description, ..self.profile.clone() };
        events.push(GroupEvent::Created { chat, group: Box::new(group) }.into());
        events.push(self.joined(chat, self.owner, MemberStatus::Owner(Owner::default())));
        events.extend(members.iter().map(|account| self.joined(chat, *account, MemberStatus::Member)));
        let change = match self.kind {
            GroupKind::Basic => GroupChange::Created { title, members: members.clone().into() },
            GroupKind::Supergroup | GroupKind::Channel => GroupChange::ChannelCreated { title },
        };
        let readers = std::iter::once(self.owner).chain(members).collect();
        let sender = (self.kind == GroupKind::Channel).then_some(chat);
        let draft = Draft::for_readers(world, chat, self.owner, now, readers);
        draft.in_name_of(sender).add(Content::GroupChanged(change), Default::default(), events);
        Ok(chat)
    }
}

impl CreateGroup {
    fn chat_id(&self, world: &World) -> Result<ChatId, Refusal> {
        let (chat, largest) = match (self.kind, self.id) {
            (GroupKind::Basic, None) => return Ok(ChatId::Group(world.free_group_id())),
            (GroupKind::Supergroup | GroupKind::Channel, None) => {
                return Ok(ChatId::Channel(world.free_channel_id()));
            }
            (GroupKind::Basic, Some(id)) => (ChatId::Group(GroupId(id)), MAX_GROUP_ID),
            (_, Some(id)) => (ChatId::Channel(ChannelId(id)), MAX_CHANNEL_ID),
        };
        let is_in_range = self.id.is_none_or(|id| (1..=largest).contains(&id));
        match is_in_range && world.chat(chat).is_none() {
            true => Ok(chat),
            false => Err(Refusal::ChatIdUnavailable),
        }
    }

    /// Everybody beside the owner, each once.
    fn members(&self, world: &World) -> Result<Vec<AccountId>, Refusal> {
        if self.kind != GroupKind::Basic {
            return Ok(Vec::new());
        }
        let mut members: Vec<AccountId> = Vec::new();
        for account in &self.members {
            if let Some(bot) = world.active_account(*account).map(|_| world.bot(*account))? {
                bot.flags.can_join_groups.then_some(()).ok_or(Refusal::BotCantJoinGroups)?;
            }
            if *account != self.owner && !members.contains(account) {
                members.push(*account);
            }
        }
        if members.len() >= MAX_GROUP_MEMBERS as usize {
            return Err(Refusal::MembersTooMany);
        }
        if members.iter().filter(|account| world.is_bot(**account)).count() > MAX_BOTS {
            return Err(Refusal::BotsTooMany);
        }
        Ok(members)
    }

    fn joined(&self, chat: ChatId, account: AccountId, new: MemberStatus) -> Event {
        let (by, old) = (self.owner, MemberStatus::Left);
        let change = MemberChange { chat, by, account, old, new, link: None, is_by_request: false };
        GroupEvent::MemberChanged(Box::new(change)).into()
    }
}

pub(super) fn apply(world: &mut World, chat: ChatId, group: &Group) {
    if let (ChatId::Channel(id), Some(username)) = (chat, &group.profile.username) {
        assign_username(world, id, None, Some(username));
    }
    let kind = ChatKind::Group(Box::new(group.clone()));
    world.chats.insert(chat, Box::new(Chat { kind, ..Chat::default() }));
}
