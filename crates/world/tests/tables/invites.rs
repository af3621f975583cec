//! Invite links and requests to join.

use super::groups::stage;
use super::*;
use parlor_world::ops::group::{
    DeleteInviteLink, EditInviteLink, ExportInviteLink, RevokeInviteLink, WithdrawJoinRequest,
};
use parlor_world::refusal::{GroupOperation, InviteFault};
use parlor_world::state::group::{InviteLink, MemberStatus};

const OWNER: AccountId = AccountId(3);
const STRANGER: AccountId = AccountId(5);
const SUPER: ChatId = ChatId::Channel(ChannelId(12));
const CHANNEL: ChatId = ChatId::Channel(ChannelId(13));

fn link(world: &mut Stage, chat: ChatId, options: LinkOptions) -> InviteLink {
    let (actor, target) = (BOT.into(), chat.into());
    world.execute(&CreateInviteLink { actor, target, options }, NOW).unwrap()
}

fn join(world: &mut Stage, link: &InviteLink, now: Timestamp) -> Result<bool, Refusal> {
    let by = JoinBy::Link(link.hash.to_string());
    world.execute(&JoinGroup { user: STRANGER, by }, now).map(|joined| joined.is_asked)
}

#[test]
fn how_links_end() {
    let expires = Some(NOW.date() + 60);
    let plain = LinkOptions::default();
    let table = [
        (plain.clone(), 0, Ok(false)),
        (LinkOptions { needs_approval: true, ..plain.clone() }, 0, Ok(true)),
        (LinkOptions { expires, ..plain.clone() }, 59, Ok(false)),
        (LinkOptions { expires, ..plain.clone() }, 60, Err(Refusal::InviteLinkExpired)),
    ];
    for (options, seconds, expected) in table {
        let mut world = stage();
        let link = link(&mut world, SUPER, options);
        assert_eq!(join(&mut world, &link, NOW.plus_seconds(seconds)), expected, "{link:?}");
    }
    let mut world = stage();
    let once = link(&mut world, SUPER, LinkOptions { limit: Some(1), ..plain });
    let by = JoinBy::Link(once.hash.to_string());
    world.execute(&JoinGroup { user: FRIEND, by }, NOW).unwrap();
    assert_eq!(join(&mut world, &once, NOW), Err(Refusal::InviteLinkExpired));
    let unknown = JoinBy::Link("AAAAAAAAAAAAAAAA".to_owned());
    let unknown = world.execute(&JoinGroup { user: STRANGER, by: unknown }, NOW);
    assert_eq!(unknown, Err(Refusal::InviteLinkInvalid));
}

#[test]
fn options_of_links_are_checked() {
    let plain = LinkOptions::default();
    let table = [
        (SUPER, LinkOptions { name: "x".repeat(33).into(), ..plain.clone() }, InviteFault::Name),
        (SUPER, LinkOptions { limit: Some(0), ..plain.clone() }, InviteFault::Limit),
        (SUPER, LinkOptions { limit: Some(100_000), ..plain.clone() }, InviteFault::Limit),
        (
            SUPER,
            LinkOptions { limit: Some(1), needs_approval: true, ..plain.clone() },
            InviteFault::LimitWithApproval,
        ),
        (SUPER, LinkOptions { expires: Some(NOW.date()), ..plain.clone() }, InviteFault::ExpireDate),
        (
            SUPER,
            LinkOptions { subscription: Some((2_592_000, 5)), ..plain.clone() },
            InviteFault::Subscription,
        ),
        (CHANNEL, LinkOptions { subscription: Some((1, 5)), ..plain.clone() }, InviteFault::Subscription),
    ];
    for (chat, options, fault) in table {
        let create = CreateInviteLink { actor: BOT.into(), target: chat.into(), options };
        assert_eq!(stage().execute(&create, NOW), Err(Refusal::InviteLinkOptions(fault)), "{fault:?}");
    }
    let create = CreateInviteLink { actor: USER.into(), target: SUPER.into(), options: plain };
    let refused = Err(Refusal::NotEnoughRights(GroupOperation::ManageInviteLink));
    assert_eq!(stage().execute(&create, NOW), refused);
}

