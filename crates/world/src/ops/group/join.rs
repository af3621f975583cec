use super::change::{announce, ensure_room, member_changed, target_status};
use super::join_request::ask;
use crate::content::GroupChange;
use crate::event::{Event, GroupEvent};
use crate::ids::{AccountId, ChatId, GroupKind, Timestamp};
use crate::ops::actor::Place;
use crate::ops::{Actor, Command, Target};
use crate::refusal::{GroupOperation, Refusal};
use crate::state::World;
use crate::state::group::{
    AdminRights, Ban, InviteLink, MemberChange, MemberStatus, Permissions, Restriction,
};

/// A user adds accounts to a group, or to a channel as subscribers. Bots add nobody, and come to channels as administrators
/// only ([`super::PromoteMember`]).
pub struct AddMembers {
    /// The user.
    pub user: AccountId,
    /// Where.
    pub target: Target,
    /// Whom.
    pub accounts: Vec<AccountId>,
}

impl Command for AddMembers {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let place = self.target.place(world, Actor::from(self.user), now)?;
        let group = place.group(GroupOperation::Invite)?;
        world.active_user(self.user)?;
        place.has_or_may(AdminRights::INVITE_USERS, Permissions::INVITE_USERS, GroupOperation::Invite)?;
        let mut added = Vec::new();
        for account in &self.accounts {
            if added.contains(account) {
                continue;
            }
            ensure_addable(&place, *account)?;
            added.push(*account);
        }
        if let [account] = added.as_slice()
            && world.status(place.chat, *account, now).is_present()
        {
            return Err(Refusal::TargetInChat);
        }
        added.retain(|account| !world.status(place.chat, *account, now).is_present());
        ensure_room(&place, &added)?;
        if added.is_empty() {
            return Ok(());
        }
        events
            .extend(added.iter().map(|account| member_changed(&place, *account, returned(&place, *account))));
        if !group.is_channel() {
            announce(&place, self.user, GroupChange::MembersAdded(added.clone().into()), &added, events);
        }
        Ok(())
    }
}

/// Whether a user may add that account.
pub(super) fn ensure_addable(place: &Place<'_>, account: AccountId) -> Result<(), Refusal> {
    place.world.active_account(account)?;
    let group = place.group(GroupOperation::Invite)?;
    if let Some(bot) = place.world.bot(account) {
        if group.is_channel() {
            return Err(Refusal::BotMustBeAdministrator);
        }
        if !bot.flags.can_join_groups {
            return Err(Refusal::BotCantJoinGroups);
        }
    }
    let is_banned = matches!(target_status(place, account)?, MemberStatus::Banned(_));
    // Who may restrict lifts the ban by adding; a basic group has no list of the banned.
    let may_lift = place.status().rights().contains(AdminRights::RESTRICT_MEMBERS);
    match is_banned && group.kind != GroupKind::Basic && !may_lift {
        true => Err(Refusal::TargetBanned),
        false => Ok(()),
    }
}

/// What an account is after it came (back): restrictions stay.
fn returned(place: &Place<'_>, account: AccountId) -> MemberStatus {
    match place.world.status(place.chat, account, place.now) {
        MemberStatus::Restricted(restriction) => {
            MemberStatus::Restricted(Restriction { is_member: true, ..*restriction })
        }
        _ => MemberStatus::Member,
    }
}

/// A user joins a public chat, or any chat by an invite link. Where an administrator must approve, the user asks.
pub struct JoinGroup {
    /// The user.
    pub user: AccountId,
    /// How.
    pub by: JoinBy,
}

/// How a user joins.
pub enum JoinBy {
    /// A public supergroup or channel.
    Chat(Target),
    /// The hash of an invite link.
    Link(String),
}

/// What came of [`JoinGroup`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joined {
    /// Where.
    pub chat: ChatId,
    /// The user is not in it yet: an administrator must approve.
    pub is_asked: bool,
}

