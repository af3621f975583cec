//! What a bot gets of a group over the Bot API.

use super::groups::stage;
use super::*;
use parlor_world::ids::GroupId;
use parlor_world::ops::group::AddMembers;
use parlor_world::ops::message::ReplyTo;

const OWNER: AccountId = AccountId(3);
const BASIC: ChatId = ChatId::Group(GroupId(11));
const SUPER: ChatId = ChatId::Channel(ChannelId(12));
const CHANNEL: ChatId = ChatId::Channel(ChannelId(13));
/// In privacy mode, and no administrator.
const PRIVATE: AccountId = OTHER_BOT;
/// With privacy mode off.
const READER: AccountId = AccountId(103);

fn with_bots(chat: ChatId) -> Stage {
    let mut world = stage();
    let flags = FlagsPatch { can_read_all_group_messages: Some(true), ..FlagsPatch::default() };
    let flags = flags.apply(BotFlags::default());
    world.execute(&CreateBot { id: Some(READER), flags, ..CreateBot::default() }, NOW).unwrap();
    let accounts = vec![READER, PRIVATE];
    world.execute(&AddMembers { user: OWNER, target: chat.into(), accounts }, NOW).unwrap();
    world
}

/// Who of the three bots got the last message.
fn got(world: &Stage) -> Vec<AccountId> {
    let last = world.journal.last().unwrap();
    let queued = last.deliveries.iter().filter_map(|delivery| match delivery {
        parlor_world::event::Delivery::Queue { bot, .. } => Some(*bot),
        _ => None,
    });
    let mut bots: Vec<_> = queued.collect();
    bots.sort_unstable();
    bots
}

#[test]
fn what_a_bot_in_privacy_mode_sees() {
    // An administrator and a bot without privacy mode see everything but other bots' messages.
    let table: [(&str, &[AccountId]); 6] = [
        ("hello", &[BOT, READER]),
        ("@b102_bot hello", &[BOT, READER]),
        ("/help@b102_bot", &[BOT, PRIVATE, READER]),
        ("/help@b103_bot", &[BOT, READER]),
        // The bot that came last.
        ("/help", &[BOT, PRIVATE, READER]),
        ("see /help", &[BOT, READER]),
    ];
    for chat in [BASIC, SUPER] {
        for (text, expected) in table {
            let mut world = with_bots(chat);
            world.execute(&Send::text(USER, chat, Text::plain(text)), NOW).unwrap();
            assert_eq!(got(&world), expected, "{chat:?} {text}");
        }
    }
}

#[test]
fn a_command_without_a_name_is_for_the_bot_that_wrote_last() {
    let mut world = with_bots(SUPER);
    world.execute(&Send::text(READER, SUPER, Text::plain("I am here")), NOW).unwrap();
    assert_eq!(got(&world), [], "bots see no other bots");
    world.execute(&Send::text(USER, SUPER, Text::plain("/help")), NOW).unwrap();
    assert_eq!(got(&world), [BOT, READER]);
}

#[test]
fn replies_go_to_the_bot_that_the_first_message_was_from_or_for() {
    for chat in [BASIC, SUPER] {
        let mut world = with_bots(chat);
        let mut last = world.execute(&Send::text(PRIVATE, chat, Text::plain("Who?")), NOW).unwrap();
        for text in ["me", "no, me"] {
            let id = world.message_by_key(last).unwrap().id_for(USER);
            let mut send = Send::text(USER, chat, Text::plain(text));
            send.options.reply = Some(ReplyTo { message: Some(id), ..ReplyTo::default() });
            last = world.execute(&send, NOW).unwrap();
            assert_eq!(got(&world), [BOT, PRIVATE, READER], "{chat:?} {text}");
        }
    }
}

#[test]
fn service_messages_and_posts_are_for_every_bot() {
    let mut world = with_bots(SUPER);
    let (actor, target) = (OWNER.into(), SUPER.into());
    let edit = parlor_world::ops::group::GroupEdit::Title("Plants".to_owned());
    world.execute(&parlor_world::ops::group::EditGroup { actor, target, edit }, NOW).unwrap();
    assert_eq!(got(&world), [BOT, PRIVATE, READER]);
    world.execute(&Send::text(OWNER, CHANNEL, Text::plain("News")), NOW).unwrap();
    assert_eq!(got(&world), [BOT]);
}

