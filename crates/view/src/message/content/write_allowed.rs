use parlor_wire_bot_api::objects::{Message, WriteAccessAllowed};
use parlor_world::content::WriteAccess;

/// Service message: the user allowed the bot to write.
pub(super) fn add(access: &WriteAccess, shown: &mut Message) {
    // A login has a field of its own.
    if let WriteAccess::Website { domain } = access {
        shown.connected_website = Some(domain.clone());
        return;
    }
    let mut allowed = WriteAccessAllowed::default();
    match access {
        WriteAccess::Website { .. } => {}
        WriteAccess::WebApp { name } => {
            allowed.web_app_name = Some(name.clone()).filter(|name| !name.is_empty());
        }
        WriteAccess::AttachmentMenu => allowed.from_attachment_menu = Some(true),
        WriteAccess::Request => allowed.from_request = Some(true),
    }
    shown.write_access_allowed = Some(Box::new(allowed));
}
