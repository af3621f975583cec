//! Whether a bot may write, and how a dialog begins.

use super::*;

/// Sends and chat actions ask the same question.
#[test]
fn may_the_bot_write() {
    use Given::*;
    let table: [(&[Given], Result<(), Refusal>); 18] = [
        (&[], Err(Refusal::ChatNotFound)),
        (&[See], Err(Refusal::NeverStarted)),
        (&[Start], Ok(())),
        (&[Write], Ok(())),
        (&[See, Write], Ok(())),
        (&[Start, Block], Err(Refusal::BlockedByUser)),
        (&[Block], Err(Refusal::BlockedByUser)),
        (&[Start, Block, Unblock], Ok(())),
        (&[Block, Unblock], Err(Refusal::NeverStarted)),
        (&[Start, Block, Start], Ok(())),
        (&[Allow], Ok(())),
        (&[See, Allow, Wait], Ok(())),
        (&[Allow, Block], Err(Refusal::BlockedByUser)),
        (&[Join], Ok(())),
        (&[Join, Wait], Err(Refusal::NeverStarted)),
        (&[Join, Decide], Err(Refusal::NeverStarted)),
        (&[Join, Wait, Write], Ok(())),
        (&[Join, Block], Err(Refusal::BlockedByUser)),
    ];
    for (before, expected) in table {
        let mut world = world();
        let now = given(&mut world, before);
        let action = Some(ChatAction::Typing);
        let typing = ShowChatAction { actor: BOT.into(), target: USER.into(), action };
        assert_eq!(world.execute(&typing, now), expected, "typing after {before:?}");
        let send = say(BOT, USER, "hello");
        assert_eq!(world.execute(&send, now).map(drop), expected, "text after {before:?}");
    }
    let mut gone = world();
    given(&mut gone, &[Start, Delete]);
    let send = say(BOT, USER, "hello");
    assert_eq!(gone.execute(&send, NOW).map(drop), Err(Refusal::UserDeactivated));
}

/// What the top of the dialog says, and for how long; a request is decided once.
#[test]
fn why_the_bot_may_write() {
    use Given::*;
    let website = || Some(WriteAccess::Website { domain: "example.com".to_owned() });
    let table: [(&[Given], Option<WriteAccess>); 4] =
        [(&[Allow], website()), (&[Allow, Write], None), (&[Write, Allow], None), (&[Join], None)];
    for (before, expected) in table {
        let mut world = world();
        given(&mut world, before);
        let access = world.dialog(USER, CHAT).and_then(|dialog| dialog.write_access());
        assert_eq!(access, expected.as_ref(), "{before:?}");
    }
    let mut world = world();
    assert_eq!(world.execute(&decision(), NOW), Err(Refusal::ChatNotFound));
    let missing = Err(Refusal::JoinRequestMissing);
    given(&mut world, &[Join, Decide]);
    assert_eq!(world.execute(&decision(), NOW), missing);
    given(&mut world, &[Join]);
    let target = ChatId::Channel(ChannelId(77)).into();
    let other = DecideJoinRequest { target, ..decision() };
    assert_eq!(world.execute(&other, NOW), Err(Refusal::ChatNotFound));
}

#[test]
fn whom_a_bot_may_name() {
    let table = [
        (ChatSelector::Empty, Refusal::ChatIdEmpty),
        (ChatSelector::Id(2), Refusal::ChatNotFound),
        (ChatSelector::Id(77), Refusal::ChatNotFound),
        (ChatSelector::Id(-77), Refusal::ChatNotFound),
        (ChatSelector::Id(-1_000_000_000_077), Refusal::ChatNotFound),
        (ChatSelector::Id(102), Refusal::PeerIsBot),
        (ChatSelector::Username("@b102_bot".to_owned()), Refusal::PeerIsBot),
        (ChatSelector::Username("@nobody".to_owned()), Refusal::ChatNotFound),
    ];
    for (chat, expected) in table {
        let send = Send::text(BOT, Target::from(chat.clone()), Text::plain("hello"));
        assert_eq!(world().execute(&send, NOW).map(drop), Err(expected), "{chat:?}");
    }
}

#[test]
fn payloads_of_deep_links() {
    let long = "x".repeat(65);
    let table = [
        ("", Ok("/start")),
        ("airplane", Ok("/start airplane")),
        ("A-Za-z0-9_", Ok("/start A-Za-z0-9_")),
        (&long[..64], Ok("/start ")),
        (&long, Err(Refusal::StartParamTooLong)),
        ("two words", Err(Refusal::StartParamInvalid)),
        ("плюс", Err(Refusal::StartParamInvalid)),
        ("a=b", Err(Refusal::StartParamInvalid)),
    ];
    for (payload, expected) in table {
        let mut world = world();
        let payload_text = Some(payload.to_owned());
        let start = StartBot { user: USER, bot: BOT, payload: payload_text, random_id: None };
        let outcome = world.execute(&start, NOW);
        match expected {
            Err(refusal) => assert_eq!(outcome.map(drop), Err(refusal), "{payload}"),
            Ok(text) => {
                let message = world.message_by_key(outcome.unwrap()).unwrap();
                assert!(message.text_for(BOT).unwrap().text.starts_with(text), "{payload}");
                assert_eq!(&*message.text_for(USER).unwrap().text, "/start", "the user sees no payload");
            }
        }
    }
}

#[test]
fn links_to_bots() {
    let start = |payload: &str| Some(LinkAction::Start(payload.to_owned()));
    let table = [
        ("https://t.me/some_bot", Some(LinkAction::Open)),
        ("http://www.telegram.me/some_bot/", Some(LinkAction::Open)),
        ("t.me/some_bot?start=abc", start("abc")),
        ("https://some_bot.t.me/?start=abc", start("abc")),
        ("tg://resolve?domain=some_bot&start=abc", start("abc")),
        ("TG:resolve?domain=some_bot", Some(LinkAction::Open)),
        ("@some_bot", Some(LinkAction::Open)),
        ("https://t.me/some_bot?startgroup=x", Some(LinkAction::StartGroup("x".to_owned()))),
        ("https://example.org/some_bot", None),
        ("https://t.me/", None),
        ("mailto:some_bot", None),
    ];
    for (link, expected) in table {
        let parsed = Link::parse(link);
        assert!(parsed.as_ref().is_none_or(|link| link.username == "some_bot"), "{link}");
        assert_eq!(parsed.map(|link| link.action), expected, "{link}");
    }
}
