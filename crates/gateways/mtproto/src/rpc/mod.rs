//! Requests, a file per subject.

mod account;
mod auth;
mod bots;
mod callbacks;
mod config;
mod contacts;
mod dialogs;
mod history;
mod join_requests;
mod messages;
mod password;
mod send;
mod start_up;
mod updates;
mod users;

use crate::MtProto;
use crate::context::{Answer, Context, encode};
use crate::keys::Key;
use crate::notes;
use crate::push::log_of;
use crate::refusal::RpcError;
use crate::subscription::Interest;
use parlor_host::{Exchange, FaultKind, Host};
use parlor_wire_mtproto::{MAX_UNPACKED, unpack};
use parlor_wire_tl::{Function, Reader, Tl, TlError, enums, function_name, types, unserved_constructor};
use parlor_world::authorization::{Client, Describe, SignOut};
use parlor_world::{AccountId, BotId};
use std::sync::{Arc, PoisonError};
use std::time::Instant;
use tracing::{Level, debug, enabled};

/// Wrappers around a request: the layer, the client, the order. More than these are nonsense.
const MAX_WRAPPERS: usize = 8;

/// What goes back, and what the session learns from it.
pub(crate) struct Reply {
    /// The result's bytes, or an `rpc_error`.
    pub(crate) body: Vec<u8>,
    /// Whether the session wants updates from now on.
    pub(crate) interest: Interest,
    /// The first entry of the account's log that the session was not told of.
    pub(crate) next_entry: Option<i64>,
    /// A test ordered that the connection ends instead.
    pub(crate) ends: bool,
}

/// Answers one request, wrappers and all.
pub(crate) async fn answer(context: Context, body: Vec<u8>) -> Reply {
    let mut interest = Interest::SetUp;
    let before = next_entry(&context).await;
    let started = Instant::now();
    let size = body.len();
    let name;
    let (asked, result) = match unwrap(&context, body, &mut interest).await {
        Ok(function) => {
            // Formatting the name is too expensive to do it for nothing.
            name = enabled!(Level::DEBUG).then(|| notes::name(&function));
            let mut asked = asked(&context, &function, size);
            let strike = strike(&context, asked.as_ref()).await;
            if let Some(exchange) = &mut asked {
                exchange.is_injected = !matches!(strike, Strike::None);
            }
            let result = match strike {
                Strike::None => Box::pin(call(&context, function)).await,
                Strike::Refused(error) => Err(error),
                Strike::Ended => {
                    note(&context, asked, None, started);
                    debug!(name, "request dropped on purpose");
                    return Reply {
                        body: Vec::new(),
                        interest: Interest::None,
                        next_entry: None,
                        ends: true,
                    };
                }
            };
            (asked, result)
        }
        Err(Unreadable { name: known, body, error }) => {
            name = known.map(str::to_owned);
            let asked = bot(&context)
                .zip(known)
                .and_then(|(bot, name)| notes::unread(&context.host, bot, name, body));
            (asked, Err(error))
        }
    };
    note(&context, asked, Some(&result), started);
    let code = result.as_ref().err().map(|error| error.code);
    let error = result.as_ref().err().map(|error| error.message.as_str());
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    debug!(account = context.me().ok().map(AccountId::get), name, code, error, micros, "request");
    // Who has just logged in has missed nothing yet.
    let next_entry = match before {
        Some(next) => Some(next),
        None => next_entry(&context).await,
    };
    let body = result.unwrap_or_else(|error| {
        let error = types::RpcError { error_code: error.code, error_message: error.message };
        encode(&enums::RpcError::from(error), 0).unwrap_or_default()
    });
    Reply { body, interest, next_entry, ends: false }
}

/// What a test ordered for this request.
enum Strike {
    None,
    Refused(RpcError),
    Ended,
}

async fn strike(context: &Context, asked: Option<&Exchange>) -> Strike {
    let Some(exchange) = asked else { return Strike::None };
    match context.host.faults().strike(exchange.bot, &exchange.method) {
        None => Strike::None,
        Some(FaultKind::TooManyRequests { retry_after }) => {
            Strike::Refused(RpcError::new(420, &format!("FLOOD_WAIT_{retry_after}")))
        }
        Some(FaultKind::ServerError) => Strike::Refused(RpcError::new(500, "RPC_CALL_FAIL")),
        Some(FaultKind::TimeOut { after }) => {
            tokio::time::sleep(after).await;
            Strike::Ended
        }
        Some(FaultKind::Dropped) => Strike::Ended,
    }
}

