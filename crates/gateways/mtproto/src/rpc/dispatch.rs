//! Calls the handler of a function: one line per served function.

use super::{account, auth, bots, contacts, groups, help, langpack, messages, photos, updates, users};
use crate::context::{Answer, Context};
use crate::refusal::RpcError;
use parlor_wire_tl::Function;

pub(super) async fn call(context: &Context, function: Function) -> Answer {
    use Function as F;
    match function {
        F::HelpGetConfig(_) => help::get_config(context),
        F::HelpGetNearestDc(_) => help::get_nearest_dc(context),
        F::HelpGetAppConfig(_) => help::get_app_config(context),

        F::HelpGetPromoData(_) => help::get_promo_data(context).await,
        F::HelpGetTermsOfServiceUpdate(_) => help::get_terms_of_service_update(context).await,
        F::HelpGetPeerColors(_) | F::HelpGetPeerProfileColors(_) => help::get_peer_colors(context),
        F::LangpackGetLangPack(request) => langpack::get_pack(context, request.lang_code),
        F::LangpackGetDifference(request) => langpack::get_pack(context, request.lang_code),
        F::LangpackGetStrings(request) => langpack::get_strings(context, request),
        F::LangpackGetLanguages(_) => langpack::get_languages(context),
        F::LangpackGetLanguage(_) => langpack::get_language(),

        F::AuthImportBotAuthorization(request) => auth::import_bot(context, request).await,
        F::AuthSendCode(request) => auth::send_code(context, &request.phone_number).await,
        F::AuthResendCode(request) => auth::send_code(context, &request.phone_number).await,
        F::AuthSignIn(request) => auth::sign_in(context, request).await,
        F::AuthSignUp(request) => auth::sign_up(context, request).await,
        F::AuthCheckPassword(request) => auth::check_password(context, request).await,
        F::AuthLogOut(_) => auth::log_out(context).await,
        F::AuthBindTempAuthKey(request) => auth::bind_temporary(context, &request).await,
        F::AuthResetAuthorizations(_) => account::end_other_sessions(context).await,
        F::AccountGetPassword(_) => auth::get_password(context).await,

        F::AccountGetAuthorizations(_) => account::get_sessions(context).await,
        F::AccountResetAuthorization(request) => account::end_session(context, request.hash).await,
        F::AccountUpdateProfile(request) => account::update_profile(context, request).await,
        F::AccountUpdateUsername(request) => account::update_username(context, request.username).await,
        F::AccountCheckUsername(request) => account::check_username(context, request.username).await,

        F::AccountUpdateStatus(_) => account::update_status(context),
        F::AccountGetNotifySettings(request) => account::get_notify_settings(context, request).await,
        F::AccountGetReactionsNotifySettings(_) => account::get_reactions_notify_settings(context),
        F::AccountGetContentSettings(_) => account::get_content_settings(context),
        F::AccountGetChatThemes(_) => account::get_chat_themes(context),
        F::PhotosGetUserPhotos(request) => photos::get_user_photos(context, request).await,

        F::UpdatesGetState(_) => updates::get_state(context).await,
        F::UpdatesGetDifference(request) => updates::get_difference(context, request).await,

        F::UsersGetUsers(request) => users::get_users(context, request.id).await,
        F::UsersGetFullUser(request) => users::get_full_user(context, request.id).await,
        F::MessagesGetPeerSettings(request) => messages::get_peer_settings(context, request.peer).await,
        F::MessagesGetChats(request) => groups::get_chats(context, request.id).await,
        F::ChannelsGetChannels(request) => groups::get_channels(context, request.id).await,

        F::ContactsResolveUsername(request) => contacts::resolve_username(context, request.username).await,
        F::ContactsResolvePhone(request) => contacts::resolve_phone(context, request.phone).await,
        F::ContactsSearch(request) => contacts::search(context, request.q).await,
        F::ContactsBlock(request) => contacts::set_blocked(context, request.id, true).await,
        F::ContactsUnblock(request) => contacts::set_blocked(context, request.id, false).await,
        F::ContactsGetBlocked(_) => contacts::get_blocked(context).await,
        F::ContactsGetContacts(_) => contacts::get_contacts(context),

        F::ContactsGetTopPeers(_) => contacts::get_top_peers(context),
        F::ContactsGetBirthdays(_) => contacts::get_birthdays(context),

        F::MessagesSendMessage(request) => messages::send(context, request).await,
        F::MessagesStartBot(request) => messages::start_bot(context, request).await,
        F::MessagesForwardMessages(request) => messages::forward(context, request).await,
        F::MessagesEditMessage(request) => messages::edit(context, request).await,
        F::MessagesDeleteMessages(request) => messages::delete(context, request).await,
        F::MessagesDeleteHistory(request) => messages::delete_history(context, request).await,
        F::MessagesSetTyping(request) => messages::set_typing(context, request).await,
        F::MessagesSendReaction(request) => messages::send_reaction(context, request).await,
        F::MessagesUpdatePinnedMessage(request) => messages::update_pinned(context, request).await,
        F::MessagesUnpinAllMessages(request) => messages::unpin_all(context, request.peer).await,
        F::MessagesHideChatJoinRequest(request) => messages::hide_join_request(context, request).await,
        F::MessagesReadHistory(request) => messages::read_history(context, request).await,

        F::MessagesGetMessages(request) => messages::get_messages(context, &request.id).await,
        F::MessagesGetHistory(request) => messages::get_history(context, request).await,
        F::MessagesSearch(request) => messages::search(context, request).await,
        F::MessagesGetDialogs(request) => messages::get_dialogs(context, request).await,
        F::MessagesGetPeerDialogs(request) => messages::get_peer_dialogs(context, request.peers).await,

        F::MessagesGetPinnedDialogs(_) => messages::get_pinned_dialogs(context).await,
        F::MessagesGetDialogFilters(_) => messages::get_dialog_filters(context),
        F::MessagesGetAllDrafts(_) => messages::get_all_drafts(context).await,
        F::MessagesGetSplitRanges(_) => messages::get_split_ranges(context),
        F::MessagesGetAvailableEffects(_) => messages::get_available_effects(context),
        F::MessagesGetAttachMenuBots(_) => messages::get_attach_menu_bots(context),
        F::MessagesGetStickerSet(_) => messages::get_sticker_set(context),

        F::MessagesGetBotCallbackAnswer(request) => messages::get_bot_callback_answer(context, request).await,
        F::MessagesSetBotCallbackAnswer(request) => messages::set_bot_callback_answer(context, request).await,

        F::BotsSetBotCommands(request) => {
            bots::set_commands(context, request.scope, request.lang_code, request.commands).await
        }
        F::BotsResetBotCommands(request) => {
            bots::set_commands(context, request.scope, request.lang_code, Vec::new()).await
        }
        F::BotsGetBotCommands(request) => bots::get_commands(context, request.scope, request.lang_code).await,
        F::BotsSetBotInfo(request) => bots::set_info(context, request).await,
        F::BotsGetBotInfo(request) => bots::get_info(context, request.lang_code).await,
        F::BotsSetBotMenuButton(request) => bots::set_menu_button(context, request).await,
        F::BotsGetBotMenuButton(request) => bots::get_menu_button(context, request.user_id).await,

        // Wrappers were removed before; the others are handled by the session or the key exchange.
        F::InvokeWithLayer(_)
        | F::InitConnection(_)
        | F::InvokeWithoutUpdates(_)
        | F::InvokeAfterMsg(_)
        | F::InvokeAfterMsgs(_)
        | F::ReqPq(_)
        | F::ReqPqMulti(_)
        | F::ReqDHParams(_)
        | F::SetClientDHParams(_)
        | F::DestroyAuthKey(_)
        | F::RpcDropAnswer(_)
        | F::GetFutureSalts(_)
        | F::Ping(_)
        | F::PingDelayDisconnect(_)
        | F::DestroySession(_) => Err(RpcError::bad("INPUT_METHOD_INVALID")),
    }
}
