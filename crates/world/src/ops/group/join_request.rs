use super::change::{announce, ensure_room};
use super::join::joined;
use crate::content::GroupChange;
use crate::event::{ChatEvent, Event, GroupEvent};
use crate::ids::{AccountId, ChatId, Timestamp};
use crate::ops::actor::Place;
use crate::ops::{Actor, Command, Target};
use crate::refusal::{GroupOperation, Refusal};
use crate::state::World;
use crate::state::chat::JoinRequest;
use crate::state::group::{AdminRights, InviteLink, MAX_PENDING_JOINS, PendingJoin};

/// A user asks to be let in. Every bot that may decide is told, and may write to the user for five minutes.
pub(super) fn ask(
    place: &Place<'_>,
    link: Option<&InviteLink>,
    events: &mut Vec<Event>,
) -> Result<(), Refusal> {
    let group = place.group(GroupOperation::Invite)?;
    if group.pending.contains_key(&place.actor) {
        return Ok(());
    }
    if group.pending.len() >= MAX_PENDING_JOINS {
        return Err(Refusal::InvitesTooMany);
    }
    let (account, date) = (place.actor, place.now.date());
    let pending = PendingJoin { account, date, link: link.map(|link| link.hash.clone()) };
    events.push(GroupEvent::JoinAsked { chat: place.chat, pending }.into());
    let decides = |bot: &&AccountId| {
        let rights = place.world.status(place.chat, **bot, place.now).rights();
        rights.contains(AdminRights::INVITE_USERS)
    };
    for bot in group.bots.iter().filter(decides) {
        let request = JoinRequest {
            chat: place.chat,
            at: place.now,
            link: link.cloned().map(Box::new),
            is_decided: false,
        };
        events.push(ChatEvent::JoinRequested { chat: ChatId::private(account, *bot), request }.into());
    }
    Ok(())
}

/// An administrator lets an account in that asked, or does not.
pub struct DecideJoinRequest {
    /// The administrator.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// Who asked.
    pub account: AccountId,
    /// Yes or no.
    pub approved: bool,
}

impl Command for DecideJoinRequest {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let place = self.target.place(world, self.actor, now)?;
        let group = place.group.ok_or(Refusal::ChatHasNoJoinRequests)?;
        place.has(AdminRights::INVITE_USERS, GroupOperation::ManageJoinRequests)?;
        let Some(pending) = group.pending.get(&self.account) else {
            return Err(match world.status(place.chat, self.account, now).is_present() {
                true => Refusal::TargetInChat,
                false => Refusal::JoinRequestMissing,
            });
        };
        close(&place, self.account, self.approved, events);
        if self.approved {
            ensure_room(&place, &[self.account])?;
            let link = pending.link.as_ref().and_then(|hash| group.links.get(hash));
            events.push(joined(&place, self.account, link, true));
            announce(&place, self.account, GroupChange::JoinedByRequest, &[self.account], events);
        }
        Ok(())
    }
}

/// A user no longer wants to join.
pub struct WithdrawJoinRequest {
    /// The user.
    pub user: AccountId,
    /// The group or channel.
    pub chat: ChatId,
}

impl Command for WithdrawJoinRequest {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        world.active_user(self.user)?;
        let group = world.group(self.chat).ok_or(Refusal::ChatNotFound)?;
        if !group.pending.contains_key(&self.user) {
            return Err(Refusal::JoinRequestMissing);
        }
        let (chat, dialog) = (self.chat, world.dialog(self.user, self.chat));
        let place = Place { world, actor: self.user, chat, now, dialog, group: Some(group) };
        close(&place, self.user, false, events);
        Ok(())
    }
}

/// The request is over: no bot may write because of it any more.
fn close(place: &Place<'_>, account: AccountId, approved: bool, events: &mut Vec<Event>) {
    events.push(GroupEvent::JoinClosed { chat: place.chat, account, approved }.into());
    let bots = place.group.into_iter().flat_map(|group| &group.bots);
    for chat in bots.map(|bot| ChatId::private(account, *bot)) {
        let private = place.world.chat(chat).and_then(|chat| chat.private());
        let request = private.and_then(|private| private.join_request.as_ref());
        if request.is_some_and(|request| request.chat == place.chat && !request.is_decided) {
            events.push(ChatEvent::JoinDecided { chat, approved }.into());
        }
    }
}
