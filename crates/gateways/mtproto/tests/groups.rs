//! Groups and channels: who is told what, by which counter, and what administrators do.

mod common;

use anyhow::{Context, Result, bail, ensure};
use common::{BOT, Stage, list, new_message, serve, sign_in_user};
use parlor_stories::mtproto::{Client, refused};
use parlor_wire_tl::{LAYER, enums, functions, types};
use parlor_world::ops::account::AdoptToken;
use parlor_world::state::account::Token;

const TOKEN: &str = "777:AAAA";

/// Ann and Bob, and a bot that is logged in and has met nobody.
async fn begin() -> Result<(Stage, Client, Client, Client)> {
    let stage = serve(None).await?;
    stage.host.execute(AdoptToken(Token::parse(TOKEN).context("a token")?)).await?;
    let ann = sign_in_user(&stage, 1001, "ann_user").await?;
    let bob = sign_in_user(&stage, 1002, "bob_user").await?;
    let mut bot = Client::connect(&stage.address, LAYER).await?;
    bot.begin().await?;
    bot.log_in(TOKEN).await?;
    bot.state().await?;
    Ok((stage, ann, bob, bot))
}

macro_rules! call {
    ($client:expr, $request:expr) => {{
        let request = $request;
        $client.call(move |layer, out| request.write(layer, out))
    }};
}

fn updates(updates: enums::Updates) -> Result<types::Updates> {
    match updates {
        enums::Updates::Updates(updates) => Ok(updates),
        other => bail!("{other:?}"),
    }
}

/// The one supergroup or channel of an answer.
fn channel(updates: &types::Updates) -> Result<types::Channel> {
    let channel = updates.chats.iter().find_map(|chat| match chat {
        enums::Chat::Channel(channel) => Some(channel.clone()),
        _ => None,
    });
    channel.with_context(|| format!("a channel in {updates:?}"))
}

fn input(channel: &types::Channel) -> types::InputChannel {
    types::InputChannel { channel_id: channel.id, access_hash: channel.access_hash.unwrap_or_default() }
}

fn input_peer(channel: &types::Channel) -> enums::InputPeer {
    let types::InputChannel { channel_id, access_hash } = input(channel);
    types::InputPeerChannel { channel_id, access_hash }.into()
}

async fn user(client: &mut Client, username: &str) -> Result<enums::InputUser> {
    match client.resolve(username).await? {
        enums::InputPeer::InputPeerUser(peer) => {
            Ok(types::InputUser { user_id: peer.user_id, access_hash: peer.access_hash }.into())
        }
        other => bail!("{other:?}"),
    }
}

async fn create(ann: &mut Client, megagroup: bool, forum: bool) -> Result<types::Channel> {
    let title = "Gardens".to_owned();
    let request = functions::ChannelsCreateChannel {
        megagroup,
        broadcast: !megagroup,
        forum,
        title,
        ..Default::default()
    };
    let created = updates(call!(ann, request).await?)?;
    let news =
        created.updates.iter().filter(|update| matches!(update, enums::Update::UpdateNewChannelMessage(_)));
    ensure!(news.count() == 1, "{created:?}");
    channel(&created)
}

async fn add(ann: &mut Client, group: &types::Channel, added: enums::InputUser) -> Result<()> {
    let request = functions::ChannelsInviteToChannel { channel: input(group).into(), users: vec![added] };
    let enums::MessagesInvitedUsers::InvitedUsers(added) = call!(ann, request).await?;
    ensure!(added.missing_invitees.is_empty());
    Ok(())
}

async fn post(
    client: &mut Client,
    group: &types::Channel,
    text: &str,
    random_id: i64,
) -> Result<types::Updates> {
    let (peer, message) = (input_peer(group), text.to_owned());
    let request = functions::MessagesSendMessage { peer, message, random_id, ..Default::default() };
    updates(call!(client, request).await?)
}

fn channel_message(update: &enums::Update) -> Option<&types::Message> {
    match update {
        enums::Update::UpdateNewChannelMessage(types::UpdateNewChannelMessage {
            message: enums::Message::Message(message),
            ..
        }) => Some(message),
        _ => None,
    }
}

