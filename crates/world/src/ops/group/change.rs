//! How what an account is in a chat changes: the one event of joining, leaving, banning, restricting and promoting.

use crate::content::{Content, GroupChange};
use crate::event::{Event, GroupEvent};
use crate::ids::{AccountId, ChatId, Timestamp};
use crate::ops::actor::Place;
use crate::ops::message::Draft;
use crate::refusal::{GroupOperation, Refusal};
use crate::state::World;
use crate::state::group::{GroupKind, MAX_BOTS, MAX_GROUP_MEMBERS, Member, MemberChange, MemberStatus};

/// > If user is restricted for more than 366 days or less than 30 seconds from the current time, they are considered to be
/// > restricted forever
const SHORTEST: i64 = 30;
const LONGEST: i64 = 366 * 24 * 60 * 60;

/// The end of a ban or restriction, in seconds since the epoch; `None` is for ever.
pub(super) fn end(until: i64, now: Timestamp) -> Option<i64> {
    let left = until.saturating_sub(now.date());
    (SHORTEST..=LONGEST).contains(&left).then_some(until)
}

/// The present status of an account, if it is known to the actor.
pub(super) fn target_status<'w>(place: &Place<'w>, account: AccountId) -> Result<&'w MemberStatus, Refusal> {
    let world = place.world;
    world.account(account).ok_or(Refusal::TargetUnknown)?;
    let member = world.member(place.chat, account);
    if member.is_none() && !world.knows(place.actor, account) {
        return Err(Refusal::TargetUnknown);
    }
    Ok(world.status(place.chat, account, place.now))
}

/// Whether the actor may change what that account is: nobody changes the owner, and an administrator only those whom it
/// promoted itself.
pub(super) fn ensure_editable(
    place: &Place<'_>,
    account: AccountId,
    operation: GroupOperation,
) -> Result<(), Refusal> {
    let status = place.world.status(place.chat, account, place.now);
    match status {
        MemberStatus::Owner(_) => Err(Refusal::TargetIsOwner(operation)),
        MemberStatus::Administrator(administrator) => {
            let is_owner = matches!(place.status(), MemberStatus::Owner(_));
            let may = is_owner || administrator.promoted_by == place.actor;
            may.then_some(()).ok_or(Refusal::TargetIsAdministrator)
        }
        _ => Ok(()),
    }
}

/// The event that makes an account something else in the actor's chat.
pub(super) fn member_changed(place: &Place<'_>, account: AccountId, new: MemberStatus) -> Event {
    let old = place.world.status(place.chat, account, place.now).clone();
    let (chat, by) = (place.chat, place.actor);
    let change = MemberChange { chat, by, account, old, new, link: None, is_by_request: false };
    GroupEvent::MemberChanged(Box::new(change)).into()
}

/// Whether there is room for these accounts.
pub(super) fn ensure_room(place: &Place<'_>, added: &[AccountId]) -> Result<(), Refusal> {
    let group = place.group(GroupOperation::Invite)?;
    let count = u32::try_from(added.len()).unwrap_or(u32::MAX);
    if group.kind == GroupKind::Basic && group.member_count.saturating_add(count) > MAX_GROUP_MEMBERS {
        return Err(Refusal::MembersTooMany);
    }
    let bots = added.iter().filter(|account| place.world.is_bot(**account)).count();
    if !group.is_channel() && group.bots.len() + bots > MAX_BOTS {
        return Err(Refusal::BotsTooMany);
    }
    Ok(())
}

/// The service message by which a group is told who came or went; channels have none.
pub(super) fn announce(
    place: &Place<'_>,
    from: AccountId,
    change: GroupChange,
    also: &[AccountId],
    events: &mut Vec<Event>,
) {
    announced(place, from, change, also, events);
}

/// As [`announce`]; returns the draft, which more messages of the same command follow. `None` in channels.
pub(super) fn announced<'w>(
    place: &Place<'w>,
    from: AccountId,
    change: GroupChange,
    also: &[AccountId],
    events: &mut Vec<Event>,
) -> Option<Draft<'w>> {
    place.group.filter(|group| !group.is_channel())?;
    let mut readers = place.world.numbering_accounts(place.chat, place.now);
    readers.extend(also);
    let mut draft = Draft::for_readers(place.world, place.chat, from, place.now, readers);
    draft.add(Content::GroupChanged(change), Default::default(), events);
    Some(draft)
}

pub(super) fn apply(world: &mut World, at: Timestamp, change: &MemberChange) {
    let MemberChange { chat, by, account, new, .. } = change;
    let (chat, by, account) = (*chat, *by, *account);
    let before = world.member(chat, account).cloned();
    let was_present = before.as_ref().is_some_and(|member| member.status.is_present());
    let is_present = new.is_present();
    set_row(world, at, change, before.filter(|_| was_present));
    let is_bot = world.is_bot(account);
    if let Some(group) = world.group_mut(chat) {
        group.version = group.version.saturating_add(1);
        set_contains(&mut group.administrators, account, new.is_administrator());
        set_contains(&mut group.bots, account, is_present && is_bot);
        match (was_present, is_present) {
            (false, true) => group.member_count = group.member_count.saturating_add(1),
            (true, false) => group.member_count = group.member_count.saturating_sub(1),
            _ => {}
        }
        if is_bot && is_present && !was_present {
            group.last_bot = Some(account);
        }
        if is_present || matches!(new, MemberStatus::Banned(_)) {
            group.pending.remove(&account);
        }
        if let Some(link) = change.link.as_ref().and_then(|link| group.links.get_mut(&link.hash)) {
            link.used = link.used.saturating_add(u32::from(is_present && !was_present));
        }
    }
    // The bots are told who came or went.
    let bots: Vec<_> = world.group(chat).into_iter().flat_map(|group| &group.bots).copied().collect();
    bots.into_iter().for_each(|bot| world.meet(bot, account));
    match is_present {
        true => {
            world.open_dialog(account, chat);
            world.meet(account, by);
        }
        // Nothing of a supergroup or channel stays with who left it.
        false if matches!(chat, ChatId::Channel(_)) => drop(world.dialogs.remove(&(account, chat))),
        false => {}
    }
}

fn set_row(world: &mut World, at: Timestamp, change: &MemberChange, before: Option<Member>) {
    let key = (change.chat, change.account);
    if change.new == MemberStatus::Left {
        world.members.remove(&key);
        return;
    }
    let status = change.new.clone();
    let bot = world.bot(change.account);
    let reads_all = bot.is_some_and(|bot| bot.flags.can_read_all_group_messages);
    let entered = match change.chat {
        ChatId::Channel(channel) => world.log(channel).map_or(1, |log| log.next()),
        ChatId::Private(..) | ChatId::Group(_) => 0,
    };
    let row = match before {
        Some(member) => Member { status, ..member },
        None => Member {
            status,
            joined: at.date(),
            added_by: Some(change.by).filter(|by| *by != change.account),
            reads_all,
            entered,
        },
    };
    world.members.insert(key, row);
}

fn set_contains<T: Ord>(set: &mut std::collections::BTreeSet<T>, item: T, is_in: bool) {
    match is_in {
        true => drop(set.insert(item)),
        false => drop(set.remove(&item)),
    }
}
