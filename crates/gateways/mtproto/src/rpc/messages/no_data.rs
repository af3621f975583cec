//! Requests that apps make when they start, about things that Parlor has none of. The answers are true: the list is empty, or the
//! setting has its first value and nothing can change it.

use crate::context::{Answer, Context};
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::{enums, types};

/// The first layer in which the folders come in an object of their own.
const DIALOG_FILTERS: u16 = 181;

/// The one folder that everybody has: all chats.
pub(in crate::rpc) fn get_dialog_filters(context: &Context) -> Answer {
    context.user()?;
    let filters: Vec<enums::DialogFilter> = vec![types::DialogFilterDefault {}.into()];
    if context.layer() < DIALOG_FILTERS {
        return context.encode(&filters);
    }
    let filters = types::MessagesDialogFilters { filters, ..Default::default() };
    context.encode(&enums::MessagesDialogFilters::from(filters))
}

/// Drafts stay in the app that they are written in.
pub(in crate::rpc) async fn get_all_drafts(context: &Context) -> Answer {
    context.user()?;
    let date = context.read(|_, now| view::date(now)).await?;
    context.encode(&enums::Updates::from(types::Updates { date, ..Default::default() }))
}

/// A history is exported in one piece.
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

/// No set has the name or the id that is asked for.
pub(in crate::rpc) fn get_sticker_set(context: &Context) -> Answer {
    context.me()?;
    Err(RpcError::bad("STICKERSET_INVALID"))
}
