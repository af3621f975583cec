use crate::ids::{GroupKind, MessageId};
use crate::ops::actor::Place;
use crate::refusal::Refusal;
use crate::state::group::{AdminRights, GENERAL, Group};
use crate::state::message::{Reply, Thread};

/// The topic or thread that a new message belongs to.
///
/// In a forum it is the topic that the sender names, or that of the message that is replied to. In other supergroups
/// replies make threads, and what the sender names is ignored.
pub(super) fn find(
    place: &Place<'_>,
    wanted: Option<MessageId>,
    reply: Option<&Reply>,
) -> Result<Option<Thread>, Refusal> {
    let Some(group) = place.group.filter(|group| group.kind == GroupKind::Supergroup) else {
        return Ok(None);
    };
    let replied = reply.and_then(|reply| place.world.message_by_key(reply.to.key));
    if !group.profile.is_forum {
        let root = replied.map(|message| match message.thread() {
            Some(thread) => thread.root,
            None => message.id_for(place.actor),
        });
        return Ok(root.map(|root| Thread { root, is_topic: false }));
    }
    let of_reply = replied.and_then(|message| message.thread()).filter(|thread| thread.is_topic);
    let topic = wanted.or(of_reply.map(|thread| thread.root)).filter(|topic| *topic != GENERAL);
    ensure_open(place, group, topic.unwrap_or(GENERAL))?;
    Ok(topic.map(|root| Thread { root, is_topic: true }))
}

fn ensure_open(place: &Place<'_>, group: &Group, id: MessageId) -> Result<(), Refusal> {
    let topic = group.topics.get(&id);
    if topic.is_none() && id != GENERAL {
        return Err(Refusal::ThreadNotFound);
    }
    let is_closed = topic.is_some_and(|topic| topic.is_closed && topic.creator != place.actor);
    let may_write = place.status().rights().contains(AdminRights::MANAGE_TOPICS);
    if is_closed && !may_write { Err(Refusal::TopicClosed) } else { Ok(()) }
}
