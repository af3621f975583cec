//! Edits, forwards, pins, deletions and read marks.

use super::*;

#[test]
fn who_may_edit_what() {
    let mut world = world();
    given(&mut world, &[Given::Write]);
    world.execute(&say(BOT, USER, "one"), NOW).unwrap();
    let table = [
        (BOT, USER, 2, "one", Err(Refusal::MessageNotModified)),
        (BOT, USER, 2, "two", Ok(())),
        (BOT, USER, 1, "two", Err(Refusal::MessageCantBeEdited)),
        (BOT, USER, 9, "two", Err(Refusal::MessageNotFound(MessageOperation::Edit))),
        (BOT, USER, 2, " ", Err(Refusal::TextEmpty)),
        (USER, BOT, 1, "better", Ok(())),
        (USER, BOT, 2, "better", Err(Refusal::MessageCantBeEdited)),
    ];
    for (actor, other, id, text, expected) in table {
        let edit = EditMessage {
            actor: actor.into(),
            target: other.into(),
            message: MessageId(id),
            edit: MessageEdit::Text { text: Text::plain(text), link_preview: None },
            markup: None,
        };
        assert_eq!(world.execute(&edit, NOW).map(drop), expected, "{id} {text}");
    }
}

/// The same number again is the same message, and only for the same sender.
#[test]
fn a_random_id_is_one_message() {
    let mut world = world();
    given(&mut world, &[Given::Start]);
    let with_number = |mut send: Send| {
        send.options.random_id = Some(42);
        send
    };
    let send = with_number(say(BOT, USER, "once"));
    let first = world.execute(&send, NOW).unwrap();
    let events = world.journal.len();
    assert_eq!(world.execute(&send, NOW), Ok(first));
    assert_eq!(world.journal.len(), events);
    assert_ne!(world.execute(&with_number(say(USER, BOT, "mine")), NOW).unwrap(), first);
}

fn forward(to: AccountId, message: i32) -> ForwardMessages {
    ForwardMessages {
        actor: USER.into(),
        from: BOT.into(),
        to: to.into(),
        messages: vec![ForwardItem { id: MessageId(message), random_id: Some(7) }],
        skip_missing: false,
        mode: ForwardMode::Forward,
        is_silent: false,
        is_protected: false,
        thread: None,
    }
}

/// A user forwards what a bot wrote: any first message opens a dialog, a forward too.
#[test]
fn users_forward() {
    let mut world = world();
    given(&mut world, &[Given::Start]);
    world.execute(&say(BOT, USER, "news"), NOW).unwrap();
    let mut secret = say(BOT, USER, "secret");
    secret.options.is_protected = true;
    world.execute(&secret, NOW).unwrap();
    world.execute(&pin(USER, BOT, 2, true), NOW).unwrap();
    let table = [
        (9, Refusal::MessageNotFound(MessageOperation::Forward)),
        (3, Refusal::ContentProtected),
        (4, Refusal::MessageCantBeForwarded),
    ];
    for (message, refusal) in table {
        assert_eq!(world.execute(&forward(OTHER_BOT, message), NOW), Err(refusal), "{message}");
    }
    let first = world.execute(&forward(OTHER_BOT, 2), NOW).unwrap();
    let events = world.journal.len();
    assert_eq!(world.execute(&forward(OTHER_BOT, 2), NOW), Ok(first.clone()));
    assert_eq!(world.journal.len(), events, "the same number again is the same message");
    let message = world.message_by_key(first[0]).unwrap();
    assert_eq!(message.origin().unwrap().sender, BOT);
    assert!(world.chat(message.chat).unwrap().may_bot_write(NOW).is_ok());
    world.execute(&block(OTHER_BOT, true), NOW).unwrap();
    assert_eq!(world.execute(&forward(OTHER_BOT, 2), NOW), Err(Refusal::YouBlockedUser));
}

