//! Private chats of any two accounts, and with oneself.

use super::*;

/// Private chats exist between any two accounts.
#[test]
fn who_may_write_to_whom() {
    let table: [(AccountId, AccountId, Result<(), Refusal>); 8] = [
        (USER, BOT, Ok(())),
        (USER, FRIEND, Ok(())),
        (USER, USER, Ok(())),
        (USER, BOT_FATHER, Ok(())),
        (USER, AccountId(77), Err(Refusal::UserNotFound)),
        (BOT, USER, Err(Refusal::ChatNotFound)),
        (BOT, OTHER_BOT, Err(Refusal::PeerIsBot)),
        (BOT, BOT, Err(Refusal::PeerIsBot)),
    ];
    for (from, to, expected) in table {
        let outcome = world().execute(&say(from, to, "hello"), NOW).map(drop);
        assert_eq!(outcome, expected, "{from} to {to}");
    }
    let mut world = world();
    world.execute(&block(FRIEND, true), NOW).unwrap();
    assert_eq!(world.execute(&say(USER, FRIEND, "hello"), NOW), Err(Refusal::YouBlockedUser));
    assert_eq!(world.execute(&say(FRIEND, USER, "hello"), NOW), Err(Refusal::BlockedByUser));
    world.execute(&DeleteUser { user: FRIEND }, NOW).unwrap();
    world.execute(&block(FRIEND, false), NOW).unwrap();
    assert_eq!(world.execute(&say(USER, FRIEND, "hello"), NOW), Err(Refusal::UserDeactivated));
}

/// Each has an own number for the message, an own view of the chat, and is told in an own log.
#[test]
fn two_users_talk() {
    let mut world = world();
    given(&mut world, &[Given::Write]);
    let key = world.execute(&say(USER, FRIEND, "hi"), NOW).unwrap();
    let chat = ChatId::private(FRIEND, USER);
    let message = world.message_by_key(key).unwrap();
    assert_eq!((message.id_for(USER), message.id_for(FRIEND)), (MessageId(2), MessageId(1)));
    let unread = |world: &Stage, viewer| world.dialog(viewer, chat).unwrap().unread();
    assert_eq!((unread(&world, USER), unread(&world, FRIEND)), (0, 1));
    let read = MarkRead { actor: FRIEND.into(), target: USER.into(), up_to: None };
    world.execute(&read, NOW).unwrap();
    let told: Vec<_> = [USER, FRIEND]
        .map(|account| world.effects.entries_of(&world, account).map(|entry| entry.update.clone()).collect())
        .into_iter()
        .collect::<Vec<Vec<_>>>();
    let read = |up_to| vec![Update::Read { chat, by: FRIEND, up_to: MessageId(up_to) }];
    assert_eq!(told, [read(2), read(1)]);
    assert_eq!(world.dialog(USER, chat).unwrap().read_by_other(), Some(MessageId(2)));
    world.execute(&delete(FRIEND, USER, 1, false), NOW).unwrap();
    assert!(world.dialog(FRIEND, chat).unwrap().last_message().is_none());
    assert_eq!(world.dialog(USER, chat).unwrap().messages().count(), 1);
    world.execute(&delete(USER, FRIEND, 2, false), NOW).unwrap();
    assert!(world.message_by_key(key).is_none(), "nobody sees it any more");
}

#[test]
fn saved_messages_are_a_chat_with_oneself() {
    let mut world = world();
    let key = world.execute(&say(USER, USER, "note"), NOW).unwrap();
    assert_eq!(world.effects.entries_of(&world, USER).count(), 1);
    let chat = ChatId::private(USER, USER);
    let saved = world.dialog(USER, chat).unwrap();
    assert_eq!((saved.unread(), saved.messages().count(), saved.is_blocked_by_other()), (0, 1, false));
    world.execute(&block(USER, true), NOW).unwrap();
    assert!(!world.dialog(USER, chat).unwrap().dialog.is_blocked, "nobody blocks oneself");
    world.execute(&delete(USER, USER, 1, false), NOW).unwrap();
    assert!(world.message_by_key(key).is_none());
}

/// What a client is told of its own request comes from the command's effects: the second time, there are none.
#[test]
fn what_changes_nothing_has_no_effects() {
    let mut world = world();
    given(&mut world, &[Given::Start, Given::Write]);
    world.execute(&say(BOT, USER, "answer"), NOW).unwrap();
    let reactions = vec![Reaction::parse("👍").unwrap()];
    let react = SetReactions { actor: USER.into(), target: BOT.into(), message: MessageId(3), reactions };
    let read = MarkRead { actor: USER.into(), target: BOT.into(), up_to: None };
    let told = |world: &Stage| world.effects.entries_of(world, USER).count();
    for times in [1, 0] {
        world.execute(&read, NOW).unwrap();
        assert_eq!(told(&world), times, "read");
        world.execute(&react, NOW).unwrap();
        assert_eq!(told(&world), times, "react");
        world.execute(&pin(USER, BOT, 2, true), NOW).unwrap();
        // The pin and its service message.
        assert_eq!(told(&world), 2 * times, "pin");
    }
    for times in [1, 0] {
        world.execute(&block(BOT, true), NOW).unwrap();
        assert_eq!(told(&world), times, "block");
    }
}
