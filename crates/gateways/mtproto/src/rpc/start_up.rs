//! What apps ask for when they start, about things that this server has none of. The answers are true: the list is empty, or
//! the setting has its first value and there is nothing to change it with.

use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::functions::{AccountGetNotifySettings, LangpackGetStrings, PhotosGetUserPhotos};
use parlor_wire_tl::{enums, types};

/// Seconds after which apps ask again whether there is something to promote, or new terms.
const ASK_AGAIN: i32 = 24 * 60 * 60;
/// The first layer in which the folders come in an object of their own.
const DIALOG_FILTERS: u16 = 181;

/// The one folder that everybody has: all chats.
pub(super) fn get_dialog_filters(context: &Context) -> Answer {
    context.user()?;
    let filters: Vec<enums::DialogFilter> = vec![types::DialogFilterDefault {}.into()];
    if context.layer() < DIALOG_FILTERS {
        return context.encode(&filters);
    }
    let filters = types::MessagesDialogFilters { filters, ..Default::default() };
    context.encode(&enums::MessagesDialogFilters::from(filters))
}

/// Drafts stay in the app that they are written in.
pub(super) async fn get_all_drafts(context: &Context) -> Answer {
    context.user()?;
    let date = context.look(|_, now| view::date(now)).await?;
    context.encode(&enums::Updates::from(types::Updates { date, ..Default::default() }))
}

/// A history is exported in one piece.
pub(super) fn get_split_ranges(context: &Context) -> Answer {
    context.user()?;
    let whole = types::MessageRange { min_id: 1, max_id: i32::MAX };
    context.encode(&vec![enums::MessageRange::from(whole)])
}

/// Nobody is shown more of a person's status than `userStatusRecently`, so it is not kept.
pub(super) fn update_status(context: &Context) -> Answer {
    context.user()?;
    context.encode(&true)
}

/// Accounts have no photos.
pub(super) async fn get_user_photos(context: &Context, request: PhotosGetUserPhotos) -> Answer {
    let me = context.me()?;
    let users = context.look(move |world, _| {
        let found = decode::user(world, me, &request.user_id)?;
        Ok::<_, RpcError>(view::users_of(world, me, [found]))
    });
    let photos = types::PhotosPhotos { photos: Vec::new(), users: users.await?? };
    context.encode(&enums::PhotosPhotos::from(photos))
}

pub(super) async fn get_notify_settings(context: &Context, request: AccountGetNotifySettings) -> Answer {
    let me = context.me()?;
    if let enums::InputNotifyPeer::InputNotifyPeer(of) = request.peer {
        context.look(move |world, _| decode::peer(world, me, &of.peer)).await??;
    }
    context.encode(&enums::PeerNotifySettings::from(types::PeerNotifySettings::default()))
}

pub(super) fn get_reactions_notify_settings(context: &Context) -> Answer {
    context.user()?;
    let settings = types::ReactionsNotifySettings { show_previews: true, ..Default::default() };
    context.encode(&enums::ReactionsNotifySettings::from(settings))
}

pub(super) fn get_content_settings(context: &Context) -> Answer {
    context.user()?;
    context.encode(&enums::AccountContentSettings::from(types::AccountContentSettings::default()))
}

/// > contacts.topPeersDisabled: Top peers disabled
pub(super) fn get_top_peers(context: &Context) -> Answer {
    context.user()?;
    context.encode(&enums::ContactsTopPeers::from(types::ContactsTopPeersDisabled {}))
}

pub(super) fn get_birthdays(context: &Context) -> Answer {
    context.user()?;
    context.encode(&enums::ContactsContactBirthdays::from(types::ContactsContactBirthdays::default()))
}

pub(super) fn get_chat_themes(context: &Context) -> Answer {
    context.user()?;
    context.encode(&enums::AccountThemes::from(types::AccountThemes::default()))
}

pub(super) fn get_available_effects(context: &Context) -> Answer {
    context.user()?;
    let effects = types::MessagesAvailableEffects::default();
    context.encode(&enums::MessagesAvailableEffects::from(effects))
}

pub(super) fn get_attach_menu_bots(context: &Context) -> Answer {
    context.user()?;
    context.encode(&enums::AttachMenuBots::from(types::AttachMenuBots::default()))
}

pub(super) fn get_peer_colors(context: &Context) -> Answer {
    context.me()?;
    context.encode(&enums::HelpPeerColors::from(types::HelpPeerColors::default()))
}

pub(super) async fn get_promo_data(context: &Context) -> Answer {
    context.user()?;
    let expires = context.look(|_, now| view::date(now)).await?.saturating_add(ASK_AGAIN);
    context.encode(&enums::HelpPromoData::from(types::HelpPromoDataEmpty { expires }))
}

pub(super) async fn get_terms_of_service_update(context: &Context) -> Answer {
    context.user()?;
    let expires = context.look(|_, now| view::date(now)).await?.saturating_add(ASK_AGAIN);
    let none = types::HelpTermsOfServiceUpdateEmpty { expires };
    context.encode(&enums::HelpTermsOfServiceUpdate::from(none))
}

/// No set has the name or the id that is asked for.
pub(super) fn get_sticker_set(context: &Context) -> Answer {
    context.me()?;
    Err(RpcError::bad("STICKERSET_INVALID"))
}

/// Apps use the strings that they ship; these are asked for before anybody has signed in.
pub(super) fn get_lang_pack(context: &Context, lang_code: String) -> Answer {
    let none = types::LangPackDifference { lang_code, ..Default::default() };
    context.encode(&enums::LangPackDifference::from(none))
}

pub(super) fn get_lang_pack_strings(context: &Context, request: LangpackGetStrings) -> Answer {
    let none = |key| enums::LangPackString::from(types::LangPackStringDeleted { key });
    context.encode(&request.keys.into_iter().map(none).collect::<Vec<_>>())
}

pub(super) fn get_languages(context: &Context) -> Answer {
    context.encode(&Vec::<enums::LangPackLanguage>::new())
}

pub(super) fn get_language() -> Answer {
    Err(RpcError::bad("LANG_CODE_NOT_SUPPORTED"))
}
