//! Declarations of the objects that the server sends, for the macros of `crates/wire/bot-api/src/object.rs`.

use super::schema::{Kind, Schema};
use super::{HEAD, doc, modules, own_name, rust_name};
use crate::codegen::Output;
use anyhow::{Context, Result, ensure};
use std::fmt::Write;

pub(super) fn generate(schema: &Schema) -> Result<Vec<Output>> {
    let sections = schema.sections_of_types(&schema.sent()?)?;
    let mut outputs = vec![modules("objects", "The objects that the server sends", &sections)];
    for (section, names) in sections {
        let text = section_text(schema, section, &names).with_context(|| section.to_owned())?;
        outputs.push(super::output(&format!("objects/{section}"), text));
    }
    Ok(outputs)
}

fn section_text(schema: &Schema, section: &str, names: &[&str]) -> Result<String> {
    let (unions, objects): (Vec<&str>, Vec<&str>) =
        names.iter().partition(|name| !schema.types[**name].one_of.is_empty());
    let mut text = format!("//! Objects: {}. {HEAD}\n\n", section.replace('_', " "));
    text += "#![allow(unused_imports, reason = \"the same head in every generated module\")]\n\n";
    text += "use crate::object::{objects, unions};\nuse crate::objects::*;\n";
    for (declaration, names, write) in [
        ("objects", objects, object as fn(&Schema, &str) -> Result<String>),
        ("unions", unions, union as fn(&Schema, &str) -> Result<String>),
    ] {
        if names.is_empty() {
            continue;
        }
        write!(text, "\n{declaration}! {{\n")?;
        for name in names {
            text += &write(schema, name).with_context(|| name.to_owned())?;
        }
        text += "}\n";
    }
    Ok(text)
}

/// An object with its fields.
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
            // Optional objects are boxed, so that a message without media is not as large as one with all of them.
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

/// One of several types.
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