impl Command for JoinGroup {
    type Outcome = Joined;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<Joined, Refusal> {
        world.active_user(self.user)?;
        let (chat, link) = self.find(world, now)?;
        let group = world.group(chat).ok_or(Refusal::ChatNotFound)?;
        let dialog = world.dialog(self.user, chat);
        let place = Place { world, actor: self.user, chat, now, dialog, group: Some(group) };
        if group.is_deleted || group.upgraded_to.is_some() {
            return Err(Refusal::InviteLinkExpired);
        }
        match place.status() {
            status if status.is_present() => return Err(Refusal::TargetInChat),
            MemberStatus::Banned(_) if group.kind != GroupKind::Basic => {
                return Err(Refusal::RemovedFromChat(group.kind));
            }
            _ => {}
        }
        let needs_approval = link.map_or(group.profile.join_by_request, |link| link.options.needs_approval);
        if needs_approval {
            ask(&place, link, events)?;
            return Ok(Joined { chat, is_asked: true });
        }
        ensure_room(&place, &[self.user])?;
        events.push(joined(&place, self.user, link, false));
        let change = match link {
            Some(link) => GroupChange::JoinedByLink { creator: link.creator },
            None => GroupChange::MembersAdded([self.user].into()),
        };
        announce(&place, self.user, change, &[self.user], events);
        Ok(Joined { chat, is_asked: false })
    }
}

impl JoinGroup {
    fn find<'w>(
        &self,
        world: &'w World,
        now: Timestamp,
    ) -> Result<(ChatId, Option<&'w InviteLink>), Refusal> {
        match &self.by {
            JoinBy::Chat(target) => {
                let place = target.place(world, Actor::from(self.user), now)?;
                let group = place.group(GroupOperation::Invite)?;
                // A private chat cannot be joined without a link.
                let is_open = group.profile.username.is_some() || place.status().is_present();
                is_open.then_some((place.chat, None)).ok_or(Refusal::NotInChat(group.kind))
            }
            JoinBy::Link(hash) => {
                let chat = world.chat_by_link(hash).ok_or(Refusal::InviteLinkInvalid)?;
                let link = world.group(chat).and_then(|group| group.links.get(hash.as_str()));
                let link = link.ok_or(Refusal::InviteLinkInvalid)?;
                match link.is_valid(now) {
                    true => Ok((chat, Some(link))),
                    false => Err(Refusal::InviteLinkExpired),
                }
            }
        }
    }
}

/// The event by which a user comes in without being added.
pub(super) fn joined(
    place: &Place<'_>,
    account: AccountId,
    link: Option<&InviteLink>,
    is_by_request: bool,
) -> Event {
    let old = place.world.status(place.chat, account, place.now).clone();
    let change = MemberChange {
        chat: place.chat,
        by: place.actor,
        account,
        old,
        new: returned(place, account),
        link: link.cloned().map(Box::new),
        is_by_request,
    };
    GroupEvent::MemberChanged(Box::new(change)).into()
}

/// An account leaves a group or channel.
pub struct LeaveGroup {
    /// Who.
    pub actor: Actor,
    /// Which.
    pub target: Target,
}

impl Command for LeaveGroup {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let place = self.target.place(world, self.actor, now)?;
        let group = place.group(GroupOperation::Leave)?;
        place.ensure_member()?;
        let new = match place.status() {
            // The owner of a supergroup or channel deletes it, or gives it away first.
            MemberStatus::Owner(_) if group.kind != GroupKind::Basic => {
                return Err(Refusal::TargetIsOwner(GroupOperation::Leave));
            }
            MemberStatus::Restricted(restriction) => {
                MemberStatus::Restricted(Restriction { is_member: false, ..*restriction })
            }
            _ => MemberStatus::Left,
        };
        events.push(member_changed(&place, place.actor, new));
        let gone = GroupChange::MemberRemoved(place.actor);
        announce(&place, place.actor, gone, &[place.actor], events);
        Ok(())
    }
}

/// What removing an account from a basic group leaves it as: the group's history stays with it, but it can't write.
pub(super) fn removed_from_basic(place: &Place<'_>) -> MemberStatus {
    MemberStatus::Banned(Ban { by: place.actor, until: None })
}