/// A bot's request for the inspector.
fn asked(context: &Context, function: &Function, size: usize) -> Option<Exchange> {
    notes::request(&context.host, bot(context)?, function, size)
}

fn bot(context: &Context) -> Option<BotId> {
    match context.me() {
        Ok(AccountId::Bot(bot)) => Some(bot),
        _ => None,
    }
}

/// Tells the inspector what became of a request; there is no result when the connection was ended instead.
fn note(context: &Context, asked: Option<Exchange>, result: Option<&Answer>, started: Instant) {
    let Some(mut exchange) = asked else { return };
    match result {
        None => exchange.status = 0,
        Some(Ok(_)) => {
            let shown = context.shown.lock().unwrap_or_else(PoisonError::into_inner).take();
            exchange.answer = shown.unwrap_or(exchange.answer);
        }
        Some(Err(error)) => {
            exchange.status = u16::try_from(error.code).unwrap_or(500);
            exchange.answer = error.message.clone().into();
            exchange.refusal = error.refusal.clone();
            exchange.not_served = error.not_served.clone();
        }
    }
    exchange.micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    context.host.inspector().note(exchange);
}

async fn next_entry(context: &Context) -> Option<i64> {
    if context.is_fed {
        return None;
    }
    let me = context.me().ok()?;
    context.look(move |world, _| log_of(world, me).map(|log| log.next())).await.ok()?
}

/// Takes the wrappers off; notes what they say.
async fn unwrap(
    context: &Context,
    mut body: Vec<u8>,
    interest: &mut Interest,
) -> Result<Function, Unreadable> {
    let mut client = context.key.login().client();
    let old = client.clone();
    // Clients pack the request inside of the wrappers too.
    let mut room = MAX_UNPACKED.saturating_sub(body.len());
    let mut without_updates = false;
    for _ in 0..MAX_WRAPPERS {
        body = unpack(body, &mut room).map_err(|_| RpcError::bad("INPUT_FETCH_ERROR"))?;
        let function = Function::read(&mut Reader::new(&body)).map_err(|error| unreadable(&error, &body))?;
        body = match function {
            Function::InvokeWithLayer(wrapper) => {
                client.layer =
                    u16::try_from(wrapper.layer).map_err(|_| RpcError::bad("CONNECTION_LAYER_INVALID"))?;
                wrapper.query.0
            }
            Function::InitConnection(wrapper) => {
                client = Client {
                    layer: client.layer,
                    api_id: wrapper.api_id,
                    device: short(&wrapper.device_model),
                    system: short(&wrapper.system_version),
                    version: short(&wrapper.app_version),
                };
                wrapper.query.0
            }
            Function::InvokeWithoutUpdates(wrapper) => {
                without_updates = true;
                wrapper.query.0
            }
            // Requests are begun in the order in which they came.
            Function::InvokeAfterMsg(wrapper) => wrapper.query.0,
            Function::InvokeAfterMsgs(wrapper) => wrapper.query.0,
            function => {
                *interest = match without_updates {
                    true => Interest::None,
                    false => interest_of(&function),
                };
                if client != old {
                    let key = context.key.login();
                    key.set_client(client.clone());
                    if key.account(&context.host).is_some() {
                        context.tell(Describe { key: key.id(), client }).await?;
                    }
                }
                return Ok(function);
            }
        };
    }
    Err(RpcError::bad("INPUT_METHOD_INVALID").into())
}

/// What a request says about updates. Whoever only sets a connection up may do so for files.
fn interest_of(function: &Function) -> Interest {
    match function {
        Function::HelpGetConfig(_)
        | Function::HelpGetNearestDc(_)
        | Function::HelpGetAppConfig(_)
        | Function::AuthBindTempAuthKey(_) => Interest::SetUp,
        _ => Interest::Asked,
    }
}

/// What a client calls itself is shown in lists of sessions: a line is enough.
fn short(text: &str) -> String {
    text.chars().take(64).collect()
}

