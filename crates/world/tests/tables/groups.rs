use super::*;
use parlor_world::content::{Content, GroupChange};
use parlor_world::ids::GroupId;
use parlor_world::ops::group::{
    AddMembers, BanMember, EditGroup, GroupEdit, LeaveGroup, RestrictMember, SetCustomTitle, StartBotInGroup,
    UnbanMember, UpgradeGroup,
};
use parlor_world::refusal::GroupOperation;
use parlor_world::state::group::{MemberStatus, Permissions, Restriction};

pub(super) const OWNER: AccountId = AccountId(3);
pub(super) const ADMIN: AccountId = AccountId(4);
const STRANGER: AccountId = AccountId(5);
pub(super) const BASIC: ChatId = ChatId::Group(GroupId(11));
pub(super) const SUPER: ChatId = ChatId::Channel(ChannelId(12));
pub(super) const CHANNEL: ChatId = ChatId::Channel(ChannelId(13));

/// A group of each kind: an owner, an administrator who may do everything but promote, a user; and a bot, which is an
/// administrator with the same rights.
pub(super) fn stage() -> Stage {
    let mut world = world();
    for id in [OWNER, ADMIN, STRANGER] {
        let profile = UserProfile { first_name: "Bob".into(), ..UserProfile::default() };
        world.execute(&CreateUser { id: Some(id), profile }, NOW).unwrap();
    }
    for (kind, id) in [(GroupKind::Basic, 11), (GroupKind::Supergroup, 12), (GroupKind::Channel, 13)] {
        let profile = GroupProfile { title: "Gardeners".into(), ..GroupProfile::default() };
        let create = CreateGroup { owner: OWNER, kind, profile, members: Vec::new(), id: Some(id) };
        let chat = world.execute(&create, NOW).unwrap();
        let accounts = vec![ADMIN, USER];
        world.execute(&AddMembers { user: OWNER, target: chat.into(), accounts }, NOW).unwrap();
        for account in [ADMIN, BOT] {
            world.execute(&promote(OWNER, chat, account, rights()), NOW).unwrap();
        }
    }
    world
}

pub(super) fn rights() -> AdminRights {
    AdminRights::all().difference(AdminRights::PROMOTE_MEMBERS | AdminRights::ANONYMOUS)
}

pub(super) fn promote(by: AccountId, chat: ChatId, account: AccountId, rights: AdminRights) -> PromoteMember {
    PromoteMember { actor: by.into(), target: chat.into(), account, rights, title: None }
}

fn ban(by: AccountId, chat: ChatId, account: AccountId) -> BanMember {
    BanMember { actor: by.into(), target: chat.into(), account, until: 0 }
}

fn restrict(by: AccountId, chat: ChatId, account: AccountId, permissions: Permissions) -> RestrictMember {
    RestrictMember { actor: by.into(), target: chat.into(), account, permissions, until: 0 }
}

fn unban(by: AccountId, chat: ChatId, account: AccountId, only_if_banned: bool) -> UnbanMember {
    UnbanMember { actor: by.into(), target: chat.into(), account, only_if_banned }
}

pub(super) fn write(by: AccountId, chat: ChatId) -> Send {
    Send::text(by, chat, Text::plain("hello"))
}

fn status(world: &Stage, chat: ChatId, account: AccountId) -> &MemberStatus {
    world.world.status(chat, account, NOW)
}

#[test]
fn who_may_write() {
    let outsiders = [
        (BASIC, Refusal::NotInChat(GroupKind::Basic)),
        (SUPER, Refusal::NotInChat(GroupKind::Supergroup)),
        (CHANNEL, Refusal::NotInChat(GroupKind::Channel)),
    ];
    for (chat, refusal) in outsiders {
        for account in [STRANGER, OTHER_BOT] {
            assert_eq!(stage().execute(&write(account, chat), NOW), Err(refusal.clone()), "{chat:?}");
        }
    }
    for (chat, by_user) in [(BASIC, Ok(())), (SUPER, Ok(())), (CHANNEL, Err(Refusal::ChannelAdminRequired))] {
        let mut world = stage();
        for account in [OWNER, ADMIN, BOT] {
            assert_eq!(world.execute(&write(account, chat), NOW).map(drop), Ok(()), "{account} {chat:?}");
        }
        assert_eq!(world.execute(&write(USER, chat), NOW).map(drop), by_user, "{chat:?}");
    }
}

