use crate::event::{Event, GroupEvent};
use crate::ids::{ChatId, GroupKind, Timestamp};
use crate::ops::actor::Place;
use crate::ops::{Actor, Command, Target};
use crate::refusal::{GroupOperation, InviteFault, Refusal};
use crate::state::World;
use crate::state::group::{AdminRights, Group, InviteLink, LinkOptions, MAX_INVITE_LINKS, MemberStatus};

const MAX_NAME: usize = 32;
/// > The maximum number of users […]; 1-99999
const MAX_LIMIT: u32 = 99_999;
/// > subscription_period: […] Currently, it must always be 2592000 (30 days).
const PERIOD: u32 = 2_592_000;
/// > subscription_price: The amount of Telegram Stars […]; 1-10000
const MAX_PRICE: u32 = 10_000;

/// An administrator gets a new primary link of its own; the one before is revoked.
pub struct ExportInviteLink {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
}

impl Command for ExportInviteLink {
    type Outcome = InviteLink;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<InviteLink, Refusal> {
        let (place, group) = manageable(&self.target, world, self.actor, now)?;
        if let Some(old) = group.primary_link(place.actor) {
            push_link(&place, InviteLink { is_revoked: true, ..old.clone() }, events);
        }
        let link = new_link(&place, true, LinkOptions::default())?;
        push_link(&place, link.clone(), events);
        Ok(link)
    }
}

/// An administrator makes another link.
pub struct CreateInviteLink {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// How.
    pub options: LinkOptions,
}

impl Command for CreateInviteLink {
    type Outcome = InviteLink;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<InviteLink, Refusal> {
        let (place, group) = manageable(&self.target, world, self.actor, now)?;
        check_options(&self.options, group, now)?;
        let link = new_link(&place, false, self.options.clone())?;
        push_link(&place, link.clone(), events);
        Ok(link)
    }
}

/// An administrator changes a link of its own that is not the primary one. All options are set anew.
pub struct EditInviteLink {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// The link's hash.
    pub hash: String,
    /// How it is from now on. Of a subscription's link only the name can be changed.
    pub options: LinkOptions,
}

impl Command for EditInviteLink {
    type Outcome = InviteLink;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<InviteLink, Refusal> {
        let (place, group) = manageable(&self.target, world, self.actor, now)?;
        let old = own_link(&place, group, &self.hash)?;
        if old.is_primary {
            return Err(Refusal::InviteLinkOptions(InviteFault::Primary));
        }
        let options = match old.options.subscription {
            Some(_) => LinkOptions { name: self.options.name.clone(), ..old.options.clone() },
            None => self.options.clone(),
        };
        check_options(&options, group, now)?;
        let link = InviteLink { options, ..old.clone() };
        push_link(&place, link.clone(), events);
        Ok(link)
    }
}

/// An administrator revokes a link of its own. Instead of a primary one it gets another.
pub struct RevokeInviteLink {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// The link's hash.
    pub hash: String,
}

impl Command for RevokeInviteLink {
    /// The revoked link, and the new primary one.
    type Outcome = (InviteLink, Option<InviteLink>);

    fn decide(
        &self,
        world: &World,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Result<Self::Outcome, Refusal> {
        let (place, group) = manageable(&self.target, world, self.actor, now)?;
        let old = own_link(&place, group, &self.hash)?;
        let revoked = InviteLink { is_revoked: true, ..old.clone() };
        push_link(&place, revoked.clone(), events);
        let primary = match old.is_primary {
            true => Some(new_link(&place, true, LinkOptions::default())?),
            false => None,
        };
        if let Some(link) = &primary {
            push_link(&place, link.clone(), events);
        }
        Ok((revoked, primary))
    }
}

/// An administrator deletes a link of its own that was revoked.
pub struct DeleteInviteLink {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// The link's hash.
    pub hash: String,
}

impl Command for DeleteInviteLink {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let (place, group) = manageable(&self.target, world, self.actor, now)?;
        let link = link_of(&place, group, &self.hash)?;
        if !link.is_revoked {
            return Err(Refusal::InviteLinkExpired);
        }
        events.push(GroupEvent::LinkDeleted { chat: place.chat, hash: link.hash.clone() }.into());
        Ok(())
    }
}