#[test]
fn both_sides_unpin_all() {
    for (actor, other) in [(USER, BOT), (BOT, USER)] {
        let mut world = world();
        given(&mut world, &[Given::Start, Given::Write]);
        for message in [1, 2] {
            world.execute(&pin(actor, other, message, true), NOW).unwrap();
        }
        assert_eq!(seen(&world, USER).pinned().count(), 2);
        let unpin = UnpinAllMessages { actor: actor.into(), target: other.into() };
        world.execute(&unpin, NOW).unwrap();
        assert_eq!(seen(&world, USER).pinned().count(), 0);
    }
}

#[test]
fn what_the_other_side_has_read_outlives_the_message_at_its_mark() {
    let mut world = world();
    given(&mut world, &[Given::Start, Given::Write, Given::Write]);
    assert_eq!(seen(&world, USER).read_by_other(), None);
    let mark = MarkRead { actor: BOT.into(), target: USER.into(), up_to: Some(MessageId(2)) };
    world.execute(&mark, NOW).unwrap();
    for (deleted, expected) in [(None, Some(2)), (Some(2), Some(1)), (Some(1), None)] {
        if let Some(deleted) = deleted {
            world.execute(&delete(USER, BOT, deleted, true), NOW).unwrap();
        }
        let read = seen(&world, USER).read_by_other();
        assert_eq!(read, expected.map(MessageId), "after the deletion of {deleted:?}");
    }
}

#[test]
fn a_history_is_cleared_in_batches_up_to_a_message_for_one_or_for_both() {
    let mut world = world();
    given(&mut world, &[Given::Start]);
    for _ in 0..MAX_CLEARED + 20 {
        given(&mut world, &[Given::Write]);
    }
    let all = MAX_CLEARED + 21;
    let left = |world: &Stage| (seen(world, USER).messages().count(), seen(world, BOT).messages().count());
    let seen_by_bot = left(&world).1;
    let mut clear = |up_to: Option<i32>, between, for_all| {
        let up_to = up_to.map(MessageId);
        let command = ClearHistory { user: USER, target: BOT.into(), up_to, between, for_all };
        let cleared = world.execute(&command, NOW).unwrap();
        (cleared, left(&world))
    };
    let cleared = |count, more| Cleared { count, more };
    let never = (Some(NOW.date() + 1), None);
    assert_eq!(clear(None, never, true), (cleared(0, false), (all, seen_by_bot)));
    assert_eq!(clear(Some(2), (None, None), false), (cleared(2, false), (all - 2, seen_by_bot)));
    assert_eq!(clear(None, (None, None), true).0, cleared(MAX_CLEARED, true));
    assert_eq!(clear(None, (None, None), true).0, cleared(19, false));
    let (nothing, (user, _)) = clear(None, (None, None), true);
    assert_eq!((nothing, user), (cleared(0, false), 0));
}

/// An inline keyboard without buttons is none, for a copy as for any other new message.
#[test]
fn empty_keyboards_are_dropped() {
    let mut world = world();
    given(&mut world, &[Given::Start]);
    let mut say = say(BOT, USER, "news");
    say.options.markup = Some(Markup::Inline(Vec::new()));
    world.execute(&say, NOW).unwrap();
    let mode = ForwardMode::Copy { reply: None, markup: Some(Markup::Inline(Vec::new())) };
    let copy = ForwardMessages {
        actor: BOT.into(),
        from: USER.into(),
        to: USER.into(),
        messages: vec![MessageId(2).into()],
        skip_missing: false,
        mode,
        is_silent: false,
        is_protected: false,
        thread: None,
    };
    world.execute(&copy, NOW).unwrap();
    for id in [2, 3] {
        let message = seen(&world, BOT).message(MessageId(id)).unwrap();
        assert_eq!(
            (message.text_for(BOT).unwrap().text.to_string(), message.markup()),
            ("news".to_owned(), None),
            "{id}"
        );
    }
}
