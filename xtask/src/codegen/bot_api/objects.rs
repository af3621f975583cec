//! Generates declarations of the objects that the server sends, for the macros of `crates/wire/bot-api/src/object.rs`.

use super::schema::{Kind, Schema};
use super::{Declare, doc, modules, output, own_name, rust_name, section};
use crate::codegen::Output;
use anyhow::{Result, ensure};
use std::fmt::Write;

const USES: &str = "use crate::object::{objects, unions};\nuse crate::objects::*;\n";

pub(super) fn generate(schema: &Schema) -> Result<Vec<Output>> {
    let sections = schema.sections_of_types(&schema.sent()?)?;
    let mut outputs = vec![modules("objects", "The objects that the server sends", &sections)];
    for (name, names) in sections {
        let (unions, objects) = schema.unions_and_objects(&names);
        let macros: [(_, &[&str], Declare<'_>); 2] = [
            ("objects", &objects, &|name| object(schema, name)),
            ("unions", &unions, &|name| union(schema, name)),
        ];
        let text = section("Objects", name, USES, &macros)?;
        outputs.push(output(&format!("objects/{name}"), text));
    }
    Ok(outputs)
}

/// Declares an object with its fields.
pub(super) fn object(schema: &Schema, name: &str) -> Result<String> {
    let tag = schema.tag(name);
    let mut text = format!("{}    {name}", doc(schema, name));
    if let Some((tag, value)) = tag {
        write!(text, " ({tag:?} = {value:?})")?;
    }
    text += " {\n";
    for (at, field) in schema.types[name].fields.iter().enumerate() {
        if tag.is_some_and(|(tag, _)| tag == field.name) {
            ensure!(at == 0, "the discriminator is not the first field");
            continue;
        }
        let rust = rust_name(&field.name);
        let kind = schema.kind(&field.kind)?;
        let (condition, kind) = match (field.is_required, kind) {
            (false, Kind::True) => (" if true", "bool".to_owned()),
            (true, kind) => ("", rust_type(&kind)),
            // Optional objects are boxed, because a message would otherwise reserve space for every kind of media.
            (false, Kind::Named(name)) if schema.types[&name].one_of.is_empty() => {
                ("", format!("Option<Box<{name}>>"))
            }
            (false, kind) => ("", format!("Option<{}>", rust_type(&kind))),
        };
        writeln!(text, "        {rust}{condition}: {kind},")?;
    }
    text += "    }\n";
    Ok(text)
}

/// Declares a union of several types.
pub(super) fn union(schema: &Schema, name: &str) -> Result<String> {
    let mut text = format!("{}    {name} {{\n", doc(schema, name));
    if is_text(name) {
        writeln!(text, "        Plain(String),\n        List(Vec<{name}>),")?;
    }
    for variant in &schema.types[name].one_of {
        writeln!(text, "        {}(Box<{variant}>),", own_name(name, variant))?;
    }
    text += "    }\n";
    Ok(text)
}

/// Returns whether a union also allows a plain text and a list.
///
/// > Currently, it can be either a String for plain text, an Array of RichText, or any of the following types
pub(super) fn is_text(union: &str) -> bool {
    union == "RichText"
}

fn rust_type(kind: &Kind) -> String {
    match kind {
        Kind::Integer => "i64".to_owned(),
        Kind::Float => "f64".to_owned(),
        Kind::Boolean | Kind::True => "bool".to_owned(),
        Kind::String | Kind::File => "String".to_owned(),
        Kind::List(item) => format!("Vec<{}>", rust_type(item)),
        Kind::Named(name) => name.clone(),
    }
}
