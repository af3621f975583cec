use super::change::{announce, ensure_editable, ensure_room, member_changed, target_status};
use crate::content::GroupChange;
use crate::event::Event;
use crate::ids::{AccountId, GroupKind, Timestamp};
use crate::ops::actor::Place;
use crate::ops::{Actor, Command, Target};
use crate::refusal::{GroupOperation, Refusal};
use crate::state::World;
use crate::state::group::{AdminRights, Administrator, Group, MAX_ADMINISTRATORS, MemberStatus, Owner};

/// > New custom title for the administrator; 0-16 characters, emoji are not allowed
const MAX_TITLE: usize = 16;

/// An administrator makes an account an administrator, or changes its rights. No rights make it a member again.
pub struct PromoteMember {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// Whom. A bot that is not in the chat is added by it, if the actor is a user.
    pub account: AccountId,
    /// All rights that it has from now on.
    pub rights: AdminRights,
    /// Its title; `None` keeps the present one.
    pub title: Option<String>,
}

impl Command for PromoteMember {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let place = self.target.place(world, self.actor, now)?;
        let group = place.group(GroupOperation::Promote)?;
        if group.kind == GroupKind::Basic && world.is_bot(place.actor) {
            return Err(Refusal::WrongChatKind(GroupOperation::Promote));
        }
        place.ensure_member()?;
        let status = target_status(&place, self.account)?;
        if self.account == place.actor {
            return self.change_own(&place, events);
        }
        place.has(AdminRights::PROMOTE_MEMBERS, GroupOperation::Promote)?;
        ensure_editable(&place, self.account, GroupOperation::Promote)?;
        let rights = fitting(group, self.rights);
        if !place.status().rights().union(AdminRights::ANONYMOUS).contains(rights) {
            return Err(Refusal::RightForbidden);
        }
        self.ensure_present(&place, group, status)?;
        if !status.is_administrator()
            && !rights.is_empty()
            && group.administrators.len() >= MAX_ADMINISTRATORS
        {
            return Err(Refusal::AdministratorsTooMany);
        }
        let title = match &self.title {
            Some(title) => check_custom_title(title)?,
            None => status.title().map(Into::into),
        };
        let new = match (rights.is_empty(), status) {
            (true, MemberStatus::Administrator(_)) => MemberStatus::Member,
            (true, _) => status.clone(),
            (false, MemberStatus::Administrator(old)) => {
                MemberStatus::Administrator(Box::new(Administrator { rights, title, ..(**old).clone() }))
            }
            (false, _) => {
                let promoted_by = place.actor;
                MemberStatus::Administrator(Box::new(Administrator { rights, promoted_by, title }))
            }
        };
        if *status != new {
            events.push(member_changed(&place, self.account, new));
        }
        if !status.is_present() {
            let added = GroupChange::MembersAdded([self.account].into());
            announce(&place, place.actor, added, &[self.account], events);
        }
        Ok(())
    }
}

impl PromoteMember {
    /// Bots add nobody by promoting; users add bots so, and in this way only to channels.
    fn ensure_present(&self, place: &Place<'_>, group: &Group, status: &MemberStatus) -> Result<(), Refusal> {
        if status.is_present() {
            return Ok(());
        }
        let bot = place.world.bot(self.account).filter(|_| !place.world.is_bot(place.actor));
        let bot = bot.ok_or(Refusal::TargetNotInChat)?;
        if !bot.flags.can_join_groups {
            return Err(Refusal::BotCantJoinGroups);
        }
        if self.rights.is_empty() {
            return Err(Refusal::TargetNotInChat);
        }
        if group.is_channel() { Ok(()) } else { ensure_room(place, &[self.account]) }
    }

    /// An owner may be anonymous and have a title; nobody else changes what it is itself.
    fn change_own(&self, place: &Place<'_>, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let MemberStatus::Owner(old) = place.status() else {
            return Err(Refusal::TargetIsSelf(GroupOperation::Promote));
        };
        if place.world.is_bot(place.actor) {
            return Err(Refusal::TargetIsSelf(GroupOperation::Promote));
        }
        let title = self.title.as_deref().map_or(Ok(old.title.clone()), check_custom_title)?;
        let new = Owner { title, is_anonymous: self.rights.contains(AdminRights::ANONYMOUS) };
        if new != *old {
            events.push(member_changed(place, place.actor, MemberStatus::Owner(new)));
        }
        Ok(())
    }
}

/// The rights that exist in that kind of chat; every administrator may manage the chat.
fn fitting(group: &Group, rights: AdminRights) -> AdminRights {
    let channel_only =
        AdminRights::POST_MESSAGES | AdminRights::EDIT_MESSAGES | AdminRights::MANAGE_DIRECT_MESSAGES;
    let group_only = AdminRights::PIN_MESSAGES
        | AdminRights::MANAGE_TOPICS
        | AdminRights::ANONYMOUS
        | AdminRights::MANAGE_TAGS
        | AdminRights::SEND_WELCOME_MESSAGES;
    let fitting = rights.difference(if group.is_channel() { group_only } else { channel_only });
    if rights.is_empty() { rights } else { fitting | AdminRights::MANAGE_CHAT }
}

fn check_custom_title(title: &str) -> Result<Option<Box<str>>, Refusal> {
    let title = title.trim();
    // Emoji and symbols are outside of the scripts that titles are written in.
    let is_symbol = |c: char| matches!(u32::from(c), 0x2190..=0x2bff | 0x1f000..=0x1faff | 0xfe0f);
    if title.chars().count() > MAX_TITLE || title.chars().any(is_symbol) {
        return Err(Refusal::CustomTitleInvalid);
    }
    Ok(Some(title).filter(|title| !title.is_empty()).map(Into::into))
}

/// An administrator gives another one a title.
pub struct SetCustomTitle {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// Whom.
    pub account: AccountId,
    /// Empty removes it.
    pub title: String,
}

impl Command for SetCustomTitle {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let operation = GroupOperation::SetCustomTitle;
        let place = self.target.place(world, self.actor, now)?;
        let group = place.group(operation)?;
        if group.is_channel() || group.kind == GroupKind::Basic && world.is_bot(place.actor) {
            return Err(Refusal::WrongChatKind(operation));
        }
        place.ensure_member()?;
        let title = check_custom_title(&self.title)?;
        let new = match target_status(&place, self.account)? {
            MemberStatus::Owner(owner) if self.account == place.actor => {
                MemberStatus::Owner(Owner { title, ..owner.clone() })
            }
            MemberStatus::Owner(_) => return Err(Refusal::TargetIsOwner(operation)),
            MemberStatus::Administrator(old) => {
                place.has(AdminRights::PROMOTE_MEMBERS, operation)?;
                ensure_editable(&place, self.account, operation)
                    .map_err(|_| Refusal::NotEnoughRights(operation))?;
                MemberStatus::Administrator(Box::new(Administrator { title, ..(**old).clone() }))
            }
            _ => return Err(Refusal::TargetNotAdministrator),
        };
        if *world.status(place.chat, self.account, now) != new {
            events.push(member_changed(&place, self.account, new));
        }
        Ok(())
    }
}
