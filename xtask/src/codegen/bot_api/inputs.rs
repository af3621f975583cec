//! Generates declarations of the types that clients send as JSON, for the macros of `crates/wire/bot-api/src/input.rs`.

use super::objects::is_text;
use super::schema::{Field, Kind, Schema};
use super::{Declare, doc, modules, output, own_name, rust_name, section};
use crate::codegen::Output;
use anyhow::{Result, bail, ensure};
use serde_json::Value;
use std::fmt::Write;

const USES: &str =
    "use crate::input::{choices, inputs, items};\nuse crate::inputs::*;\nuse serde_json::Value;\n";

pub(super) fn generate(schema: &Schema) -> Result<Vec<Output>> {
    let mut received = schema.received()?;
    // A file is not JSON, but a parameter of its own kind.
    received.remove("InputFile");
    if let Some(name) = schema.additions.words.keys().find(|name| !received.contains(*name)) {
        bail!("bot-api-additions.json has words for {name}, which no client sends");
    }
    let sections = schema.sections_of_types(&received)?;
    let mut outputs = vec![modules("inputs", "What clients send as JSON inside of parameters", &sections)];
    for (name, names) in sections {
        let (unions, objects) = schema.unions_and_objects(&names);
        let macros: [(_, &[&str], Declare<'_>); 2] = [
            ("inputs", &objects, &|name| input(schema, name)),
            ("choices", &unions, &|name| choice(schema, name)),
        ];
        let text = section("Inputs", name, USES, &macros)?;
        outputs.push(output(&format!("inputs/{name}"), text));
    }
    Ok(outputs)
}

/// Declares an object with its fields.
pub(super) fn input(schema: &Schema, name: &str) -> Result<String> {
    let tag = schema.tag(name).map(|(tag, _)| tag);
    let additions = &schema.additions;
    let optional = additions.optional.get(name);
    let fields = &schema.types[name].fields;
    if let Some(unknown) =
        optional.iter().copied().flatten().find(|name| !fields.iter().any(|field| field.name == **name))
    {
        bail!("bot-api-additions.json makes {unknown} optional, which is not a field");
    }
    let mut text = format!("{}    {name}{} {{\n", doc(schema, name), words(schema, name)?);
    for Field { name: field, kind, is_required } in fields {
        if tag == Some(field) {
            continue;
        }
        let legacy = additions.legacy.get(field).map(|legacy| format!(" or {legacy:?}")).unwrap_or_default();
        let kind = rust_type(&schema.kind(kind)?);
        let is_optional = !is_required || optional.is_some_and(|optional| optional.contains(field));
        let kind = if is_optional { format!("Option<{kind}>") } else { kind };
        writeln!(text, "        {}{legacy}: {kind},", rust_name(field))?;
    }
    text += "    }\n";
    Ok(text)
}

/// Declares a union, and how its variants are distinguished.
pub(super) fn choice(schema: &Schema, name: &str) -> Result<String> {
    let variants = &schema.types[name].one_of;
    let tag = variants.first().and_then(|first| schema.tag(first)).map(|(tag, _)| tag);
    let mut text = format!("{}    {name}", doc(schema, name));
    if let Some(tag) = tag {
        write!(text, " by {tag:?}")?;
    }
    if is_text(name) {
        text += " or (\n        Plain(String) = Value::String(text) => Ok::<_, String>(text.clone()),\n";
        write!(text, "        List(Vec<{name}>) = Value::Array(list) => items(list, \"\"),\n    )")?;
    }
    writeln!(text, "{} {{", words(schema, name)?)?;
    let conditions = |variant: &str| schema.additions.chosen_by.get(variant).map_or(&[][..], Vec::as_slice);
    let mut ordered: Vec<&String> = Vec::new();
    for variant in variants {
        // The first variant whose conditions hold is decoded, so one with fewer conditions must come later.
        let is_weaker = |other: &&String| {
            schema.tag(other) == schema.tag(variant)
                && conditions(other).iter().all(|field| conditions(variant).contains(field))
        };
        let at = ordered.iter().position(is_weaker).unwrap_or(ordered.len());
        ordered.insert(at, variant);
    }
    for variant in ordered {
        write!(text, "        {}({variant})", own_name(name, variant))?;
        let (value, fields) = (schema.tag(variant).map(|(_, value)| value), conditions(variant));
        ensure!(
            value.is_some() == tag.is_some(),
            "{variant}: all variants have a discriminator or none has one"
        );
        ensure!(
            value.is_some() || !fields.is_empty(),
            "{variant}: it can't be distinguished from the others"
        );
        if let Some(value) = value {
            write!(text, " = {value:?}")?;
        }
        if !fields.is_empty() {
            write!(
                text,
                " if {}",
                fields.iter().map(|field| format!("{field:?}")).collect::<Vec<_>>().join(" ")
            )?;
        }
        text += ",\n";
    }
    text += "    }\n";
    Ok(text)
}

/// Returns the settings of a type whose error texts differ from the usual ones.
fn words(schema: &Schema, name: &str) -> Result<String> {
    let Some(words) = schema.additions.words.get(name) else { return Ok(String::new()) };
    let word = |(key, value): (&String, &Value)| match value {
        Value::Bool(value) => Ok(format!("            {key}: {value},\n")),
        Value::String(text) => Ok(format!("            {key}: Some({text:?}),\n")),
        _ => bail!("{key} is neither a text nor a switch"),
    };
    let lines = words.iter().map(word).collect::<Result<Vec<_>>>()?;
    Ok(format!(" [\n{}    ]", lines.concat()))
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
