//! Requests that apps send when they start, about data that Parlor does not have. The answers are correct: a list is empty,
//! or a setting has its default value, which no request changes.

use crate::context::{Answer, Context};
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::{enums, types};

/// The first layer in which folders are returned as an object instead of a vector.
const DIALOG_FILTERS: u16 = 181;

/// Answers with the default folder, which contains all chats.
pub(in crate::rpc) fn get_dialog_filters(context: &Context) -> Answer {
    context.user()?;
    let filters: Vec<enums::DialogFilter> = vec![types::DialogFilterDefault {}.into()];
    if context.layer() < DIALOG_FILTERS {
        return context.encode(&filters);
    }
    let filters = types::MessagesDialogFilters { filters, ..Default::default() };
    context.encode(&enums::MessagesDialogFilters::from(filters))
}

/// Answers that there are no drafts: apps keep them locally.
pub(in crate::rpc) async fn get_all_drafts(context: &Context) -> Answer {
    context.user()?;
    let date = context.read(|_, now| view::date(now)).await?;
    context.encode(&enums::Updates::from(types::Updates { date, ..Default::default() }))
}

/// Answers with one range for all messages, so that a history is exported in one piece.
pub(in crate::rpc) fn get_split_ranges(context: &Context) -> Answer {
    context.user()?;
    let whole = types::MessageRange { min_id: 1, max_id: i32::MAX };
    context.encode(&vec![enums::MessageRange::from(whole)])
}

pub(in crate::rpc) fn get_available_effects(context: &Context) -> Answer {
    context.user()?;
    let effects = types::MessagesAvailableEffects::default();
    context.encode(&enums::MessagesAvailableEffects::from(effects))
}

pub(in crate::rpc) fn get_attach_menu_bots(context: &Context) -> Answer {
    context.user()?;
    context.encode(&enums::AttachMenuBots::from(types::AttachMenuBots::default()))
}

/// Answers that the sticker set does not exist: there are none.
pub(in crate::rpc) fn get_sticker_set(context: &Context) -> Answer {
    context.me()?;
    Err(RpcError::bad("STICKERSET_INVALID"))
}