/// A request that cannot be read: the function's name if there is such a function, and the error. The connection lives on.
fn unreadable(error: &TlError, body: &[u8]) -> Unreadable {
    let id = body.first_chunk::<4>().map(|id| u32::from_le_bytes(*id)).unwrap_or_default();
    let Some(name) = function_name(id) else {
        return RpcError::bad(&format!("INPUT_METHOD_INVALID_{id:08X}")).into();
    };
    let error = match error {
        TlError::Unknown { at: 0, .. } => RpcError::not_served(name),
        TlError::Unserved(field) => RpcError::not_served(&format!("{field} of {name}")),
        TlError::Unknown { id, .. } => match unserved_constructor(*id) {
            Some(constructor) => RpcError::not_served(&format!("{constructor} of {name}")),
            None => RpcError::bad(&format!("INPUT_CONSTRUCTOR_INVALID_{id:08X}")),
        },
        _ => RpcError::bad("INPUT_FETCH_ERROR"),
    };
    Unreadable { name: Some(name), body: body.to_vec(), error }
}

/// Why there is no function to call.
struct Unreadable {
    name: Option<&'static str>,
    /// The request without its wrappers.
    body: Vec<u8>,
    error: RpcError,
}

impl From<RpcError> for Unreadable {
    fn from(error: RpcError) -> Self {
        Self { name: None, body: Vec::new(), error }
    }
}

/// `destroy_auth_key`
pub(crate) async fn destroy_key(gateway: &MtProto, host: &Host, key: &Arc<Key>) -> enums::DestroyAuthKeyRes {
    gateway.0.keys.remove(host, key.auth.id());
    key.sign_out();
    let done = host.tell(SignOut { key: key.id() }).await.is_ok();
    match done {
        true => types::DestroyAuthKeyOk {}.into(),
        false => types::DestroyAuthKeyFail {}.into(),
    }
}

