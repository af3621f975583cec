use super::{Content, LinkPreview, Message, Route};
use crate::dialog::{ChatRef, of};
use crate::markup::Markup;
use crate::refusal::Purpose;
use crate::text::Text;
use crate::updates::Update;
use crate::{BotId, Command, DialogId, Event, MessageId, Refusal, Side, Timestamp, World};
use serde::{Deserialize, Serialize};

/// What an edit leaves behind: all of the message that can be edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The text.
    pub text: Text,
    /// How its links are previewed.
    pub link_preview: Option<LinkPreview>,
    /// The keyboard.
    pub markup: Option<Markup>,
    /// Only the keyboard changed: apps don't show "edited" then.
    pub hidden: bool,
}

/// A side edits the text of its own message.
pub struct EditText {
    /// Whose message, in which dialog.
    pub route: Route,
    /// By the editor's own id.
    pub message: MessageId,
    /// The new text.
    pub text: Text,
    /// The new preview.
    pub link_preview: Option<LinkPreview>,
    /// The new inline keyboard; none removes the old one.
    pub markup: Option<Markup>,
}

impl Command for EditText {
    type Outcome = (DialogId, MessageId);

    fn decide(
        &self,
        world: &World,
        _: Timestamp,
        events: &mut Vec<Event>,
    ) -> Result<(DialogId, MessageId), Refusal> {
        let (id, by, message) = own_message(world, &self.route, self.message)?;
        let Content::Text(old) = &message.content else { return Err(Refusal::MessageCantBeEdited) };
        let text = self.text.accept()?;
        let markup =
            self.markup.clone().filter(|markup| markup.inline().is_some_and(|rows| !rows.is_empty()));
        markup.as_ref().map_or(Ok(()), Markup::check)?;
        let old_preview = LinkPreview::resolve(message.link_preview(), old);
        let preview = LinkPreview::resolve(self.link_preview.as_ref(), &text);
        if *old == text && message.markup() == markup.as_ref() && old_preview == preview {
            return Err(Refusal::MessageNotModified);
        }
        let edit = Edit { text, link_preview: self.link_preview.clone(), markup, hidden: false };
        events.push(Event::MessageEdited { dialog: id, message: message.id.bot, by, edit });
        Ok((id, message.id.bot))
    }
}

/// A bot edits the inline keyboard of its message.
pub struct EditMarkup {
    /// Whose.
    pub bot: BotId,
    /// Where.
    pub chat: ChatRef,
    /// Which.
    pub message: MessageId,
    /// None removes it.
    pub markup: Option<Markup>,
}

impl Command for EditMarkup {
    type Outcome = (DialogId, MessageId);

    fn decide(
        &self,
        world: &World,
        _: Timestamp,
        events: &mut Vec<Event>,
    ) -> Result<(DialogId, MessageId), Refusal> {
        let route = Route::Bot(self.bot, self.chat.clone());
        let (id, by, message) = own_message(world, &route, self.message)?;
        let Content::Text(text) = &message.content else { return Err(Refusal::MessageCantBeEdited) };
        let markup =
            self.markup.clone().filter(|markup| markup.inline().is_some_and(|rows| !rows.is_empty()));
        markup.as_ref().map_or(Ok(()), Markup::check)?;
        if message.markup() == markup.as_ref() {
            return Err(Refusal::MessageNotModified);
        }
        let link_preview = message.link_preview().cloned();
        let edit = Edit { text: text.clone(), link_preview, markup, hidden: true };
        events.push(Event::MessageEdited { dialog: id, message: message.id.bot, by, edit });
        Ok((id, message.id.bot))
    }
}

/// Only what a side sent itself, without a custom keyboard, and not a service message.
fn own_message<'w>(
    world: &'w World,
    route: &Route,
    message: MessageId,
) -> Result<(DialogId, Side, &'w Message), Refusal> {
    let (id, side, dialog) = route.resolve(world)?;
    world.living_user(id.user)?;
    let found = dialog.and_then(|dialog| dialog.message(side, message));
    let found = found.ok_or(Refusal::MessageNotFound(Purpose::Edit))?;
    let custom = found.markup().is_some_and(|markup| markup.inline().is_none());
    if found.from != side || custom || found.origin().is_some() {
        return Err(Refusal::MessageCantBeEdited);
    }
    if dialog.is_some_and(|dialog| dialog.blocked) && side == Side::Bot {
        return Err(Refusal::BlockedByUser);
    }
    Ok((id, side, found))
}

pub(crate) fn apply_edited(
    world: &mut World,
    at: Timestamp,
    id: DialogId,
    message: MessageId,
    by: Side,
    edit: &Edit,
) {
    let Some(kept) = of(world, id).message_mut(message) else { return };
    let changed = kept.make_mut();
    changed.content = Content::Text(edit.text.clone());
    if !edit.hidden {
        changed.edit_date = Some(at.date());
    }
    if edit.markup.is_some() || edit.link_preview.is_some() || changed.more.is_some() {
        let more = changed.more_mut();
        more.markup = edit.markup.clone();
        more.link_preview = edit.link_preview.clone();
    }
    let update = Update::Edited { dialog: id, message: kept.clone() };
    world.tell_user(at, update.clone());
    if by == Side::User {
        world.tell_bot(at, update);
    } else {
        world.tell_bot_apps(at, update);
    }
}
