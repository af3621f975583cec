use crate::ids::{AccountId, MessageId};
use crate::refusal::{MessageOperation, Refusal};
use crate::state::DialogView;
use crate::state::message::{Quote, Reply};
use crate::text::{Text, utf16_len};

/// The wish to reply to a message of the same chat.
#[derive(Debug, Clone, Default)]
pub struct ReplyTo {
    /// By the sender's own id; `None` is no reply.
    pub message: Option<MessageId>,
    /// Send it also if that message is gone.
    pub allow_without: bool,
    /// The part that is quoted; empty for none.
    pub quote: Text,
    /// Where to look for the quote first, in UTF-16 code units.
    pub position: u32,
}

impl ReplyTo {
    pub(super) fn resolve(
        &self,
        dialog: Option<DialogView<'_>>,
        viewer: AccountId,
    ) -> Result<Option<Reply>, Refusal> {
        let Some(id) = self.message else { return Ok(None) };
        let Some(message) = dialog.and_then(|dialog| dialog.message(id)) else {
            let missing = Refusal::MessageNotFound(MessageOperation::Reply);
            return if self.allow_without { Ok(None) } else { Err(missing) };
        };
        let to = message.reference();
        if self.quote.text.is_empty() {
            return Ok(Some(Reply { to, quote: None }));
        }
        let whole = message.text_for(viewer).ok_or(Refusal::QuoteInvalid)?;
        let text = self.quote.normalize()?;
        let part = whole.slice(self.position, utf16_len(&text.text));
        let here = part.filter(|part| **part == *text.text).map(|_| self.position);
        let anywhere = || whole.text.find(&*text.text).map(|byte| utf16_len(&whole.text[..byte]));
        let position = here.or_else(anywhere).ok_or(Refusal::QuoteInvalid)?;
        Ok(Some(Reply { to, quote: Some(Quote { text, position, is_manual: true }) }))
    }
}
