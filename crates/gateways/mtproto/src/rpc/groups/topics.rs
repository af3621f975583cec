use super::{Place, answer};
use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view::{self, Named, Viewer, length};
use parlor_wire_tl::{enums, types};
use parlor_world::content::TopicEdit;
use parlor_world::ops::group::{CreateTopic, DeleteTopic, EditTopic};
use parlor_world::state::group::{GENERAL, Group, Topic};
use parlor_world::{Actor, ChatId, MessageId, Refusal, Timestamp, World};

/// Topics of one page.
const MAX_LIMIT: usize = 100;

/// What a request for a new topic says; `channels.createForumTopic` and `messages.createForumTopic` differ in how they name
/// the chat only.
pub(in crate::rpc) struct NewTopic {
    pub(in crate::rpc) place: Place,
    pub(in crate::rpc) title: String,
    pub(in crate::rpc) icon_color: Option<i32>,
    pub(in crate::rpc) icon: Option<i64>,
}

pub(in crate::rpc) async fn create_topic(context: &Context, new: NewTopic) -> Answer {
    let me = context.me()?;
    let chat = new.place.find(context).await?;
    let command = CreateTopic {
        actor: Actor::from(me),
        target: decode::target_of(chat, me),
        name: new.title,
        icon_color: new.icon_color.map(|color| u32::try_from(color).unwrap_or(u32::MAX)),
        icon: new.icon.filter(|icon| *icon != 0),
    };
    answer(context, chat, command).await
}

/// What a request changes about a topic.
pub(in crate::rpc) struct TopicChange {
    pub(in crate::rpc) place: Place,
    pub(in crate::rpc) topic: i32,
    pub(in crate::rpc) title: Option<String>,
    pub(in crate::rpc) icon: Option<i64>,
    pub(in crate::rpc) closed: Option<bool>,
    pub(in crate::rpc) hidden: Option<bool>,
}

pub(in crate::rpc) async fn edit_topic(context: &Context, change: TopicChange) -> Answer {
    let me = context.me()?;
    let chat = change.place.find(context).await?;
    let command = EditTopic {
        actor: Actor::from(me),
        target: decode::target_of(chat, me),
        topic: MessageId(change.topic),
        edit: TopicEdit {
            name: change.title.map(Into::into),
            icon: change.icon,
            is_closed: change.closed,
            is_hidden: change.hidden,
        },
    };
    answer(context, chat, command).await
}

pub(in crate::rpc) async fn delete_topic(context: &Context, place: Place, topic: i32) -> Answer {
    let me = context.me()?;
    let chat = place.find(context).await?;
    let command =
        DeleteTopic { actor: Actor::from(me), target: decode::target_of(chat, me), topic: MessageId(topic) };
    let deleted = context.execute_with_effects(command, |executed, ()| executed.affected(chat));
    let affected = deleted.await?;
    let (pts, pts_count) = (affected.pts, affected.pts_count);
    let affected = types::MessagesAffectedHistory { pts, pts_count, offset: 0 };
    context.encode(&enums::MessagesAffectedHistory::from(affected))
}

/// Which topics a request lists.
pub(in crate::rpc) struct TopicPage {
    pub(in crate::rpc) place: Place,
    pub(in crate::rpc) query: Option<String>,
    pub(in crate::rpc) offset_topic: i32,
    pub(in crate::rpc) limit: i32,
}

/// The newest topic comes first, and General last.
pub(in crate::rpc) async fn get_topics(context: &Context, page: TopicPage) -> Answer {
    let viewer = context.viewer()?;
    let chat = page.place.find(context).await?;
    let query = page.query.unwrap_or_default().to_lowercase();
    let limit = usize::try_from(page.limit).unwrap_or(0).clamp(1, MAX_LIMIT);
    let found = context.read(|world, now| {
        let group = forum(world, viewer, chat, now)?;
        let mut ids: Vec<_> = group.topics.keys().copied().filter(|id| *id != GENERAL).collect();
        ids.reverse();
        ids.push(GENERAL);
        let all = ids.into_iter().filter_map(|id| group.topic(id));
        let all: Vec<_> = all.filter(|topic| topic.name.to_lowercase().contains(&query)).collect();
        let start = all.iter().position(|topic| topic.id.0 == page.offset_topic).map_or(0, |at| at + 1);
        let count = all.len();
        let topics: Vec<_> = all.into_iter().skip(start).take(limit).collect();
        Ok::<_, RpcError>(show(world, viewer, chat, &topics, count, now))
    });
    context.encode(&enums::MessagesForumTopics::from(found.await??))
}

pub(in crate::rpc) async fn get_topics_by_id(context: &Context, place: Place, ids: &[i32]) -> Answer {
    decode::check_ids(ids, decode::MAX_IDS)?;
    let viewer = context.viewer()?;
    let chat = place.find(context).await?;
    let found = context.read(|world, now| {
        let group = forum(world, viewer, chat, now)?;
        let topics: Vec<_> = ids.iter().filter_map(|id| group.topic(MessageId(*id))).collect();
        Ok::<_, RpcError>(show(world, viewer, chat, &topics, topics.len(), now))
    });
    context.encode(&enums::MessagesForumTopics::from(found.await??))
}

fn forum(world: &World, viewer: Viewer, chat: ChatId, now: Timestamp) -> Result<&Group, Refusal> {
    decode::target_of(chat, viewer.me).resolve(world, Actor::from(viewer.me), now)?;
    world.group(chat).filter(|group| group.profile.is_forum).ok_or(Refusal::NotAForum)
}

fn show(
    world: &World,
    viewer: Viewer,
    chat: ChatId,
    topics: &[Topic],
    count: usize,
    now: Timestamp,
) -> types::MessagesForumTopics {
    let me = viewer.me;
    let shown: Vec<_> = topics.iter().map(|topic| view::topic(world, me, chat, topic)).collect();
    let dialog = world.dialog(me, chat);
    let last = shown.iter().filter_map(|topic| dialog?.message(MessageId(topic.top_message)));
    let last: Vec<_> = last.collect();
    let mut named: Named = last.iter().copied().collect();
    named.add_chat(chat);
    topics.iter().for_each(|topic| named.add_account(topic.creator));
    let pts = match chat {
        ChatId::Channel(channel) => view::channel_pts(world, channel),
        ChatId::Private(..) | ChatId::Group(_) => 0,
    };
    types::MessagesForumTopics {
        // > order_by_create_date: Whether the returned topics are ordered by creation date
        order_by_create_date: true,
        count: length(count),
        topics: shown.into_iter().map(Into::into).collect(),
        messages: last.iter().map(|message| view::message(world, message, viewer)).collect(),
        chats: named.shown_chats(world, me, now),
        users: named.users(world, me),
        pts,
    }
}
