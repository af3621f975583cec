//! `langpack.*`. The packs are empty, since apps have their own strings. Apps send these requests before anybody has signed
//! in.

use crate::context::{Answer, Context};
use crate::refusal::RpcError;
use parlor_wire_tl::functions::LangpackGetStrings;
use parlor_wire_tl::{enums, types};

pub(super) fn get_pack(context: &Context, lang_code: String) -> Answer {
    let none = types::LangPackDifference { lang_code, ..Default::default() };
    context.encode(&enums::LangPackDifference::from(none))
}

pub(super) fn get_strings(context: &Context, request: LangpackGetStrings) -> Answer {
    let none = |key| enums::LangPackString::from(types::LangPackStringDeleted { key });
    context.encode(&request.keys.into_iter().map(none).collect::<Vec<_>>())
}

pub(super) fn get_languages(context: &Context) -> Answer {
    context.encode(&Vec::<enums::LangPackLanguage>::new())
}

pub(super) fn get_language() -> Answer {
    Err(RpcError::bad("LANG_CODE_NOT_SUPPORTED"))
}
