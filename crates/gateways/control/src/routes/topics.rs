//! The topics of forums.

use super::extract::{AtGroup, Body, By, GroupPath, Json, Path, Query, World, group};
use crate::dto::{AccountName, Topic};
use crate::problem::Problem;
use http::StatusCode;
use parlor_world::content::TopicEdit;
use parlor_world::ops::group::{CreateTopic, DeleteTopic, EditTopic};
use parlor_world::{MessageId, Refusal};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// `/groups/{group}/topics/{topic}`
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct TopicPath {
    /// The Bot API id of a supergroup, or its username with or without `@`.
    group: String,
    /// Its `message_thread_id`; 1 is General.
    topic: i32,
}

/// Lists the topics of a forum: General, then the others in the order in which they were made.
#[utoipa::path(
    get,
    path = "/control/groups/{group}/topics",
    operation_id = "list_topics",
    tag = "topics",
    params(GroupPath),
    responses((status = 200, description = "The topics; none of other chats", body = Vec<Topic>), Problem)
)]
pub(super) async fn list(at: AtGroup) -> Result<Json<Vec<Topic>>, Problem> {
    let topics = at.host.read(|world, _| world.topics(at.group).iter().map(Topic::from).collect());
    Ok(Json(topics.await?))
}

/// A topic to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTopic {
    #[schema(min_length = 1, max_length = 128)]
    name: String,
    /// RGB: 7322096, 16766590, 13338331, 9367192, 16749490 or 16478047; the first if absent.
    icon_color: Option<u32>,
    /// The id of a custom emoji.
    #[schema(pattern = "^[0-9]+$")]
    icon_custom_emoji_id: Option<String>,
    /// Who makes it; the owner if absent.
    by: Option<AccountName>,
}

fn icon(text: Option<String>) -> Result<Option<i64>, Problem> {
    let icon = |text: String| match text.as_str() {
        "" => Ok(0),
        digits => {
            digits.parse().map_err(|_| Problem::bad_request("the id of a custom emoji has digits only"))
        }
    };
    text.map(icon).transpose()
}

/// Makes a topic.
#[utoipa::path(
    post,
    path = "/control/groups/{group}/topics",
    operation_id = "create_topic",
    tag = "topics",
    params(GroupPath),
    request_body = NewTopic,
    responses((status = 201, description = "The new topic", body = Topic), Problem)
)]
pub(super) async fn create(
    at: AtGroup,
    Body(new): Body<NewTopic>,
) -> Result<(StatusCode, Json<Topic>), Problem> {
    let (actor, target) = (at.actor(new.by).await?.into(), at.group.into());
    let icon = icon(new.icon_custom_emoji_id)?.filter(|icon| *icon != 0);
    let command = CreateTopic { actor, target, name: new.name, icon_color: new.icon_color, icon };
    let topic = at.host.execute(command).await?;
    Ok((StatusCode::CREATED, Json(Topic::from(&topic))))
}

/// Changes to a topic: absent fields stay as they are.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TopicPatch {
    #[schema(min_length = 1, max_length = 128)]
    name: Option<String>,
    /// The id of a custom emoji; empty removes the icon.
    #[schema(pattern = "^[0-9]*$")]
    icon_custom_emoji_id: Option<String>,
    is_closed: Option<bool>,
    /// Of General only; hiding closes it.
    is_hidden: Option<bool>,
    /// Who changes it; the owner if absent.
    by: Option<AccountName>,
}

/// Changes a topic: its name, icon, or whether it is closed.
#[utoipa::path(
    patch,
    path = "/control/groups/{group}/topics/{topic}",
    operation_id = "edit_topic",
    tag = "topics",
    params(TopicPath),
    request_body = TopicPatch,
    responses((status = 200, description = "The topic after the change", body = Topic), Problem)
)]
pub(super) async fn edit(
    World(host): World,
    Path(path): Path<TopicPath>,
    Body(patch): Body<TopicPatch>,
) -> Result<Json<Topic>, Problem> {
    let group = group(&host, &path.group).await?;
    let at = AtGroup { host, group };
    let (actor, target, topic) = (at.actor(patch.by).await?.into(), group.into(), MessageId(path.topic));
    let edit = TopicEdit {
        name: patch.name.map(Into::into),
        icon: icon(patch.icon_custom_emoji_id)?,
        is_closed: patch.is_closed,
        is_hidden: patch.is_hidden,
    };
    let edited = at.host.execute_with(EditTopic { actor, target, topic, edit }, |world, _, ()| {
        world.topics(group).iter().find(|found| found.id == topic).map(Topic::from)
    });
    Ok(Json(edited.await?.ok_or(Refusal::TopicNotFound)?))
}

/// Deletes a topic with all its messages.
#[utoipa::path(
    delete,
    path = "/control/groups/{group}/topics/{topic}",
    operation_id = "delete_topic",
    tag = "topics",
    params(TopicPath, By),
    responses((status = 204, description = "The topic is deleted"), Problem)
)]
pub(super) async fn delete(
    World(host): World,
    Path(path): Path<TopicPath>,
    Query(by): Query<By>,
) -> Result<StatusCode, Problem> {
    let group = group(&host, &path.group).await?;
    let at = AtGroup { host, group };
    let (actor, target, topic) = (at.actor_of(by).await?.into(), group.into(), MessageId(path.topic));
    at.host.execute(DeleteTopic { actor, target, topic }).await?;
    Ok(StatusCode::NO_CONTENT)
}
