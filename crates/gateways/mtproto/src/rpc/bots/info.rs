use crate::context::{Answer, Context};
use parlor_wire_tl::functions::BotsSetBotInfo;
use parlor_wire_tl::{enums, types};
use parlor_world::ops::bot::SetBotText;
use parlor_world::refusal::BotTextKind;

pub(in crate::rpc) async fn set_info(context: &Context, request: BotsSetBotInfo) -> Answer {
    let bot = context.bot()?;
    let texts = [
        (BotTextKind::Name, request.name),
        (BotTextKind::ShortDescription, request.about),
        (BotTextKind::Description, request.description),
    ];
    for (kind, text) in texts {
        if let Some(text) = text {
            context.execute(SetBotText { bot, kind, language: request.lang_code.clone(), text }).await?;
        }
    }
    context.encode(&true)
}

pub(in crate::rpc) async fn get_info(context: &Context, language: String) -> Answer {
    let bot = context.bot()?;
    let info = context.read(|world, _| {
        let text = |kind| world.bot(bot).map_or("", |bot| bot.settings.text(kind, &language)).to_owned();
        types::BotsBotInfo {
            name: text(BotTextKind::Name),
            about: text(BotTextKind::ShortDescription),
            description: text(BotTextKind::Description),
        }
    });
    context.encode(&enums::BotsBotInfo::from(info.await?))
}