/// Bots get each other's messages if one of the two has the mode and names the other, or by the usual rules with the mode.
#[test]
fn bots_that_talk_to_bots() {
    let table: [(&[AccountId], &str, &[AccountId]); 5] = [
        (&[], "/help@b102_bot", &[]),
        (&[READER], "/help@b102_bot", &[PRIVATE]),
        (&[PRIVATE], "/help@b102_bot", &[PRIVATE]),
        (&[PRIVATE], "hello", &[]),
        (&[BOT], "hello", &[BOT]),
    ];
    for (with_mode, text, expected) in table {
        let mut world = with_bots(SUPER);
        for bot in with_mode {
            let flags = FlagsPatch { talks_to_bots: Some(true), ..FlagsPatch::default() };
            world.execute(&EditBot { flags, ..EditBot::new(*bot) }, NOW).unwrap();
        }
        world.execute(&Send::text(READER, SUPER, Text::plain(text)), NOW).unwrap();
        assert_eq!(got(&world), expected, "{with_mode:?} {text}");
    }
}

/// Two bots with the mode write to each other in private, but not without end.
#[test]
fn bots_write_to_bots_in_private_if_both_may() {
    let table: [(&[AccountId], Result<(), Refusal>); 4] = [
        (&[], Err(Refusal::PeerIsBot)),
        (&[BOT], Err(Refusal::BotToBotDisabled)),
        (&[OTHER_BOT], Err(Refusal::PeerIsBot)),
        (&[BOT, OTHER_BOT], Ok(())),
    ];
    for (with_mode, expected) in table {
        for other in [ChatSelector::Id(OTHER_BOT.0), ChatSelector::Username("@b102_bot".to_owned())] {
            let mut world = world();
            for bot in with_mode {
                let flags = FlagsPatch { talks_to_bots: Some(true), ..FlagsPatch::default() };
                world.execute(&EditBot { flags, ..EditBot::new(*bot) }, NOW).unwrap();
            }
            let send = Send::text(BOT, Target::from(other), Text::plain("hello"));
            assert_eq!(world.execute(&send, NOW).map(drop), expected, "{with_mode:?}");
            if expected.is_ok() {
                assert_eq!(got(&world), [OTHER_BOT]);
                let refused = (0..100).find_map(|_| world.execute(&send, NOW).err());
                assert!(matches!(refused, Some(Refusal::FloodWait(_))), "{refused:?}");
            }
        }
    }
}

/// The bot's own messages are no updates, except those that tell what it did.
#[test]
fn what_a_bot_is_told_of_its_own_doing() {
    let mut world = with_bots(SUPER);
    world.execute(&Send::text(BOT, SUPER, Text::plain("hello")), NOW).unwrap();
    assert_eq!(got(&world), []);
    let (actor, target) = (BOT.into(), SUPER.into());
    let edit = parlor_world::ops::group::GroupEdit::Title("Plants".to_owned());
    world.execute(&parlor_world::ops::group::EditGroup { actor, target, edit }, NOW).unwrap();
    assert_eq!(got(&world), [BOT, PRIVATE, READER]);
}

/// A change of privacy mode takes effect when the bot is added again.
#[test]
fn privacy_mode_is_as_it_was_when_the_bot_came() {
    let mut world = with_bots(SUPER);
    let flags = FlagsPatch { can_read_all_group_messages: Some(true), ..FlagsPatch::default() };
    world.execute(&EditBot { bot: PRIVATE, username: None, flags, texts: Vec::new() }, NOW).unwrap();
    let hello = Send::text(USER, SUPER, Text::plain("hello"));
    world.execute(&hello, NOW).unwrap();
    assert_eq!(got(&world), [BOT, READER]);
    let (actor, target) = (PRIVATE.into(), SUPER.into());
    world.execute(&parlor_world::ops::group::LeaveGroup { actor, target }, NOW).unwrap();
    let accounts = vec![PRIVATE];
    world.execute(&AddMembers { user: OWNER, target: SUPER.into(), accounts }, NOW).unwrap();
    world.execute(&hello, NOW).unwrap();
    assert_eq!(got(&world), [BOT, PRIVATE, READER]);
}