async fn call(context: &Context, function: Function) -> Answer {
    use Function as F;
    match function {
        F::HelpGetConfig(_) => config::get_config(context),
        F::HelpGetNearestDc(_) => config::get_nearest_dc(context),
        F::HelpGetAppConfig(_) => config::get_app_config(context),

        F::HelpGetPromoData(_) => start_up::get_promo_data(context).await,
        F::HelpGetTermsOfServiceUpdate(_) => start_up::get_terms_of_service_update(context).await,
        F::HelpGetPeerColors(_) | F::HelpGetPeerProfileColors(_) => start_up::get_peer_colors(context),
        F::LangpackGetLangPack(request) => start_up::get_lang_pack(context, request.lang_code),
        F::LangpackGetDifference(request) => start_up::get_lang_pack(context, request.lang_code),
        F::LangpackGetStrings(request) => start_up::get_lang_pack_strings(context, request),
        F::LangpackGetLanguages(_) => start_up::get_languages(context),
        F::LangpackGetLanguage(_) => start_up::get_language(),

        F::AuthImportBotAuthorization(request) => auth::import_bot(context, request).await,
        F::AuthSendCode(request) => auth::send_code(context, &request.phone_number).await,
        F::AuthResendCode(request) => auth::send_code(context, &request.phone_number).await,
        F::AuthSignIn(request) => auth::sign_in(context, request).await,
        F::AuthSignUp(request) => auth::sign_up(context, request).await,
        F::AuthCheckPassword(request) => password::check(context, request).await,
        F::AuthLogOut(_) => auth::log_out(context).await,
        F::AuthBindTempAuthKey(request) => auth::bind_temporary(context, &request).await,
        F::AuthResetAuthorizations(_) => account::reset_others(context).await,
        F::AccountGetPassword(_) => password::get(context).await,

        F::AccountGetAuthorizations(_) => account::list(context).await,
        F::AccountResetAuthorization(request) => account::reset(context, request.hash).await,
        F::AccountUpdateProfile(request) => account::update_profile(context, request).await,
        F::AccountUpdateUsername(request) => account::update_username(context, request.username).await,
        F::AccountCheckUsername(request) => account::check_username(context, request.username).await,

        F::AccountUpdateStatus(_) => start_up::update_status(context),
        F::AccountGetNotifySettings(request) => start_up::get_notify_settings(context, request).await,
        F::AccountGetReactionsNotifySettings(_) => start_up::get_reactions_notify_settings(context),
        F::AccountGetContentSettings(_) => start_up::get_content_settings(context),
        F::AccountGetChatThemes(_) => start_up::get_chat_themes(context),
        F::PhotosGetUserPhotos(request) => start_up::get_user_photos(context, request).await,

        F::UpdatesGetState(_) => updates::get_state(context).await,
        F::UpdatesGetDifference(request) => updates::get_difference(context, request).await,

        F::UsersGetUsers(request) => users::get_users(context, request.id).await,
        F::UsersGetFullUser(request) => users::get_full_user(context, request.id).await,
        F::MessagesGetPeerSettings(request) => users::get_peer_settings(context, request.peer).await,
        F::MessagesGetChats(_) => users::no_chats(context),
        F::ChannelsGetChannels(_) => Err(RpcError::bad("CHANNEL_INVALID")),

        F::ContactsResolveUsername(request) => contacts::resolve_username(context, request.username).await,
        F::ContactsSearch(request) => contacts::search(context, request.q).await,
        F::ContactsBlock(request) => contacts::block(context, request.id, true).await,
        F::ContactsUnblock(request) => contacts::block(context, request.id, false).await,
        F::ContactsGetBlocked(_) => contacts::get_blocked(context).await,
        F::ContactsGetContacts(_) => contacts::get_contacts(context),

        F::ContactsGetTopPeers(_) => start_up::get_top_peers(context),
        F::ContactsGetBirthdays(_) => start_up::get_birthdays(context),

        F::MessagesSendMessage(request) => send::message(context, request).await,
        F::MessagesStartBot(request) => send::start_bot(context, request).await,
        F::MessagesForwardMessages(request) => send::forward(context, request).await,
        F::MessagesEditMessage(request) => messages::edit(context, request).await,
        F::MessagesDeleteMessages(request) => messages::delete(context, request).await,
        F::MessagesDeleteHistory(request) => messages::delete_history(context, request).await,
        F::MessagesSetTyping(request) => messages::set_typing(context, request).await,
        F::MessagesSendReaction(request) => messages::send_reaction(context, request).await,
        F::MessagesUpdatePinnedMessage(request) => messages::update_pinned(context, request).await,
        F::MessagesUnpinAllMessages(request) => messages::unpin_all(context, request.peer).await,
        F::MessagesHideChatJoinRequest(request) => join_requests::hide(context, request).await,
        F::MessagesReadHistory(request) => messages::read_history(context, request).await,

        F::MessagesGetMessages(request) => history::get_messages(context, &request.id).await,
        F::MessagesGetHistory(request) => history::get_history(context, request).await,
        F::MessagesSearch(request) => history::search(context, request).await,
        F::MessagesGetDialogs(request) => dialogs::get_dialogs(context, request).await,
        F::MessagesGetPeerDialogs(request) => dialogs::get_peer_dialogs(context, request.peers).await,

        F::MessagesGetPinnedDialogs(_) => dialogs::get_pinned(context).await,
        F::MessagesGetDialogFilters(_) => start_up::get_dialog_filters(context),
        F::MessagesGetAllDrafts(_) => start_up::get_all_drafts(context).await,
        F::MessagesGetSplitRanges(_) => start_up::get_split_ranges(context),
        F::MessagesGetAvailableEffects(_) => start_up::get_available_effects(context),
        F::MessagesGetAttachMenuBots(_) => start_up::get_attach_menu_bots(context),
        F::MessagesGetStickerSet(_) => start_up::get_sticker_set(context),

        F::MessagesGetBotCallbackAnswer(request) => callbacks::press(context, request).await,
        F::MessagesSetBotCallbackAnswer(request) => callbacks::answer(context, request).await,

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

        // Wrappers were taken off, and these are the session's or the key exchange's own.
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

/// The bot that a person's peer must be: people write to bots here.
fn bot_of(account: AccountId) -> Result<parlor_world::BotId, RpcError> {
    match account {
        AccountId::Bot(bot) => Ok(bot),
        AccountId::User(_) => Err(RpcError::bad("PEER_ID_INVALID")),
    }
}