#[test]
fn every_administrator_has_one_primary_link() {
    let mut world = stage();
    let export = || ExportInviteLink { actor: BOT.into(), target: SUPER.into() };
    let first = world.execute(&export(), NOW).unwrap();
    let second = world.execute(&export(), NOW).unwrap();
    assert_eq!(world.primary_link(SUPER, BOT), Some(&second));
    assert_eq!(join(&mut world, &first, NOW), Err(Refusal::InviteLinkExpired), "it was revoked");
    let (hash, options) = (second.hash.to_string(), LinkOptions::default());
    let edit = EditInviteLink { actor: BOT.into(), target: SUPER.into(), hash: hash.clone(), options };
    assert_eq!(world.execute(&edit, NOW), Err(Refusal::InviteLinkOptions(InviteFault::Primary)));
    let revoke = RevokeInviteLink { actor: BOT.into(), target: SUPER.into(), hash };
    let (revoked, third) = world.execute(&revoke, NOW).unwrap();
    assert_eq!((&revoked.hash, revoked.is_revoked), (&second.hash, true));
    assert_eq!(world.primary_link(SUPER, BOT), third.as_ref());
    let delete = |hash: &str| {
        let (actor, target) = (BOT.into(), SUPER.into());
        DeleteInviteLink { actor, target, hash: hash.to_owned() }
    };
    assert_eq!(world.execute(&delete(&second.hash), NOW), Ok(()));
    assert_eq!(world.chat_by_link(&second.hash), None);
    let present = &third.as_ref().unwrap().hash;
    assert_eq!(world.execute(&delete(present), NOW), Err(Refusal::InviteLinkExpired));
    let others =
        RevokeInviteLink { actor: OWNER.into(), target: SUPER.into(), hash: third.unwrap().hash.to_string() };
    assert_eq!(world.execute(&others, NOW), Err(Refusal::InviteLinkOptions(InviteFault::NotOwn)));
}

/// The bot may write until the request is decided, whoever decides it.
#[test]
fn a_request_ends_by_any_administrator_or_by_who_asked() {
    type Act = fn(&mut Stage) -> Result<(), Refusal>;
    let ends: [(&str, Act); 3] = [
        ("approved", |world| decide(world, OWNER, true)),
        ("declined", |world| decide(world, BOT, false)),
        ("withdrawn", |world| world.execute(&WithdrawJoinRequest { user: STRANGER, chat: SUPER }, NOW)),
    ];
    for (end, act) in ends {
        let mut world = stage();
        let ask = link(&mut world, SUPER, LinkOptions { needs_approval: true, ..LinkOptions::default() });
        assert_eq!(join(&mut world, &ask, NOW), Ok(true));
        let told = world.queue(BOT).unwrap().from(0, NOW).last().unwrap().update.clone();
        assert!(matches!(told, Update::JoinRequested { .. }), "{told:?}");
        assert_eq!(join(&mut world, &ask, NOW), Ok(true), "a second request is the same one");
        assert!(world.execute(&say(BOT, STRANGER, "Why?"), NOW).is_ok());
        act(&mut world).unwrap();
        let refused = world.execute(&say(BOT, STRANGER, "Bye"), NOW).map(drop);
        assert_eq!(refused, Err(Refusal::NeverStarted), "{end}");
        let is_in = *world.status(SUPER, STRANGER, NOW) == MemberStatus::Member;
        assert_eq!(is_in, end == "approved");
        let again = if is_in { Refusal::TargetInChat } else { Refusal::JoinRequestMissing };
        assert_eq!(decide(&mut world, BOT, true), Err(again), "{end}");
    }
}

fn decide(world: &mut Stage, by: AccountId, approved: bool) -> Result<(), Refusal> {
    let (actor, target) = (by.into(), SUPER.into());
    world.execute(&DecideJoinRequest { actor, target, account: STRANGER, approved }, NOW)
}
