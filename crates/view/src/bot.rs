use parlor_wire_bot_api::objects::{
    BotCommand, MenuButton, MenuButtonCommands, MenuButtonDefault, MenuButtonWebApp, WebAppInfo,
};
use parlor_world::state::bot_settings as world;

/// A bot's commands.
pub fn commands(list: &[world::BotCommand]) -> Vec<BotCommand> {
    let command = |own: &world::BotCommand| BotCommand {
        command: own.command.clone(),
        description: own.description.clone(),
        ..BotCommand::default()
    };
    list.iter().map(command).collect()
}

/// The button beside the text field.
pub fn menu_button(own: &world::MenuButton) -> MenuButton {
    match own {
        world::MenuButton::Default => MenuButton::Default(Box::new(MenuButtonDefault {})),
        world::MenuButton::Commands => MenuButton::Commands(Box::new(MenuButtonCommands {})),
        world::MenuButton::WebApp { text, url } => MenuButton::WebApp(Box::new(MenuButtonWebApp {
            text: text.clone(),
            web_app: WebAppInfo { url: url.clone() },
        })),
    }
}