#[test]
fn who_was_removed_may_not_write_and_is_told_so() {
    let table = [
        (BASIC, Refusal::RemovedFromChat(GroupKind::Basic)),
        (SUPER, Refusal::RemovedFromChat(GroupKind::Supergroup)),
        (CHANNEL, Refusal::RemovedFromChat(GroupKind::Channel)),
    ];
    for (chat, refusal) in table {
        let mut world = stage();
        world.execute(&ban(OWNER, chat, BOT), NOW).unwrap();
        assert_eq!(world.execute(&write(BOT, chat), NOW), Err(refusal), "{chat:?}");
    }
    for (chat, kind) in
        [(BASIC, GroupKind::Basic), (SUPER, GroupKind::Supergroup), (CHANNEL, GroupKind::Channel)]
    {
        let mut world = stage();
        world.execute(&LeaveGroup { actor: BOT.into(), target: chat.into() }, NOW).unwrap();
        assert_eq!(world.execute(&write(BOT, chat), NOW), Err(Refusal::NotInChat(kind)));
    }
}

#[test]
fn who_may_ban() {
    use GroupOperation::{Ban, Restrict};
    let table = [
        (ADMIN, SUPER, USER, Ok(())),
        (BOT, SUPER, USER, Ok(())),
        (BOT, CHANNEL, USER, Ok(())),
        (OWNER, SUPER, ADMIN, Ok(())),
        (BOT, SUPER, OWNER, Err(Refusal::TargetIsOwner(Ban))),
        (BOT, SUPER, ADMIN, Err(Refusal::TargetIsAdministrator)),
        (BOT, SUPER, BOT, Err(Refusal::TargetIsSelf(Ban))),
        (USER, SUPER, ADMIN, Err(Refusal::NotEnoughRights(Restrict))),
        (BOT, SUPER, AccountId(77), Err(Refusal::TargetUnknown)),
        // The bot has never met her.
        (BOT, SUPER, STRANGER, Err(Refusal::TargetUnknown)),
        (BOT, BASIC, USER, Ok(())),
        (BOT, BASIC, STRANGER, Err(Refusal::TargetUnknown)),
        (OWNER, BASIC, STRANGER, Err(Refusal::TargetNotInChat)),
        (USER, BASIC, ADMIN, Err(Refusal::TargetIsAdministrator)),
    ];
    for (by, chat, account, expected) in table {
        let mut world = stage();
        let before = world.journal.len();
        assert_eq!(world.execute(&ban(by, chat, account), NOW), expected, "{by} {chat:?} {account}");
        match expected {
            Ok(()) => assert!(matches!(status(&world, chat, account), MemberStatus::Banned(_))),
            Err(_) => assert_eq!(world.journal.len(), before, "a refusal changes nothing"),
        }
    }
    let private = Refusal::WrongChatKind(Ban);
    let mut world = stage();
    given(&mut world, &[Given::Start]);
    let target = USER.into();
    let ban = BanMember { actor: BOT.into(), target, account: USER, until: 0 };
    assert_eq!(world.execute(&ban, NOW), Err(private));
}

#[test]
fn bans_and_restrictions_end() {
    let ends =
        [(0, None), (29, None), (30, Some(30)), (366 * 86_400, Some(366 * 86_400)), (367 * 86_400, None)];
    for (seconds, ends_after) in ends {
        let mut world = stage();
        let until = NOW.date() + seconds;
        let (actor, target) = (BOT.into(), SUPER.into());
        world.execute(&BanMember { actor, target, account: USER, until }, NOW).unwrap();
        let later = |seconds| world.world.status(SUPER, USER, NOW.plus_seconds(seconds));
        match ends_after {
            Some(seconds) => {
                assert!(matches!(later(seconds - 1), MemberStatus::Banned(_)));
                assert_eq!(*later(seconds), MemberStatus::Left);
            }
            None => assert!(matches!(later(400 * 86_400), MemberStatus::Banned(_))),
        }
    }
    let mut world = stage();
    let permissions = Permissions::empty();
    let until = NOW.date() + 60;
    let (actor, target) = (BOT.into(), SUPER.into());
    world.execute(&RestrictMember { actor, target, account: USER, permissions, until }, NOW).unwrap();
    let refused = Err(Refusal::NotEnoughRights(GroupOperation::SendText));
    assert_eq!(world.execute(&write(USER, SUPER), NOW).map(drop), refused);
    assert_eq!(world.execute(&write(USER, SUPER), NOW.plus_seconds(60)).map(drop), Ok(()));
}

