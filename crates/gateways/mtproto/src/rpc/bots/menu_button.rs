use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::enums;
use parlor_wire_tl::functions::BotsSetBotMenuButton;
use parlor_world::AccountId;
use parlor_world::ops::bot::SetMenuButton;
use parlor_world::state::bot_settings::MenuButton;

/// Returns the user whose button is meant; `None` for the default button of all users.
async fn user_of(context: &Context, user: enums::InputUser) -> Result<Option<AccountId>, RpcError> {
    if matches!(user, enums::InputUser::InputUserEmpty(_)) {
        return Ok(None);
    }
    let bot = context.bot()?;
    let found = context.read(|world, _| {
        let account = decode::user(world, bot, &user)?;
        world.user(account).map(|user| Some(user.id)).ok_or_else(|| RpcError::bad("USER_ID_INVALID"))
    });
    found.await?
}

pub(in crate::rpc) async fn set_menu_button(context: &Context, request: BotsSetBotMenuButton) -> Answer {
    let button = match request.button {
        enums::BotMenuButton::BotMenuButtonDefault(_) => MenuButton::Default,
        enums::BotMenuButton::BotMenuButtonCommands(_) => MenuButton::Commands,
        enums::BotMenuButton::BotMenuButton(button) => {
            MenuButton::WebApp { text: button.text, url: button.url }
        }
    };
    let user = user_of(context, request.user_id).await?;
    context.execute(SetMenuButton { bot: context.bot()?, user, button }).await?;
    context.encode(&true)
}

pub(in crate::rpc) async fn get_menu_button(context: &Context, user: enums::InputUser) -> Answer {
    let bot = context.bot()?;
    let user = user_of(context, user).await?;
    let button = context.read(|world, _| {
        world.bot(bot).map_or(MenuButton::Default, |bot| bot.settings.menu_button(user).clone())
    });
    context.encode(&view::menu_button(&button.await?))
}
