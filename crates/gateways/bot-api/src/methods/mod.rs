//! The methods: one file per method or family, named as in the Bot API and in the world.

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

use crate::answer::{Answer, ApiError};
use crate::context::Context;
use parlor_wire_bot_api::{Method, Request};

pub(crate) async fn call(context: &Context<'_>, method: Method) -> Result<Answer, ApiError> {
    macro_rules! serve {
        ($($variant:ident => $handler:path),+ $(,)?) => {
            match method {
                // Boxed, so that a request uses the memory of its own method, not of the largest one.
                $(Method::$variant => Box::pin($handler(context, Request::from_args(context.args))).await,)+
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
