// The control API's types, generated from its OpenAPI description by `cargo xtask ci`.
import type { components } from "../target/page/api";

type Schemas = components["schemas"];

// Bot API objects, as the user whose app it is sees them.
export type Chat = Schemas["Chat"];
export type InlineKeyboardButton = Schemas["InlineKeyboardButton"];
export type KeyboardButton = Schemas["KeyboardButton"];
export type Message = Schemas["Message"];
export type MessageEntity = Schemas["MessageEntity"];
export type MessageOrigin = Schemas["MessageOrigin"];
export type ReactionType = Schemas["ReactionType"];
export type User = Schemas["User"];

// Their wrappers, with what only the user's app knows, and the control API's own objects.
export type Answer = Schemas["Answer"];
export type BotAccount = Schemas["BotAccount"];
export type Clock = Schemas["Clock"];
export type Dialog = Schemas["Dialog"];
export type DialogMessage = Schemas["DialogMessage"];
export type DialogSummary = Schemas["DialogSummary"];
export type Event = Schemas["Event"];
export type Exchange = Schemas["Exchange"];
export type Fault = Schemas["Fault"];
export type MessageDetails = Schemas["MessageDetails"];
export type OpenedLink = Schemas["OpenedLink"];
export type Problem = Schemas["Problem"];
export type UserAccount = Schemas["UserAccount"];
