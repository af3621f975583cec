//! One file per method or family: the same name as in the world and in the Bot API.

mod answer_callback_query;
mod chat_action;
mod delete_message;
mod edit_message;
mod forward_message;
mod get_chat;
mod get_me;
mod join_request;
mod menu_button;
mod my_commands;
mod my_texts;
mod pin_message;
mod send_message;
mod session;
mod set_message_reaction;
mod updates;

use crate::BotApi;
use crate::answer::{Answer, ApiError, stopped};
use crate::decode;
use crate::refusal::{Call, spell};
use parlor_host::{Failure, Host};
use parlor_view::ViewContext;
use parlor_wire_bot_api::{Args, Method, Request};
use parlor_world::message::Route;
use parlor_world::{AccountId, BotId, Command, DialogId, MessageId, Side, World};
use std::sync::Arc;

/// Who calls, and with what.
pub(crate) struct Context<'a> {
    pub(crate) api: &'a BotApi,
    pub(crate) host: &'a Host,
    pub(crate) bot: BotId,
    pub(crate) args: Arc<Args>,
}

impl Context<'_> {
    /// Has a command done and its outcome looked at.
    async fn ask<C, T>(
        &self,
        call: Call,
        command: C,
        view: impl FnOnce(&World, C::Outcome) -> T + Send + 'static,
    ) -> Result<T, ApiError>
    where
        C: Command + Send + 'static,
        C::Outcome: Send,
        T: Send + 'static,
    {
        let asked = self.host.ask(command, |world, _, outcome| view(world, outcome)).await;
        asked.map_err(|failure| match failure {
            Failure::Refused(refusal) => spell(refusal, call),
            Failure::Stopped => stopped(Failure::Stopped),
        })
    }

    /// A command whose success is just `true`.
    async fn tell<C>(&self, command: C) -> Result<Answer, ApiError>
    where
        C: Command + Send + 'static,
        C::Outcome: Send,
    {
        self.ask(Call::Other, command, |_, _| ()).await?;
        Answer::yes()
    }

    /// The bot, in the chat of that `chat_id`.
    fn route(&self, chat_id: &str) -> Route {
        Route::Bot(self.bot, decode::chat(chat_id))
    }

    /// Looks at the world.
    async fn look<T: Send + 'static>(
        &self,
        view: impl FnOnce(&World) -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        self.host.look(|world, _| view(world)).await.map_err(stopped)
    }
}

/// A message that was just made or changed, as its bot sees it.
fn shown(world: &World, dialog: DialogId, id: MessageId) -> Option<parlor_wire_bot_api::objects::Message> {
    let own = world.dialog(dialog)?.message(Side::Bot, id)?;
    let viewer = AccountId::Bot(dialog.bot);
    Some(parlor_view::message(&ViewContext::new(world, dialog, viewer), own))
}

pub(crate) async fn call(context: &Context<'_>, method: Method) -> Result<Answer, ApiError> {
    macro_rules! serve {
        ($($variant:ident => $handler:path),+ $(,)?) => {
            match method {
                $(Method::$variant => $handler(context, Request::from_args(&context.args)).await,)+
            }
        };
    }
    serve! {
        AnswerCallbackQuery => answer_callback_query::handle,
        ApproveChatJoinRequest => join_request::approve,
        Close => session::close,
        CopyMessage => forward_message::copy,
        CopyMessages => forward_message::copy_many,
        DeclineChatJoinRequest => join_request::decline,
        DeleteMessage => delete_message::handle,
        DeleteMessages => delete_message::many,
        DeleteMyCommands => my_commands::delete,
        DeleteWebhook => updates::delete_webhook,
        EditMessageReplyMarkup => edit_message::markup,
        EditMessageText => edit_message::text,
        ForwardMessage => forward_message::handle,
        ForwardMessages => forward_message::many,
        GetChat => get_chat::handle,
        GetChatMenuButton => menu_button::get,
        GetMe => get_me::handle,
        GetMyCommands => my_commands::get,
        GetMyDescription => my_texts::get_description,
        GetMyName => my_texts::get_name,
        GetMyShortDescription => my_texts::get_short_description,
        GetUpdates => updates::get_updates,
        GetWebhookInfo => updates::get_webhook_info,
        LogOut => session::log_out,
        PinChatMessage => pin_message::pin,
        SendChatAction => chat_action::handle,
        SendMessage => send_message::handle,
        SetChatMenuButton => menu_button::set,
        SetMessageReaction => set_message_reaction::handle,
        SetMyCommands => my_commands::set,
        SetMyDescription => my_texts::set_description,
        SetMyName => my_texts::set_name,
        SetMyShortDescription => my_texts::set_short_description,
        SetWebhook => updates::set_webhook,
        UnpinAllChatMessages => pin_message::unpin_all,
        UnpinChatMessage => pin_message::unpin,
    }
}
