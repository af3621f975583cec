use super::value;
use crate::answer::ApiError;
use parlor_wire_bot_api::{Json, json};
use parlor_world::state::group::{AdminRights, Permissions};
use serde_json::{Map, Value};

/// Media of every kind.
const MEDIA: Permissions = Permissions::SEND_AUDIOS
    .union(Permissions::SEND_DOCUMENTS)
    .union(Permissions::SEND_PHOTOS)
    .union(Permissions::SEND_VIDEOS)
    .union(Permissions::SEND_VIDEO_NOTES)
    .union(Permissions::SEND_VOICE_NOTES);

const FIELDS: [(&str, Permissions); 14] = [
    ("can_send_messages", Permissions::SEND_MESSAGES),
    ("can_send_audios", Permissions::SEND_AUDIOS),
    ("can_send_documents", Permissions::SEND_DOCUMENTS),
    ("can_send_photos", Permissions::SEND_PHOTOS),
    ("can_send_videos", Permissions::SEND_VIDEOS),
    ("can_send_video_notes", Permissions::SEND_VIDEO_NOTES),
    ("can_send_voice_notes", Permissions::SEND_VOICE_NOTES),
    ("can_send_polls", Permissions::SEND_POLLS),
    ("can_send_other_messages", Permissions::SEND_OTHER),
    ("can_add_web_page_previews", Permissions::ADD_LINK_PREVIEWS),
    ("can_change_info", Permissions::CHANGE_INFO),
    ("can_invite_users", Permissions::INVITE_USERS),
    ("can_pin_messages", Permissions::PIN_MESSAGES),
    ("can_send_media_messages", MEDIA),
];

/// Fields that follow another one if they are absent.
const FOLLOWING: [(&str, Permissions, Permissions); 3] = [
    ("can_manage_topics", Permissions::MANAGE_TOPICS, Permissions::PIN_MESSAGES),
    ("can_edit_tag", Permissions::EDIT_TAG, Permissions::PIN_MESSAGES),
    ("can_react_to_messages", Permissions::REACT, Permissions::SEND_MESSAGES),
];

/// Decodes `permissions`. What is absent is not allowed. Unless the permissions are independent, some imply others.
///
/// > use_independent_chat_permissions: […] Otherwise, the can_send_other_messages and can_add_web_page_previews permissions will
/// > imply the can_send_messages, can_send_audios, […] permissions; the can_send_polls permission will imply the
/// > can_send_messages permission.
pub(crate) fn permissions(parameter: &Json, is_independent: bool) -> Result<Permissions, ApiError> {
    let Some(value) = value(parameter, "permissions JSON object")? else {
        return Err(ApiError::bad_request("Can't parse permissions: unexpected end"));
    };
    let object = value.as_object();
    let object = object.ok_or_else(|| ApiError::bad_request("Object expected as permissions"))?;
    read(object, is_independent)
        .map_err(|error| ApiError::bad_request(&format!("Can't parse chat permissions: {error}")))
}

fn read(object: &Map<String, Value>, is_independent: bool) -> Result<Permissions, String> {
    let mut all = Permissions::empty();
    for (name, permission) in FIELDS {
        all.set(permission, all.contains(permission) || json::optional_bool(object, name)?);
    }
    if !is_independent {
        if all.intersects(Permissions::SEND_OTHER | Permissions::ADD_LINK_PREVIEWS) {
            all |= MEDIA;
        }
        if all.intersects(MEDIA | Permissions::SEND_POLLS) {
            all |= Permissions::SEND_MESSAGES;
        }
    }
    for (name, permission, followed) in FOLLOWING {
        let is_allowed = match json::has(object, name) {
            true => json::optional_bool(object, name)?,
            false => all.contains(followed),
        };
        all.set(permission, is_allowed);
    }
    Ok(all)
}

/// Decodes the rights of an administrator, as `setMyDefaultAdministratorRights` has them.
pub(crate) fn administrator_rights(parameter: &Json) -> Result<AdminRights, ApiError> {
    let Some(value) = value(parameter, "rights JSON object")? else { return Ok(AdminRights::empty()) };
    let object = value.as_object();
    let object =
        object.ok_or_else(|| ApiError::bad_request("Object expected as chat administrator rights"))?;
    let names = [
        ("is_anonymous", AdminRights::ANONYMOUS),
        ("can_manage_chat", AdminRights::MANAGE_CHAT),
        ("can_delete_messages", AdminRights::DELETE_MESSAGES),
        ("can_manage_video_chats", AdminRights::MANAGE_VIDEO_CHATS),
        ("can_restrict_members", AdminRights::RESTRICT_MEMBERS),
        ("can_promote_members", AdminRights::PROMOTE_MEMBERS),
        ("can_change_info", AdminRights::CHANGE_INFO),
        ("can_invite_users", AdminRights::INVITE_USERS),
        ("can_post_stories", AdminRights::POST_STORIES),
        ("can_edit_stories", AdminRights::EDIT_STORIES),
        ("can_delete_stories", AdminRights::DELETE_STORIES),
        ("can_post_messages", AdminRights::POST_MESSAGES),
        ("can_edit_messages", AdminRights::EDIT_MESSAGES),
        ("can_pin_messages", AdminRights::PIN_MESSAGES),
        ("can_manage_topics", AdminRights::MANAGE_TOPICS),
        ("can_manage_direct_messages", AdminRights::MANAGE_DIRECT_MESSAGES),
        ("can_manage_tags", AdminRights::MANAGE_TAGS),
        ("can_send_welcome_messages", AdminRights::SEND_WELCOME_MESSAGES),
    ];
    let mut rights = AdminRights::empty();
    for (name, right) in names {
        let is_given = json::optional_bool(object, name).map_err(|error| {
            ApiError::bad_request(&format!("Can't parse chat administrator rights: {error}"))
        })?;
        rights.set(right, is_given);
    }
    Ok(rights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_imply_others_unless_they_are_independent() {
        let all = Permissions::all();
        let text = Permissions::SEND_MESSAGES | Permissions::REACT;
        let table = [
            ("{}", false, Permissions::empty()),
            (r#"{"can_send_messages":true}"#, false, text),
            (
                r#"{"can_send_messages":true,"can_react_to_messages":false}"#,
                false,
                Permissions::SEND_MESSAGES,
            ),
            (r#"{"can_send_polls":true}"#, false, text | Permissions::SEND_POLLS),
            (r#"{"can_send_polls":true}"#, true, Permissions::SEND_POLLS),
            (r#"{"can_send_other_messages":true}"#, false, text | MEDIA | Permissions::SEND_OTHER),
            (r#"{"can_send_media_messages":true}"#, false, text | MEDIA),
            (
                r#"{"can_pin_messages":true}"#,
                false,
                Permissions::PIN_MESSAGES | Permissions::MANAGE_TOPICS | Permissions::EDIT_TAG,
            ),
            (
                r#"{"can_send_other_messages":true,"can_add_web_page_previews":true,"can_send_polls":true,
                    "can_change_info":true,"can_invite_users":true,"can_pin_messages":true}"#,
                false,
                all,
            ),
        ];
        for (text, is_independent, expected) in table {
            let read = permissions(&Json(text.into()), is_independent);
            assert_eq!(read.ok(), Some(expected), "{text} {is_independent}");
        }
        for text in ["", "[]", "{", r#"{"can_send_messages":"x"}"#] {
            assert!(permissions(&Json(text.into()), false).is_err(), "{text}");
        }
    }
}
