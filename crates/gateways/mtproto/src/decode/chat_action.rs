use parlor_wire_tl::enums;
use parlor_world::state::dialog::ChatAction;

/// Decodes a chat action; `None` for the one that cancels it.
pub(crate) fn chat_action(action: &enums::SendMessageAction) -> Option<ChatAction> {
    use enums::SendMessageAction as A;
    Some(match action {
        A::SendMessageCancelAction(_) => return None,
        // Actions without a name in the Bot API are shown as typing.
        A::SendMessageTypingAction(_)
        | A::SendMessageGamePlayAction(_)
        | A::SendMessageChooseContactAction(_) => ChatAction::Typing,
        A::SendMessageRecordVideoAction(_) => ChatAction::RecordVideo,
        A::SendMessageUploadVideoAction(_) => ChatAction::UploadVideo,
        A::SendMessageRecordAudioAction(_) => ChatAction::RecordVoice,
        A::SendMessageUploadAudioAction(_) => ChatAction::UploadVoice,
        A::SendMessageUploadPhotoAction(_) => ChatAction::UploadPhoto,
        A::SendMessageUploadDocumentAction(_) => ChatAction::UploadDocument,
        A::SendMessageGeoLocationAction(_) => ChatAction::FindLocation,
        A::SendMessageRecordRoundAction(_) => ChatAction::RecordVideoNote,
        A::SendMessageUploadRoundAction(_) => ChatAction::UploadVideoNote,
        A::SendMessageChooseStickerAction(_) => ChatAction::ChooseSticker,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_world::{ANN, BOB};
    use crate::view;
    use parlor_world::state::update::ActionShown;
    use parlor_world::{ChatId, Timestamp};

    #[test]
    fn actions_are_shown_as_they_were_sent() {
        for name in [
            "cancel",
            "typing",
            "upload_photo",
            "record_video",
            "upload_video",
            "record_voice",
            "upload_voice",
            "upload_document",
            "choose_sticker",
            "find_location",
            "record_video_note",
            "upload_video_note",
        ] {
            let action = ChatAction::parse(name).unwrap();
            let shown = ActionShown { chat: ChatId::private(ANN, BOB), by: ANN, action };
            let enums::Updates::UpdateShort(short) = view::action_shown(shown, Timestamp(0)) else {
                panic!()
            };
            let enums::Update::UpdateUserTyping(typing) = short.update else { panic!() };
            assert_eq!(typing.user_id, ANN.0);
            assert_eq!(chat_action(&typing.action), action, "{name}");
        }
    }
}
