//! Every served RPC, in every state of a login, is answered in time.

use anyhow::{Context, Result, ensure};
use parlor_stories::Server;
use parlor_stories::mtproto::{Client, refused};
use parlor_wire_tl::{Function, LAYER, LAYERS, Tl, Writer, enums, functions, types};
use serde_json::{Value, json};
use std::time::Duration;

/// No served RPC waits for anybody with the arguments used here.
const DEADLINE: Duration = Duration::from_secs(20);
const BOT: &str = "777:AAAA";
/// > Test phone numbers look like 99966XYYYY; their code is XXXXX.
const PHONE: &str = "9996621234";
const CODE: &str = "22222";

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Nobody,
    WaitingForPassword,
    Person,
    Bot,
}

/// The server, and the connections that are used for more than one call.
struct Stage {
    server: Server,
    stranger: Client,
    waiting: Client,
    /// The bot as the person names it.
    bot: enums::InputPeer,
}

async fn stage() -> Result<Stage> {
    let server = Server::start(&["--memory"]).await?;
    let mut stranger = Client::connect(server.address(), LAYER).await?;
    stranger.begin().await?;
    let mut waiting = Client::connect(server.address(), LAYER).await?;
    waiting.begin().await?;
    server.control("POST", "/bots", json!({"token": BOT, "username": "states_bot"})).await?;
    server.control("POST", "/users", json!({"id": 1001, "first_name": "Ann"})).await?;
    server.control("POST", "/users/1001/dialogs/777/start", json!({})).await?;
    server.control("POST", "/users", json!({"id": 1002, "first_name": "Bob", "phone": PHONE})).await?;
    server.control("PUT", "/users/1002/password", json!({"password": "secret"})).await?;
    let bot = server.minted("1001").await?.resolve("states_bot").await?;
    Ok(Stage { server, stranger, waiting, bot })
}

/// Proves the code, so that only the password is missing.
async fn prove_code(client: &mut Client) -> Result<()> {
    let hash = client.send_code(PHONE).await?;
    let error = refused(client.sign_in(PHONE, &hash, CODE).await)?;
    ensure!(error.message == "SESSION_PASSWORD_NEEDED", "{error}");
    Ok(())
}

/// Answered by the session layer, and not with an `rpc_result`.
fn is_of_the_session(function: &Function) -> bool {
    matches!(
        function,
        Function::Ping(_)
            | Function::PingDelayDisconnect(_)
            | Function::GetFutureSalts(_)
            | Function::DestroySession(_)
            | Function::DestroyAuthKey(_)
    )
}

