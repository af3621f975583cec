use crate::{ViewContext, text};
use parlor_wire_bot_api::objects::{LinkPreviewOptions, Message};
use parlor_world::content::LinkPreview;
use parlor_world::state::message as world;

/// The user sees `/start`, the bot `/start PAYLOAD`.
pub(super) fn add(context: &ViewContext<'_>, own: &world::Message, shown: &mut Message) {
    let Some(own_text) = own.text_for(context.viewer()) else { return };
    let preview = LinkPreview::resolve(own.content.link_preview(), &own_text);
    shown.entities = text::entities(context.world(), &own_text);
    shown.text = Some(own_text.text.into());
    shown.link_preview_options = preview.map(link_preview).map(Box::new);
}

fn link_preview(options: LinkPreview) -> LinkPreviewOptions {
    let yes = |flag: bool| flag.then_some(true);
    LinkPreviewOptions {
        is_disabled: yes(options.disabled),
        url: options.url,
        prefer_small_media: yes(options.small),
        prefer_large_media: yes(options.large),
        show_above_text: yes(options.above),
    }
}
