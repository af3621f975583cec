//! Calls the handler of a function: one line per served function.

use super::{account, auth, bots, contacts, groups, help, langpack, messages, photos, updates, users};
use crate::context::{Answer, Context};
use crate::refusal::RpcError;
use parlor_wire_tl::Function;
use parlor_world::ops::group::GroupEdit;

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
        F::UpdatesGetChannelDifference(request) => updates::get_channel_difference(context, request).await,

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

        F::BotsSetBotGroupDefaultAdminRights(request) => {
            bots::set_default_rights(context, &request.admin_rights, false).await
        }
        F::BotsSetBotBroadcastDefaultAdminRights(request) => {
            bots::set_default_rights(context, &request.admin_rights, true).await
        }

        F::MessagesCreateChat(request) => groups::create_chat(context, request).await,
        F::MessagesMigrateChat(request) => groups::migrate_chat(context, request.chat_id).await,
        F::MessagesDeleteChat(request) => groups::delete_chat(context, request.chat_id).await,
        F::MessagesGetFullChat(request) => groups::get_full_chat(context, request.chat_id).await,
        F::MessagesAddChatUser(request) => {
            groups::add_chat_user(context, request.chat_id, request.user_id).await
        }
        F::MessagesDeleteChatUser(request) => {
            groups::delete_chat_user(context, request.chat_id, request.user_id).await
        }
        F::MessagesEditChatTitle(request) => {
            groups::edit_chat_title(context, request.chat_id, request.title).await
        }
        F::MessagesEditChatAbout(request) => groups::edit_about(context, request.peer, request.about).await,
        F::MessagesEditChatAdmin(request) => groups::edit_chat_admin(context, request).await,
        F::MessagesEditChatDefaultBannedRights(request) => {
            groups::edit_default_banned_rights(context, request.peer, &request.banned_rights).await
        }
        F::MessagesToggleNoForwards(request) => {
            groups::toggle_peer(context, request.peer, GroupEdit::Protected(request.enabled)).await
        }
        F::MessagesSetHistoryTTL(request) => {
            let seconds = u32::try_from(request.period).map_err(|_| RpcError::bad("TTL_PERIOD_INVALID"))?;
            groups::toggle_peer(context, request.peer, GroupEdit::AutoDelete(seconds)).await
        }

        F::ChannelsCreateChannel(request) => groups::create_channel(context, request).await,
        F::ChannelsDeleteChannel(request) => groups::delete_channel(context, request.channel).await,
        F::ChannelsGetFullChannel(request) => groups::get_full_channel(context, request.channel).await,
        F::ChannelsGetParticipant(request) => {
            groups::get_participant(context, request.channel, request.participant).await
        }
        F::ChannelsGetParticipants(request) => groups::get_participants(context, request).await,
        F::ChannelsInviteToChannel(request) => {
            groups::invite_to_channel(context, request.channel, &request.users).await
        }
        F::ChannelsJoinChannel(request) => groups::join_channel(context, request.channel).await,
        F::ChannelsLeaveChannel(request) => groups::leave_channel(context, request.channel).await,
        F::ChannelsEditAdmin(request) => groups::edit_admin(context, request).await,
        F::ChannelsEditBanned(request) => groups::edit_banned(context, request).await,
        F::ChannelsGetMessages(request) => groups::get_messages(context, request.channel, &request.id).await,
        F::ChannelsDeleteMessages(request) => {
            groups::delete_messages(context, request.channel, request.id).await
        }
        F::ChannelsReadHistory(request) => {
            groups::read_history(context, request.channel, request.max_id).await
        }
        F::ChannelsEditTitle(request) => {
            groups::edit_channel_title(context, request.channel, request.title).await
        }
        F::ChannelsUpdateUsername(request) => {
            groups::update_username(context, request.channel, request.username).await
        }
        F::ChannelsCheckUsername(request) => {
            groups::check_username(context, request.channel, request.username).await
        }
        F::ChannelsSetDiscussionGroup(request) => {
            groups::set_discussion_group(context, request.broadcast, request.group).await
        }
        F::ChannelsToggleSignatures(request) => {
            let is_on = request.enabled || request.signatures_enabled;
            groups::toggle_channel(context, request.channel, GroupEdit::Signatures(is_on)).await
        }
        F::ChannelsToggleSlowMode(request) => {
            let seconds = u32::try_from(request.seconds).map_err(|_| RpcError::bad("SECONDS_INVALID"))?;
            groups::toggle_channel(context, request.channel, GroupEdit::SlowMode(seconds)).await
        }
        F::ChannelsToggleJoinRequest(request) => {
            groups::toggle_channel(context, request.channel, GroupEdit::JoinByRequest(request.enabled)).await
        }
        F::ChannelsToggleJoinToSend(request) => {
            groups::toggle_channel(context, request.channel, GroupEdit::JoinToSend(request.enabled)).await
        }
        F::ChannelsToggleForum(request) => {
            groups::toggle_channel(context, request.channel, GroupEdit::Forum(request.enabled)).await
        }
        F::ChannelsToggleParticipantsHidden(request) => {
            groups::toggle_channel(context, request.channel, GroupEdit::HiddenMembers(request.enabled)).await
        }

        F::MessagesExportChatInvite(request) => groups::export_invite(context, request).await,
        F::MessagesEditExportedChatInvite(request) => groups::edit_invite(context, request).await,
        F::MessagesGetExportedChatInvites(request) => groups::get_invites(context, request).await,
        F::MessagesGetExportedChatInvite(request) => {
            groups::get_invite(context, request.peer, request.link).await
        }
        F::MessagesDeleteExportedChatInvite(request) => {
            groups::delete_invite(context, request.peer, request.link).await
        }
        F::MessagesCheckChatInvite(request) => groups::check_invite(context, request.hash).await,
        F::MessagesImportChatInvite(request) => groups::import_invite(context, request.hash).await,
        F::MessagesGetChatInviteImporters(request) => groups::get_importers(context, request).await,
        F::MessagesHideAllChatJoinRequests(request) => groups::hide_all(context, request).await,

        F::ChannelsCreateForumTopic(_)
        | F::ChannelsEditForumTopic(_)
        | F::ChannelsGetForumTopics(_)
        | F::ChannelsGetForumTopicsByID(_)
        | F::ChannelsDeleteTopicHistory(_)
        | F::MessagesCreateForumTopic(_)
        | F::MessagesEditForumTopic(_)
        | F::MessagesGetForumTopics(_)
        | F::MessagesGetForumTopicsByID(_)
        | F::MessagesDeleteTopicHistory(_) => topics(context, function).await,

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

