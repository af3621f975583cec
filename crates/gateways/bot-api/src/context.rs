use crate::answer::{Answer, ApiError};
use crate::decode;
use crate::refusal::{Call, failed, refused};
use crate::shared::Shared;
use parlor_host::Host;
use parlor_view::ViewContext;
use parlor_wire_bot_api::{Args, objects};
use parlor_world::{AccountId, Actor, Command, MessageKey, Refusal, Target, Timestamp, World};
use std::sync::Arc;

/// The bot that calls a method, and its parameters.
pub(crate) struct Context<'a> {
    pub(crate) shared: &'a Arc<Shared>,
    pub(crate) host: &'a Host,
    pub(crate) bot: AccountId,
    pub(crate) args: &'a Args,
}

impl Context<'_> {
    /// Executes a command and answers with a view of its outcome.
    pub(crate) async fn execute_with<C: Command, T>(
        &self,
        call: Call,
        command: C,
        view: impl FnOnce(&World, C::Outcome) -> T,
    ) -> Result<T, ApiError> {
        let executed = self.host.execute_with(command, |world, _, outcome| view(world, outcome)).await;
        executed.map_err(|failure| failed(failure, call))
    }

    /// Executes a command whose success is just `true`.
    pub(crate) async fn execute<C: Command>(&self, command: C) -> Result<Answer, ApiError> {
        self.execute_with(Call::Other, command, |_, _| ()).await?;
        Answer::yes()
    }

    /// Reads the world.
    pub(crate) async fn read<T>(&self, view: impl FnOnce(&World) -> T) -> Result<T, ApiError> {
        self.host.read(|world, _| view(world)).await.map_err(|failure| failed(failure, Call::Other))
    }

    /// Reads the world, of which the bot may not know the wanted part.
    pub(crate) async fn find<T>(
        &self,
        view: impl FnOnce(&World, Timestamp) -> Result<T, Refusal>,
    ) -> Result<T, ApiError> {
        let found = self.host.read(view).await.map_err(|failure| failed(failure, Call::Other))?;
        found.map_err(|refusal| refused(refusal, Call::Other))
    }

    /// Returns the bot as the actor of a command.
    pub(crate) fn actor(&self) -> Actor {
        self.bot.into()
    }

    /// Returns the chat that a `chat_id` refers to.
    pub(crate) fn target(&self, chat_id: &str) -> Target {
        decode::chat(chat_id).into()
    }

    /// Returns a message that was just sent or changed, as the bot sees it. It is boxed, because its fields take two
    /// kilobytes and it passes through several futures.
    pub(crate) fn shown(&self, world: &World, message: MessageKey) -> Option<Box<objects::Message>> {
        let own = world.message_by_key(message)?;
        Some(Box::new(parlor_view::message(&ViewContext::new(world, self.bot, own.chat), own)))
    }

    /// Returns the bot's id of a message that was just sent.
    pub(crate) fn id(&self, world: &World, message: MessageKey) -> Option<objects::MessageId> {
        let id = world.message_by_key(message)?.id_for(self.bot);
        Some(objects::MessageId { message_id: i64::from(id.0) })
    }
}
