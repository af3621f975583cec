use super::send::NewContent;
use crate::content::{Content, LinkPreview};
use crate::event::{Edit, Event, MessageEvent};
use crate::ids::{MessageId, MessageKey, Timestamp};
use crate::markup::Markup;
use crate::ops::actor::Place;
use crate::ops::{Actor, Command, Right, Target};
use crate::refusal::{MessageOperation, Refusal};
use crate::state::World;
use crate::state::group::{AdminRights, Group};
use crate::state::message::Message;
use crate::text::Text;

/// An account edits its own message.
pub struct EditMessage {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// By the actor's own id.
    pub message: MessageId,
    /// What changes.
    pub edit: MessageEdit,
    /// The new inline keyboard; `None` removes the old one.
    pub markup: Option<Markup>,
}

/// What an edit changes beside the keyboard.
#[derive(Debug, Clone)]
pub enum MessageEdit {
    /// The text.
    Text { text: Text, link_preview: Option<LinkPreview> },
    /// Nothing but the keyboard.
    Markup,
}

impl Command for EditMessage {
    type Outcome = MessageKey;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<MessageKey, Refusal> {
        let place = self.target.place(world, self.actor, now)?;
        let message = editable_message(&place, self.message)?;
        let Content::Text(old) = &message.content else { return Err(Refusal::MessageCantBeEdited) };
        let is_hidden = matches!(self.edit, MessageEdit::Markup);
        let content = match &self.edit {
            MessageEdit::Markup => message.content.clone(),
            MessageEdit::Text { text, link_preview } => {
                NewContent::Text { text: text.clone(), link_preview: link_preview.clone() }
                    .normalize(world)?
            }
        };
        let markup = self.markup.clone();
        let markup = markup.filter(|markup| markup.inline().is_some_and(|rows| !rows.is_empty()));
        markup.as_ref().map_or(Ok(()), Markup::check)?;
        let preview = |text: &Text, hints| LinkPreview::resolve(hints, text);
        let is_same = match &content {
            Content::Text(new) => {
                old.text == new.text
                    && preview(&old.text, old.link_preview.as_ref())
                        == preview(&new.text, new.link_preview.as_ref())
            }
            _ => false,
        };
        if is_same && message.markup() == markup.as_ref() {
            return Err(Refusal::MessageNotModified);
        }
        let (key, by) = (message.key, place.actor);
        let edit = Edit { content, markup, is_hidden };
        events.push(MessageEvent::Edited { message: key, by, edit }.into());
        Ok(key)
    }
}

/// Only what the actor sent itself, without a custom keyboard, and not a forwarded message. Who has the right edits all
/// posts of a channel.
fn editable_message<'w>(place: &Place<'w>, id: MessageId) -> Result<&'w Message, Refusal> {
    let is_bot = place.world.is_bot(place.actor);
    if is_bot {
        place.ensure_other_is_active()?;
    }
    place.ensure_member()?;
    let message = place.dialog.and_then(|dialog| dialog.message(id));
    let message = message.ok_or(Refusal::MessageNotFound(MessageOperation::Edit))?;
    let has_keyboard = message.markup().is_some_and(|markup| markup.inline().is_none());
    let is_channel = place.group.is_some_and(Group::is_channel);
    let edits_posts = is_channel && place.status().rights().contains(AdminRights::EDIT_MESSAGES);
    if !(message.from == place.actor || edits_posts) || has_keyboard || message.origin().is_some() {
        return Err(Refusal::MessageCantBeEdited);
    }
    place.permit(Right::Edit)?;
    Ok(message)
}

pub(super) fn apply(world: &mut World, at: Timestamp, key: MessageKey, edit: &Edit) {
    let Some(message) = world.messages.get_mut(&key) else { return };
    world.old_messages.retire(at, key, message.version, message.clone());
    message.version += 1;
    message.content = edit.content.clone();
    if !edit.is_hidden {
        message.edit_date = Some(at.date());
    }
    if edit.markup.is_some() || message.extras.is_some() {
        message.extras_mut().markup = edit.markup.clone();
    }
}