/// Topics: requests of `channels.*` to layer 214, the same of `messages.*` from 216.
async fn topics(context: &Context, function: Function) -> Answer {
    use Function as F;
    use groups::{NewTopic, Place, TopicChange, TopicPage};
    match function {
        F::ChannelsCreateForumTopic(request) => {
            let new = NewTopic {
                place: Place::Channel(request.channel),
                title: request.title,
                icon_color: request.icon_color,
                icon: request.icon_emoji_id,
            };
            groups::create_topic(context, new).await
        }
        F::MessagesCreateForumTopic(request) => {
            let new = NewTopic {
                place: Place::Peer(request.peer),
                title: request.title,
                icon_color: request.icon_color,
                icon: request.icon_emoji_id,
            };
            groups::create_topic(context, new).await
        }
        F::ChannelsEditForumTopic(request) => {
            let change = TopicChange {
                place: Place::Channel(request.channel),
                topic: request.topic_id,
                title: request.title,
                icon: request.icon_emoji_id,
                closed: request.closed,
                hidden: request.hidden,
            };
            groups::edit_topic(context, change).await
        }
        F::MessagesEditForumTopic(request) => {
            let change = TopicChange {
                place: Place::Peer(request.peer),
                topic: request.topic_id,
                title: request.title,
                icon: request.icon_emoji_id,
                closed: request.closed,
                hidden: request.hidden,
            };
            groups::edit_topic(context, change).await
        }
        F::ChannelsGetForumTopics(request) => {
            let page = TopicPage {
                place: Place::Channel(request.channel),
                query: request.q,
                offset_topic: request.offset_topic,
                limit: request.limit,
            };
            groups::get_topics(context, page).await
        }
        F::MessagesGetForumTopics(request) => {
            let page = TopicPage {
                place: Place::Peer(request.peer),
                query: request.q,
                offset_topic: request.offset_topic,
                limit: request.limit,
            };
            groups::get_topics(context, page).await
        }
        F::ChannelsGetForumTopicsByID(request) => {
            groups::get_topics_by_id(context, Place::Channel(request.channel), &request.topics).await
        }
        F::MessagesGetForumTopicsByID(request) => {
            groups::get_topics_by_id(context, Place::Peer(request.peer), &request.topics).await
        }
        F::ChannelsDeleteTopicHistory(request) => {
            groups::delete_topic(context, Place::Channel(request.channel), request.top_msg_id).await
        }
        F::MessagesDeleteTopicHistory(request) => {
            groups::delete_topic(context, Place::Peer(request.peer), request.top_msg_id).await
        }
        _ => Err(RpcError::bad("INPUT_METHOD_INVALID")),
    }
}
