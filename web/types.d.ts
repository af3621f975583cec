// The API's shapes, made from its own description by `cargo xtask ci`.
import type { components } from "../target/page/api";

type Schemas = components["schemas"];

export type Chat = Schemas["Chat"];
export type Bot = Schemas["Bot"];
export type Dialog = Schemas["Dialog"];
export type Entity = Schemas["Entity"];
export type Event = Schemas["Event"];
export type Exchange = Schemas["Exchange"];
export type Fault = Schemas["Fault"];
export type InlineKey = Schemas["InlineKey"];
export type Key = Schemas["Key"];
export type Message = Schemas["Message"];
export type Opened = Schemas["Opened"];
export type Problem = Schemas["Problem"];
export type WriteAccess = Schemas["WriteAccess"];
export type User = Schemas["User"];
export type Clock = Schemas["Clock"];
export type Answer = Schemas["Answer"];