/// Arguments with which more of the function is executed than with the defaults.
fn with_arguments(function: Function, peer: &enums::InputPeer) -> Function {
    use Function as F;
    let enums::InputPeer::InputPeerUser(known) = peer else { return function };
    let user =
        enums::InputUser::from(types::InputUser { user_id: known.user_id, access_hash: known.access_hash });
    let (text, id, random_id) = ("text".to_owned(), 1, 7);
    let mut function = function;
    match &mut function {
        F::AuthImportBotAuthorization(f) => f.bot_auth_token = BOT.to_owned(),
        F::AuthSendCode(f) => f.phone_number = PHONE.to_owned(),
        F::AuthResendCode(f) => f.phone_number = PHONE.to_owned(),
        F::AuthCheckPassword(f) => f.password = types::InputCheckPasswordSRP::default().into(),
        F::AccountUpdateProfile(f) => f.about = Some(text),
        F::AccountUpdateUsername(f) => f.username = "somebody".to_owned(),
        F::AccountCheckUsername(f) => f.username = "somebody".to_owned(),
        F::UpdatesGetDifference(f) => (f.pts, f.qts) = (1, 1),
        F::UsersGetUsers(f) => f.id = vec![user],
        F::UsersGetFullUser(f) => f.id = user,
        F::MessagesGetPeerSettings(f) => f.peer = peer.clone(),
        F::ContactsResolveUsername(f) => f.username = "states_bot".to_owned(),
        F::ContactsSearch(f) => f.q = "states".to_owned(),
        F::ContactsUnblock(f) => f.id = peer.clone(),
        F::MessagesSendMessage(f) => (f.peer, f.message, f.random_id) = (peer.clone(), text, random_id),
        F::MessagesStartBot(f) => {
            (f.bot, f.peer, f.start_param) = (user, peer.clone(), text);
        }
        F::MessagesForwardMessages(f) => {
            (f.from_peer, f.to_peer) = (peer.clone(), peer.clone());
            (f.id, f.random_id) = (vec![id], vec![random_id]);
        }
        F::MessagesEditMessage(f) => (f.peer, f.id, f.message) = (peer.clone(), id, Some(text)),
        F::MessagesDeleteMessages(f) => f.id = vec![id],
        F::MessagesSetTyping(f) => f.peer = peer.clone(),
        F::MessagesSendReaction(f) => (f.peer, f.msg_id) = (peer.clone(), id),
        F::MessagesUpdatePinnedMessage(f) => (f.peer, f.id) = (peer.clone(), id),
        F::MessagesUnpinAllMessages(f) => f.peer = peer.clone(),
        F::MessagesHideChatJoinRequest(f) => f.user_id = user,
        F::MessagesReadHistory(f) => f.peer = peer.clone(),
        F::MessagesGetMessages(f) => f.id = vec![types::InputMessageID { id }.into()],
        F::MessagesGetHistory(f) => (f.peer, f.limit) = (peer.clone(), 10),
        F::MessagesSearch(f) => (f.peer, f.limit) = (peer.clone(), 10),
        F::MessagesGetDialogs(f) => f.limit = 10,
        F::MessagesGetPeerDialogs(f) => {
            f.peers = vec![types::InputDialogPeer { peer: peer.clone() }.into()];
        }
        F::MessagesGetBotCallbackAnswer(f) => (f.peer, f.msg_id) = (peer.clone(), id),
        F::BotsSetBotInfo(f) => f.name = Some(text),
        F::BotsSetBotMenuButton(f) => f.user_id = user,
        F::BotsGetBotMenuButton(f) => f.user_id = user,
        _ => {}
    }
    function
}

/// In the newest layer that has it.
fn encode(function: &Function) -> Result<Vec<u8>> {
    let encode = |layer: &u16| {
        let mut out = Writer::default();
        function.write(*layer, &mut out);
        out.finish().ok()
    };
    LAYERS.iter().rev().find_map(encode).with_context(|| format!("no layer has {function:?}"))
}

impl Stage {
    /// Calls in a state; fails unless there is an answer or an error in time.
    async fn call(&mut self, state: State, function: &Function) -> Result<()> {
        let body = encode(function)?;
        let mut own;
        let client = match state {
            State::Nobody => &mut self.stranger,
            State::WaitingForPassword => {
                prove_code(&mut self.waiting).await?;
                &mut self.waiting
            }
            State::Person | State::Bot => {
                let account = if state == State::Bot { "777" } else { "1001" };
                own = self.server.minted(account).await?;
                &mut own
            }
        };
        let answer = tokio::time::timeout(DEADLINE, client.call_raw(&body)).await;
        let answer = answer.with_context(|| format!("{state:?}: no answer to {function:?}"))?;
        let answer = answer.with_context(|| format!("{state:?}: {function:?}"))?;
        if state == State::Nobody
            && matches!(function, Function::AuthImportBotAuthorization(_))
            && answer.is_ok()
        {
            self.stranger
                .call::<enums::AuthLoggedOut>(|layer, out| functions::AuthLogOut {}.write(layer, out))
                .await?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn every_rpc_is_answered_in_every_login_state() -> Result<()> {
    let mut stage = stage().await?;
    for state in [State::Nobody, State::WaitingForPassword, State::Person, State::Bot] {
        let peer = match state {
            State::Person => stage.bot.clone(),
            _ => types::InputPeerUser { user_id: 1001, access_hash: 0 }.into(),
        };
        for function in Function::all() {
            if is_of_the_session(&function) {
                continue;
            }
            stage.call(state, &function).await?;
            let filled = with_arguments(function.clone(), &peer);
            if filled != function {
                stage.call(state, &filled).await?;
            }
        }
    }
    // The server still runs.
    let asked = tokio::time::timeout(DEADLINE, stage.server.control("GET", "/bots/777", Value::Null));
    ensure!(asked.await??["id"] == 777);
    Ok(())
}
