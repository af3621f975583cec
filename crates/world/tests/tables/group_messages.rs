//! Messages of groups and channels: in whose name they are, who deletes them, how fast they come.

use super::groups::{ADMIN, BASIC, CHANNEL, OWNER, SUPER, promote, rights, stage, write};
use super::*;
use parlor_world::ops::group::{AddMembers, EditGroup, GroupEdit};
use parlor_world::refusal::GroupOperation;

#[test]
fn posts_are_a_channels_and_come_to_its_discussion_group() {
    let mut world = stage();
    let edit = GroupEdit::Linked(Some(ChannelId(12)));
    world.execute(&EditGroup { actor: OWNER.into(), target: CHANNEL.into(), edit }, NOW).unwrap();
    world
        .execute(
            &EditGroup { actor: OWNER.into(), target: CHANNEL.into(), edit: GroupEdit::Signatures(true) },
            NOW,
        )
        .unwrap();
    let key = world.execute(&write(BOT, CHANNEL), NOW).unwrap();
    let post = world.message_by_key(key).unwrap();
    assert_eq!((post.sender_chat(), post.signature()), (Some(CHANNEL), Some("b101_bot")));
    let copy = world.dialog(USER, SUPER).unwrap().last_message().unwrap();
    let origin = copy.origin().and_then(|origin| origin.chat.clone()).unwrap();
    assert_eq!((copy.sender_chat(), copy.is_automatic()), (Some(CHANNEL), true));
    assert_eq!((origin.chat, origin.post), (CHANNEL, Some(post.id_for(USER))));
}

#[test]
fn anonymous_administrators_write_in_the_groups_name() {
    let mut world = stage();
    let rights = rights() | AdminRights::ANONYMOUS;
    world.execute(&promote(OWNER, SUPER, ADMIN, rights), NOW).unwrap();
    let key = world.execute(&write(ADMIN, SUPER), NOW).unwrap();
    assert_eq!(world.message_by_key(key).unwrap().sender_chat(), Some(SUPER));
}

#[test]
fn who_may_delete() {
    let delete = |by: AccountId, chat: ChatId, message: MessageId| DeleteMessages {
        actor: by.into(),
        target: chat.into(),
        messages: vec![message],
        for_all: true,
        skip_missing: false,
    };
    let forbidden = Err(Refusal::MessageCantBeDeleted);
    // Who wrote, where, who deletes, hours later.
    let table = [
        (USER, SUPER, USER, 100, Ok(())),
        (USER, SUPER, ADMIN, 100, Ok(())),
        (USER, SUPER, BOT, 100, Ok(())),
        (ADMIN, SUPER, USER, 0, forbidden.clone()),
        (ADMIN, CHANNEL, BOT, 0, Ok(())),
        (BOT, CHANNEL, USER, 0, forbidden.clone()),
        (OTHER_BOT, SUPER, OTHER_BOT, 47, Ok(())),
        (OTHER_BOT, SUPER, OTHER_BOT, 49, forbidden.clone()),
        (USER, BASIC, ADMIN, 0, Ok(())),
        (ADMIN, BASIC, USER, 0, forbidden.clone()),
    ];
    for (author, chat, by, hours, expected) in table {
        let mut world = stage();
        if chat != CHANNEL {
            let accounts = vec![OTHER_BOT];
            world.execute(&AddMembers { user: OWNER, target: chat.into(), accounts }, NOW).unwrap();
        }
        let key = world.execute(&write(author, chat), NOW).unwrap();
        let id = world.message_by_key(key).unwrap().id_for(by);
        let later = NOW.plus_seconds(hours * 3600);
        let outcome = world.execute(&delete(by, chat, id), later);
        assert_eq!(outcome, expected, "{author} {chat:?} {by} {hours}");
    }
    let first = stage().execute(&delete(OWNER, SUPER, MessageId(1)), NOW);
    assert_eq!(first, forbidden, "the message about the chat's creation stays");
}

/// Members clear a basic group for themselves only; a supergroup is cleared by administrators, for all.
#[test]
fn who_may_clear_a_history() {
    let clear = |user, chat: ChatId, for_all| ClearHistory {
        user,
        target: chat.into(),
        up_to: None,
        between: (None, None),
        for_all,
    };
    let refused = Err(Refusal::NotEnoughRights(GroupOperation::Delete));
    for (user, chat, for_all, expected) in [
        (USER, BASIC, false, Ok(())),
        (USER, BASIC, true, refused.clone()),
        (ADMIN, BASIC, true, Ok(())),
        (USER, SUPER, false, refused.clone()),
        (ADMIN, SUPER, false, Ok(())),
    ] {
        let mut world = stage();
        world.execute(&say(USER, ADMIN, "in private"), NOW).unwrap();
        let private = |world: &Stage| world.message(USER, MessageId(1)).map(|message| message.key);
        let before = private(&world);
        assert_eq!(world.execute(&clear(user, chat, for_all), NOW).map(drop), expected, "{user} {chat:?}");
        assert!(chat == BASIC || private(&world) == before, "messages of other chats stay");
    }
}

#[test]
fn slow_mode_makes_members_wait() {
    let mut world = stage();
    let edit = GroupEdit::SlowMode(30);
    world.execute(&EditGroup { actor: OWNER.into(), target: SUPER.into(), edit }, NOW).unwrap();
    world.execute(&write(USER, SUPER), NOW).unwrap();
    let early = world.execute(&write(USER, SUPER), NOW.plus_seconds(10)).map(drop);
    assert_eq!(early, Err(Refusal::SlowMode(20)));
    for (by, seconds) in [(ADMIN, 10), (ADMIN, 10), (USER, 30)] {
        assert!(world.execute(&write(by, SUPER), NOW.plus_seconds(seconds)).is_ok());
    }
}