/// The chat, if the actor may manage its links.
fn manageable<'w>(
    target: &Target,
    world: &'w World,
    actor: Actor,
    now: Timestamp,
) -> Result<(Place<'w>, &'w Group), Refusal> {
    let place = target.place(world, actor, now)?;
    let group = place.group(GroupOperation::ManageInviteLink)?;
    place.has(AdminRights::INVITE_USERS, GroupOperation::ManageInviteLink)?;
    Ok((place, group))
}

/// A link of the actor that was not revoked.
fn own_link<'w>(place: &Place<'w>, group: &'w Group, hash: &str) -> Result<&'w InviteLink, Refusal> {
    let link = link_of(place, group, hash)?;
    match link.is_revoked {
        true => Err(Refusal::InviteLinkOptions(InviteFault::Revoked)),
        false => Ok(link),
    }
}

/// A link of the actor. The owner also changes those of other users, but nobody a bot's (`EDIT_BOT_INVITE_FORBIDDEN`).
fn link_of<'w>(place: &Place<'w>, group: &'w Group, hash: &str) -> Result<&'w InviteLink, Refusal> {
    let link = group.links.get(hash).ok_or(Refusal::InviteLinkExpired)?;
    let is_owner = matches!(place.status(), MemberStatus::Owner(_));
    if link.creator != place.actor && (!is_owner || place.world.is_bot(link.creator)) {
        return Err(Refusal::InviteLinkOptions(InviteFault::NotOwn));
    }
    Ok(link)
}

fn new_link(place: &Place<'_>, is_primary: bool, options: LinkOptions) -> Result<InviteLink, Refusal> {
    if place.group.is_some_and(|group| group.links.len() >= MAX_INVITE_LINKS) {
        return Err(Refusal::InvitesTooMany);
    }
    Ok(InviteLink {
        hash: place.world.free_link_hash(place.now),
        creator: place.actor,
        created: place.now.date(),
        is_primary,
        is_revoked: false,
        options,
        used: 0,
    })
}

fn push_link(place: &Place<'_>, link: InviteLink, events: &mut Vec<Event>) {
    events.push(GroupEvent::LinkSet { chat: place.chat, link: Box::new(link) }.into());
}

fn check_options(options: &LinkOptions, group: &Group, now: Timestamp) -> Result<(), Refusal> {
    let fault = if options.name.chars().count() > MAX_NAME {
        Some(InviteFault::Name)
    } else if options.limit.is_some() && options.needs_approval {
        Some(InviteFault::LimitWithApproval)
    } else if options.limit.is_some_and(|limit| !(1..=MAX_LIMIT).contains(&limit)) {
        Some(InviteFault::Limit)
    } else if options.expires.is_some_and(|at| at <= now.date() || i32::try_from(at).is_err()) {
        Some(InviteFault::ExpireDate)
    } else if options.subscription.is_some_and(|(period, price)| {
        group.kind != GroupKind::Channel || period != PERIOD || !(1..=MAX_PRICE).contains(&price)
    }) {
        Some(InviteFault::Subscription)
    } else {
        None
    };
    fault.map_or(Ok(()), |fault| Err(Refusal::InviteLinkOptions(fault)))
}

pub(super) fn apply_set(world: &mut World, chat: ChatId, link: &InviteLink) {
    if let Some(group) = world.group_mut(chat) {
        group.links.insert(link.hash.clone(), link.clone());
        world.links.insert(link.hash.clone(), chat);
    }
}

pub(super) fn apply_deleted(world: &mut World, chat: ChatId, hash: &str) {
    if let Some(group) = world.group_mut(chat) {
        group.links.remove(hash);
        world.links.remove(hash);
    }
}