/// The next text of a supergroup or channel that the session is pushed, with what came before it.
async fn next_text(client: &mut Client) -> Result<(types::Message, Vec<enums::Update>)> {
    let mut before = Vec::new();
    loop {
        for update in list(client.pushed().await?) {
            if let Some(message) = channel_message(&update) {
                return Ok((message.clone(), before));
            }
            before.push(update);
        }
    }
}

#[tokio::test]
async fn a_bot_in_a_supergroup_is_pushed_what_privacy_mode_allows() -> Result<()> {
    let (_stage, mut ann, mut bob, mut bot) = begin().await?;
    let group = create(&mut ann, true, false).await?;
    post(&mut ann, &group, "before the bot came", 1).await?;
    let (to_bot, to_bob) = (user(&mut ann, "b777_bot").await, user(&mut ann, "bob_user").await?);
    let to_bot = match to_bot {
        Ok(found) => found,
        Err(_) => bail!("the bot's username"),
    };
    add(&mut ann, &group, to_bob).await?;
    add(&mut ann, &group, to_bot).await?;
    post(&mut ann, &group, "not for the bot", 2).await?;
    post(&mut ann, &group, "/start@b777_bot", 3).await?;

    let (message, before) = next_text(&mut bot).await?;
    ensure!(message.message == "/start@b777_bot", "{message:?}");
    ensure!(message.from_id == Some(types::PeerUser { user_id: 1001 }.into()), "{message:?}");
    ensure!(message.peer_id == types::PeerChannel { channel_id: group.id }.into());
    let joined = before.iter().find_map(|update| match update {
        enums::Update::UpdateChannelParticipant(changed) => Some(changed),
        _ => None,
    });
    let joined = joined.with_context(|| format!("{before:?}"))?;
    ensure!((joined.user_id, joined.actor_id, joined.qts) == (BOT.0, 1001, 2), "{joined:?}");
    ensure!(joined.prev_participant.is_none() && joined.new_participant.is_some(), "{joined:?}");
    let services = before.iter().filter(|update| matches!(update, enums::Update::UpdateNewChannelMessage(_)));
    ensure!(services.count() == 1, "only its own coming: {before:?}");

    let (message, _) = next_text(&mut bob).await?;
    ensure!(message.message == "not for the bot", "{message:?}");

    // The bot names the group without a hash.
    let own = types::Channel { access_hash: None, ..group.clone() };
    let sent = post(&mut bot, &own, "Hello", 4).await?;
    ensure!(
        sent.updates.iter().any(|update| matches!(update, enums::Update::UpdateMessageID(_))),
        "{sent:?}"
    );
    ensure!(sent.updates.iter().any(|update| channel_message(update).is_some_and(|message| message.out)));
    loop {
        let (message, _) = next_text(&mut bob).await?;
        if message.message == "Hello" {
            break;
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_difference_of_a_channel_holds_what_was_missed() -> Result<()> {
    let (_stage, mut ann, _bob, _bot) = begin().await?;
    let group = create(&mut ann, true, false).await?;
    let sent = post(&mut ann, &group, "one", 1).await?;
    let (id, pts) = sent
        .updates
        .iter()
        .find_map(|update| match update {
            enums::Update::UpdateNewChannelMessage(new) => Some((channel_message(update)?.id, new.pts)),
            _ => None,
        })
        .context("a message")?;
    ensure!((id, pts) == (2, 3), "the channel counts for itself: {sent:?}");
    post(&mut ann, &group, "two", 2).await?;
    let ask = |pts, limit| functions::UpdatesGetChannelDifference {
        channel: input(&group).into(),
        filter: types::ChannelMessagesFilterEmpty {}.into(),
        pts,
        limit,
        ..Default::default()
    };
    let enums::UpdatesChannelDifference::ChannelDifference(missed) = call!(ann, ask(pts, 100)).await? else {
        bail!("a difference")
    };
    ensure!((missed.r#final, missed.pts, missed.new_messages.len()) == (true, 4, 1), "{missed:?}");
    let enums::UpdatesChannelDifference::ChannelDifference(part) = call!(ann, ask(1, 1)).await? else {
        bail!("a part")
    };
    ensure!((part.r#final, part.pts, part.new_messages.len()) == (false, 2, 1), "{part:?}");
    let enums::UpdatesChannelDifference::ChannelDifferenceEmpty(empty) = call!(ann, ask(4, 100)).await?
    else {
        bail!("nothing")
    };
    ensure!((empty.r#final, empty.pts) == (true, 4));
    let answer = call!(ann, ask(5, 100)).await;
    let error = refused::<enums::UpdatesChannelDifference>(answer)?;
    ensure!(error.message == "PERSISTENT_TIMESTAMP_INVALID", "{error}");
    Ok(())
}

#[tokio::test]
async fn a_link_that_needs_approval_leads_to_a_request_that_a_bot_decides() -> Result<()> {
    let (_stage, mut ann, mut bob, mut bot) = begin().await?;
    let group = create(&mut ann, true, false).await?;
    let to_bot = user(&mut ann, "b777_bot").await?;
    add(&mut ann, &group, to_bot.clone()).await?;
    let rights = types::ChatAdminRights { invite_users: true, ..Default::default() };
    let promote = functions::ChannelsEditAdmin {
        channel: input(&group).into(),
        user_id: to_bot,
        admin_rights: rights.into(),
        rank: None,
    };
    call!(ann, promote).await.map(drop::<enums::Updates>)?;
    let export = functions::MessagesExportChatInvite {
        peer: input_peer(&group),
        request_needed: true,
        title: Some("Gate".to_owned()),
        ..Default::default()
    };
    let invite: enums::ExportedChatInvite = call!(ann, export).await?;
    let enums::ExportedChatInvite::ChatInviteExported(invite) = invite else { bail!("{invite:?}") };
    let hash = invite.link.rsplit('+').next().context("a hash")?.to_owned();

    let check = functions::MessagesCheckChatInvite { hash: hash.clone() };
    let enums::ChatInvite::ChatInvite(card) = call!(bob, check).await? else { bail!("a card") };
    ensure!((card.title.as_str(), card.request_needed, card.participants_count) == ("Gardens", true, 2));
    let import = functions::MessagesImportChatInvite { hash };
    let error = refused::<enums::MessagesChatInviteJoinResult>(call!(bob, import).await)?;
    ensure!(error.message == "INVITE_REQUEST_SENT", "{error}");

    let request = loop {
        let asked = list(bot.pushed().await?).into_iter().find_map(|update| match update {
            enums::Update::UpdateBotChatInviteRequester(request) => Some(request),
            _ => None,
        });
        if let Some(request) = asked {
            break request;
        }
    };
    ensure!(request.user_id == 1002 && request.peer == types::PeerChannel { channel_id: group.id }.into());
    let enums::ExportedChatInvite::ChatInviteExported(shown) = &request.invite else { bail!("{request:?}") };
    ensure!(shown.link.ends_with("...") && shown.title.as_deref() == Some("Gate"), "{shown:?}");

    let to_bot = bob.resolve("b777_bot").await?;
    let why = functions::MessagesGetPeerSettings { peer: to_bot };
    let enums::MessagesPeerSettings::PeerSettings(why) = call!(bob, why).await?;
    let enums::PeerSettings::PeerSettings(why) = why.settings;
    ensure!(why.request_chat_title.as_deref() == Some("Gardens") && !why.request_chat_broadcast, "{why:?}");

    let approve = functions::MessagesHideChatJoinRequest {
        approved: true,
        peer: types::InputPeerChannel { channel_id: group.id, access_hash: 0 }.into(),
        user_id: types::InputUser { user_id: 1002, access_hash: 0 }.into(),
    };
    call!(bot, approve.clone()).await.map(drop::<enums::Updates>)?;
    let error = refused::<enums::Updates>(call!(bot, approve).await)?;
    ensure!(error.message == "USER_ALREADY_PARTICIPANT", "{error}");
    let list = functions::ChannelsGetParticipants {
        channel: input(&group).into(),
        filter: types::ChannelParticipantsRecent {}.into(),
        offset: 0,
        limit: 100,
        hash: 0,
    };
    let enums::ChannelsChannelParticipants::ChannelParticipants(all) = call!(ann, list).await? else {
        bail!("a list")
    };
    ensure!(all.count == 3 && all.participants.len() == 3 && all.users.len() == 3, "{all:?}");
    Ok(())
}

#[tokio::test]
async fn who_is_banned_or_restricted_is_told_so_and_can_come_back() -> Result<()> {
    let (_stage, mut ann, mut bob, _bot) = begin().await?;
    let group = create(&mut ann, true, false).await?;
    let to_bob = user(&mut ann, "bob_user").await?;
    add(&mut ann, &group, to_bob).await?;
    let participant = ann.resolve("bob_user").await?;
    let edit = |banned_rights: types::ChatBannedRights| functions::ChannelsEditBanned {
        channel: input(&group).into(),
        participant: participant.clone(),
        banned_rights: banned_rights.into(),
    };
    let find = |participant: &enums::InputPeer| functions::ChannelsGetParticipant {
        channel: input(&group).into(),
        participant: participant.clone(),
    };
    let full = functions::MessagesGetDialogs { limit: 10, ..Default::default() };
    let enums::MessagesDialogs::Dialogs(dialogs) = call!(bob, full).await? else { bail!("dialogs") };
    let Some(enums::Chat::Channel(own)) = dialogs.chats.first() else { bail!("{dialogs:?}") };

    let mute = types::ChatBannedRights { send_messages: true, ..Default::default() };
    call!(ann, edit(mute)).await.map(drop::<enums::Updates>)?;
    let error = refused(post(&mut bob, own, "Hi", 1).await)?;
    ensure!((error.code, error.message.as_str()) == (403, "CHAT_SEND_PLAIN_FORBIDDEN"), "{error}");
    let enums::ChannelsChannelParticipant::ChannelParticipant(found) = call!(ann, find(&participant)).await?;
    ensure!(
        matches!(&found.participant, enums::ChannelParticipant::ChannelParticipantBanned(banned) if !banned.left),
        "{found:?}"
    );

    call!(ann, edit(types::ChatBannedRights::default())).await.map(drop::<enums::Updates>)?;
    post(&mut bob, own, "Hi", 2).await?;

    let ban = types::ChatBannedRights { view_messages: true, ..Default::default() };
    call!(ann, edit(ban)).await.map(drop::<enums::Updates>)?;
    let error = refused(post(&mut bob, own, "Hi", 3).await)?;
    ensure!(error.message == "CHANNEL_PRIVATE", "{error}");
    let chats = functions::ChannelsGetChannels { id: vec![input(own).into()] };
    let enums::MessagesChats::Chats(chats) = call!(bob, chats).await? else { bail!("chats") };
    ensure!(matches!(chats.chats.first(), Some(enums::Chat::ChannelForbidden(_))), "{chats:?}");

    call!(ann, edit(types::ChatBannedRights::default())).await.map(drop::<enums::Updates>)?;
    let answer = call!(ann, find(&participant)).await;
    let error = refused::<enums::ChannelsChannelParticipant>(answer)?;
    ensure!(error.message == "USER_NOT_PARTICIPANT", "{error}");
    Ok(())
}

#[tokio::test]
async fn a_basic_group_counts_with_its_members_and_becomes_a_supergroup() -> Result<()> {
    let (_stage, mut ann, mut bob, _bot) = begin().await?;
    let to_bob = user(&mut ann, "bob_user").await?;
    let request =
        functions::MessagesCreateChat { users: vec![to_bob], title: "Two".to_owned(), ttl_period: None };
    let enums::MessagesInvitedUsers::InvitedUsers(created) = call!(ann, request).await?;
    let created = updates(created.updates)?;
    let Some(enums::Chat::Chat(chat)) = created.chats.first() else { bail!("{created:?}") };
    ensure!((chat.creator, chat.participants_count) == (true, 2), "{chat:?}");
    let peer: enums::InputPeer = types::InputPeerChat { chat_id: chat.id }.into();
    common::send(&mut ann, &peer, "Hi, Bob", 1).await?;
    let message = loop {
        let found = list(bob.pushed().await?).iter().filter_map(new_message).next().cloned();
        if let Some(message) = found {
            break message;
        }
    };
    ensure!(message.from_id == Some(types::PeerUser { user_id: 1001 }.into()), "{message:?}");
    ensure!(message.peer_id == types::PeerChat { chat_id: chat.id }.into(), "{message:?}");

    let full = functions::MessagesGetFullChat { chat_id: chat.id };
    let enums::MessagesChatFull::ChatFull(full) = call!(bob, full).await?;
    let enums::ChatFull::ChatFull(page) = &full.full_chat else { bail!("{full:?}") };
    let enums::ChatParticipants::ChatParticipants(members) = &page.participants else { bail!("{page:?}") };
    ensure!(members.participants.len() == 2 && full.users.len() == 2, "{full:?}");

    let upgraded = updates(call!(ann, functions::MessagesMigrateChat { chat_id: chat.id }).await?)?;
    let new = channel(&upgraded)?;
    let old = upgraded.chats.iter().find_map(|chat| match chat {
        enums::Chat::Chat(chat) => Some(chat),
        _ => None,
    });
    ensure!(
        new.megagroup && old.is_some_and(|old| old.deactivated && old.migrated_to.is_some()),
        "{upgraded:?}"
    );
    let error = refused(common::send(&mut ann, &peer, "too late", 2).await)?;
    ensure!((error.code, error.message.as_str()) == (403, "CHAT_WRITE_FORBIDDEN"), "{error}");
    Ok(())
}

#[tokio::test]
async fn posts_of_a_channel_name_no_author() -> Result<()> {
    let (_stage, mut ann, mut bob, _bot) = begin().await?;
    let news = create(&mut ann, false, false).await?;
    let to_bob = user(&mut ann, "bob_user").await?;
    add(&mut ann, &news, to_bob).await?;
    post(&mut ann, &news, "News", 1).await?;
    let (message, _) = next_text(&mut bob).await?;
    ensure!((message.post, message.from_id.is_none(), message.views) == (true, true, Some(1)), "{message:?}");
    let enums::MessagesDialogs::Dialogs(dialogs) =
        call!(bob, functions::MessagesGetDialogs { limit: 10, ..Default::default() }).await?
    else {
        bail!("dialogs")
    };
    let Some(enums::Chat::Channel(own)) = dialogs.chats.first() else { bail!("{dialogs:?}") };
    let error = refused(post(&mut bob, own, "Hi", 2).await)?;
    ensure!((error.code, error.message.as_str()) == (403, "CHAT_WRITE_FORBIDDEN"), "{error}");
    let list = functions::ChannelsGetParticipants {
        channel: input(own).into(),
        filter: types::ChannelParticipantsRecent {}.into(),
        ..Default::default()
    };
    let error = refused::<enums::ChannelsChannelParticipants>(call!(bob, list).await)?;
    ensure!(error.message == "CHAT_ADMIN_REQUIRED", "{error}");
    Ok(())
}

#[tokio::test]
async fn messages_of_topics_say_so() -> Result<()> {
    let (_stage, mut ann, _bob, _bot) = begin().await?;
    let forum = create(&mut ann, true, true).await?;
    let new = functions::MessagesCreateForumTopic {
        peer: input_peer(&forum),
        title: "Roses".to_owned(),
        ..Default::default()
    };
    call!(ann, new).await.map(drop::<enums::Updates>)?;
    let reply_to = types::InputReplyToMessage { reply_to_msg_id: 2, ..Default::default() };
    let request = functions::MessagesSendMessage {
        peer: input_peer(&forum),
        message: "Red".to_owned(),
        random_id: 1,
        reply_to: Some(reply_to.into()),
        ..Default::default()
    };
    let sent = updates(call!(ann, request).await?)?;
    let message = sent.updates.iter().find_map(channel_message).context("a message")?;
    let Some(enums::MessageReplyHeader::MessageReplyHeader(reply)) = &message.reply_to else {
        bail!("{message:?}")
    };
    ensure!(
        (reply.forum_topic, reply.reply_to_msg_id, reply.reply_to_top_id) == (true, Some(2), None),
        "{reply:?}"
    );
    let list =
        functions::MessagesGetForumTopics { peer: input_peer(&forum), limit: 10, ..Default::default() };
    let enums::MessagesForumTopics::ForumTopics(topics) = call!(ann, list).await?;
    ensure!((topics.count, topics.topics.len()) == (2, 2), "Roses and General: {topics:?}");
    let Some(enums::ForumTopic::ForumTopic(roses)) = topics.topics.first() else { bail!("{topics:?}") };
    ensure!((roses.id, roses.top_message, roses.title.as_str()) == (2, 3, "Roses"), "{roses:?}");
    Ok(())
}