#[test]
fn unbanning_removes_who_is_there_if_not_told_otherwise() {
    let mut world = stage();
    world.execute(&unban(BOT, SUPER, USER, true), NOW).unwrap();
    assert_eq!(*status(&world, SUPER, USER), MemberStatus::Member);
    world.execute(&unban(BOT, SUPER, USER, false), NOW).unwrap();
    assert_eq!(*status(&world, SUPER, USER), MemberStatus::Left);
    world.execute(&ban(BOT, SUPER, USER), NOW).unwrap();
    world.execute(&unban(BOT, SUPER, USER, true), NOW).unwrap();
    assert_eq!(*status(&world, SUPER, USER), MemberStatus::Left);
    let basic = Err(Refusal::WrongChatKind(GroupOperation::Unban));
    assert_eq!(world.execute(&unban(BOT, BASIC, USER, true), NOW), basic);
}

#[test]
fn restrictions_stay_when_their_holder_leaves_and_comes_back() {
    let mut world = stage();
    world.execute(&restrict(BOT, SUPER, USER, Permissions::SEND_MESSAGES), NOW).unwrap();
    let restriction =
        Restriction { permissions: Permissions::SEND_MESSAGES, is_member: true, by: BOT, until: None };
    assert_eq!(*status(&world, SUPER, USER), MemberStatus::Restricted(restriction));
    world.execute(&LeaveGroup { actor: USER.into(), target: SUPER.into() }, NOW).unwrap();
    let left = Restriction { is_member: false, ..restriction };
    assert_eq!(*status(&world, SUPER, USER), MemberStatus::Restricted(left));
    let accounts = vec![USER];
    world.execute(&AddMembers { user: OWNER, target: SUPER.into(), accounts }, NOW).unwrap();
    assert_eq!(*status(&world, SUPER, USER), MemberStatus::Restricted(restriction));
    world.execute(&restrict(BOT, SUPER, USER, Permissions::all()), NOW).unwrap();
    assert_eq!(*status(&world, SUPER, USER), MemberStatus::Member);
    for (chat, account, expected) in [
        (BASIC, USER, Refusal::WrongChatKind(GroupOperation::Restrict)),
        (CHANNEL, USER, Refusal::WrongChatKind(GroupOperation::Restrict)),
        (SUPER, ADMIN, Refusal::TargetIsAdministrator),
        (SUPER, OWNER, Refusal::TargetIsOwner(GroupOperation::Restrict)),
        (SUPER, BOT, Refusal::TargetIsSelf(GroupOperation::Restrict)),
    ] {
        let restrict = restrict(BOT, chat, account, Permissions::empty());
        assert_eq!(world.execute(&restrict, NOW), Err(expected), "{chat:?} {account}");
    }
}

#[test]
fn who_may_promote() {
    use GroupOperation::Promote;
    let pin = AdminRights::PIN_MESSAGES;
    let table = [
        (OWNER, SUPER, USER, pin, Ok(())),
        (OWNER, BASIC, USER, pin, Ok(())),
        (OWNER, CHANNEL, OTHER_BOT, AdminRights::POST_MESSAGES, Ok(())),
        (OWNER, CHANNEL, STRANGER, pin, Err(Refusal::TargetNotInChat)),
        (BOT, SUPER, USER, pin, Err(Refusal::NotEnoughRights(Promote))),
        (BOT, BASIC, USER, pin, Err(Refusal::WrongChatKind(Promote))),
        (BOT, SUPER, BOT, pin, Err(Refusal::TargetIsSelf(Promote))),
        (USER, SUPER, ADMIN, pin, Err(Refusal::NotEnoughRights(Promote))),
    ];
    for (by, chat, account, rights, expected) in table {
        let mut world = stage();
        let outcome = world.execute(&promote(by, chat, account, rights), NOW);
        assert_eq!(outcome, expected, "{by} {chat:?} {account}");
        if outcome.is_ok() {
            let fitting = rights.union(AdminRights::MANAGE_CHAT);
            assert_eq!(status(&world, chat, account).rights(), fitting, "{by} {chat:?} {account}");
        }
    }
    // An administrator gives no right that it lacks, and leaves other administrators alone.
    let mut world = stage();
    let chief = AdminRights::PROMOTE_MEMBERS | AdminRights::PIN_MESSAGES;
    world.execute(&promote(OWNER, SUPER, BOT, chief), NOW).unwrap();
    let forbidden = world.execute(&promote(BOT, SUPER, USER, AdminRights::DELETE_MESSAGES), NOW);
    assert_eq!(forbidden, Err(Refusal::RightForbidden));
    assert_eq!(world.execute(&promote(BOT, SUPER, ADMIN, pin), NOW), Err(Refusal::TargetIsAdministrator));
    assert_eq!(world.execute(&promote(BOT, SUPER, USER, pin), NOW), Ok(()));
    assert_eq!(world.execute(&promote(BOT, SUPER, USER, AdminRights::empty()), NOW), Ok(()));
    assert_eq!(*status(&world, SUPER, USER), MemberStatus::Member);
}

#[test]
fn titles_of_administrators() {
    let operation = GroupOperation::SetCustomTitle;
    let title = |by: AccountId, chat: ChatId, account, title: &str| SetCustomTitle {
        actor: by.into(),
        target: chat.into(),
        account,
        title: title.to_owned(),
    };
    let table = [
        (title(OWNER, SUPER, BOT, "helper"), Ok(())),
        (title(OWNER, SUPER, OWNER, "chief"), Ok(())),
        (title(OWNER, SUPER, BOT, "seventeen letters"), Err(Refusal::CustomTitleInvalid)),
        (title(OWNER, SUPER, BOT, "🌱"), Err(Refusal::CustomTitleInvalid)),
        (title(OWNER, SUPER, USER, "x"), Err(Refusal::TargetNotAdministrator)),
        (title(BOT, SUPER, OWNER, "x"), Err(Refusal::TargetIsOwner(operation))),
        (title(BOT, SUPER, ADMIN, "x"), Err(Refusal::NotEnoughRights(operation))),
        (title(OWNER, CHANNEL, BOT, "x"), Err(Refusal::WrongChatKind(operation))),
    ];
    for (command, expected) in table {
        assert_eq!(stage().execute(&command, NOW), expected, "{} {}", command.account, command.title);
    }
}

#[test]
fn what_can_be_changed_of_a_group() {
    let edit = |by: AccountId, chat: ChatId, edit: GroupEdit| EditGroup {
        actor: by.into(),
        target: chat.into(),
        edit,
    };
    let title = |text: &str| GroupEdit::Title(text.to_owned());
    let name = |text: &str| GroupEdit::Username(Some(text.to_owned()));
    let about = GroupEdit::Description("About plants".to_owned());
    let table = [
        (edit(BOT, SUPER, title("Plants")), Ok(())),
        (edit(USER, SUPER, title("Plants")), Ok(())),
        (edit(BOT, SUPER, title("Gardeners")), Err(Refusal::ChatNotModified)),
        (edit(BOT, SUPER, title(" ")), Err(Refusal::TitleInvalid)),
        (edit(BOT, SUPER, title(&"x".repeat(129))), Err(Refusal::TitleInvalid)),
        (edit(USER, CHANNEL, title("x")), Err(Refusal::NotEnoughRights(GroupOperation::SetTitle))),
        (edit(BOT, SUPER, about.clone()), Ok(())),
        (edit(BOT, SUPER, GroupEdit::Description(String::new())), Err(Refusal::DescriptionNotModified)),
        (edit(BOT, SUPER, GroupEdit::Description("x".repeat(256))), Err(Refusal::DescriptionTooLong)),
        (edit(OWNER, SUPER, name("gardeners")), Ok(())),
        (edit(OWNER, SUPER, name("b101_bot")), Err(Refusal::UsernameOccupied)),
        (edit(OWNER, SUPER, name("x")), Err(Refusal::UsernameInvalid)),
        (edit(ADMIN, SUPER, name("gardeners")), Err(Refusal::NotEnoughRights(GroupOperation::SetUsername))),
        (edit(OWNER, BASIC, name("gardeners")), Err(Refusal::WrongChatKind(GroupOperation::SetUsername))),
        (edit(BOT, SUPER, GroupEdit::Permissions(Permissions::all())), Ok(())),
        (
            edit(BOT, CHANNEL, GroupEdit::Permissions(Permissions::all())),
            Err(Refusal::WrongChatKind(GroupOperation::SetPermissions)),
        ),
        (edit(OWNER, CHANNEL, GroupEdit::Signatures(true)), Ok(())),
        (edit(OWNER, CHANNEL, GroupEdit::Linked(Some(ChannelId(12)))), Ok(())),
        (edit(OWNER, SUPER, GroupEdit::Forum(true)), Ok(())),
    ];
    for (command, expected) in table {
        assert_eq!(stage().execute(&command, NOW), expected, "{:?} {:?}", command.target, command.edit);
    }
    // A public chat is found, and read by who is not in it.
    let mut world = stage();
    world.execute(&edit(OWNER, SUPER, name("gardeners")), NOW).unwrap();
    assert_eq!(world.chat_by_username("@Gardeners"), Some(SUPER));
    let target = Target::from(ChatSelector::Username("@gardeners".to_owned()));
    assert_eq!(target.resolve(&world, STRANGER.into(), NOW), Ok(SUPER));
    let join = JoinGroup { user: STRANGER, by: JoinBy::Chat(target) };
    assert!(!world.execute(&join, NOW).unwrap().is_asked);
    assert_eq!(*status(&world, SUPER, STRANGER), MemberStatus::Member);
}

/// Each member of a basic group has its own ids, and nobody sees what was written before they came.
#[test]
fn members_of_a_basic_group_number_its_messages_themselves() {
    let mut world = stage();
    world.execute(&write(OWNER, BASIC), NOW).unwrap();
    let accounts = vec![STRANGER];
    world.execute(&AddMembers { user: OWNER, target: BASIC.into(), accounts }, NOW).unwrap();
    let key = world.execute(&write(OWNER, BASIC), NOW).unwrap();
    let message = world.message_by_key(key).unwrap();
    let seen = |account| world.dialog(account, BASIC).unwrap().messages().count();
    assert_eq!((seen(STRANGER), seen(OWNER)), (2, 6), "the service message about her, and the text");
    assert_eq!(message.id_for(STRANGER), MessageId(2));
    assert_eq!(world.message(STRANGER, MessageId(2)).map(|message| message.key), Some(key));
}

#[test]
fn a_basic_group_becomes_a_supergroup() {
    let mut world = stage();
    let upgrade = |user| UpgradeGroup { user, target: BASIC.into() };
    let refused = Err(Refusal::NotEnoughRights(GroupOperation::ChangeInfo));
    assert_eq!(world.execute(&upgrade(ADMIN), NOW), refused);
    let new = world.execute(&upgrade(OWNER), NOW).unwrap();
    let ChatId::Channel(channel) = new else { panic!("{new:?}") };
    assert_eq!(world.execute(&write(BOT, BASIC), NOW).map(drop), Err(Refusal::GroupUpgraded(channel)));
    let group = world.group(new).unwrap();
    assert_eq!((group.member_count, group.upgraded_from), (4, Some(GroupId(11))));
    assert_eq!(status(&world, new, BOT).rights(), status(&world, BASIC, BOT).rights());
    let told: Vec<_> = world
        .queue(BOT)
        .unwrap()
        .from(0, NOW)
        .filter_map(|queued| match &queued.update {
            Update::Message(version) => world.message_version(*version),
            _ => None,
        })
        .map(|message| (message.chat, message.content.clone()))
        .filter(|(_, content)| {
            matches!(
                content,
                Content::GroupChanged(GroupChange::UpgradedTo(_) | GroupChange::UpgradedFrom { .. })
            )
        })
        .collect();
    let from = GroupChange::UpgradedFrom { group: GroupId(11), title: "Gardeners".into() };
    assert_eq!(
        told,
        [
            (BASIC, Content::GroupChanged(GroupChange::UpgradedTo(channel))),
            (new, Content::GroupChanged(from))
        ]
    );
}

#[test]
fn a_bot_is_started_in_a_group_with_the_payload_of_its_link() {
    for chat in [BASIC, SUPER] {
        let mut world = stage();
        let start = |user| StartBotInGroup {
            user,
            bot: OTHER_BOT,
            target: chat.into(),
            payload: Some("airplane".to_owned()),
            random_id: None,
        };
        assert!(world.execute(&start(STRANGER), NOW).is_err());
        world.execute(&start(USER), NOW).unwrap();
        let texts: Vec<_> = world
            .queue(OTHER_BOT)
            .unwrap()
            .from(0, NOW)
            .map(|queued| match &queued.update {
                Update::Message(version) => {
                    let message = world.message_version(*version).unwrap();
                    message.text_for(OTHER_BOT).map_or("joined".to_owned(), |text| text.text.to_string())
                }
                Update::MemberChanged(change) => format!("{:?}", change.new),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(texts, ["Member", "joined", "/start@b102_bot airplane"], "{chat:?}");
    }
    let mut world = stage();
    let flags = FlagsPatch { can_join_groups: Some(false), ..FlagsPatch::default() };
    world.execute(&EditBot { bot: OTHER_BOT, username: None, flags, texts: Vec::new() }, NOW).unwrap();
    for chat in [BASIC, SUPER] {
        let accounts = vec![OTHER_BOT];
        let add = AddMembers { user: OWNER, target: chat.into(), accounts };
        assert_eq!(world.execute(&add, NOW), Err(Refusal::BotCantJoinGroups));
    }
    let accounts = vec![OTHER_BOT];
    let add = AddMembers { user: OWNER, target: CHANNEL.into(), accounts };
    assert_eq!(world.execute(&add, NOW), Err(Refusal::BotMustBeAdministrator));
}
