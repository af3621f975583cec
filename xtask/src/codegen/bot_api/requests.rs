//! Generates declarations of the requests, for the macro of `crates/wire/bot-api/src/request.rs`, and the table of methods.

use super::schema::{Kind, Schema};
use super::{Declare, HEAD, doc, modules, output, pascal, rust_name, section};
use crate::codegen::Output;
use anyhow::Result;
use std::fmt::Write;

const USES: &str = "use crate::request::requests;\nuse crate::{InputFile, Json};\n";

pub(super) fn generate(schema: &Schema) -> Result<Vec<Output>> {
    let sections = schema.sections_of_methods()?;
    let mut outputs = vec![
        Output { path: super::METHODS.into(), text: methods(schema)? },
        modules("requests", "One type per method, for its server and for its callers", &sections),
    ];
    for (name, names) in sections {
        let macros: [(_, &[&str], Declare<'_>); 1] = [("requests", &names, &|name| request(schema, name))];
        let text = section("Requests", name, USES, &macros)?;
        outputs.push(output(&format!("requests/{name}"), text));
    }
    Ok(outputs)
}

/// Declares a method with its parameters.
pub(super) fn request(schema: &Schema, name: &str) -> Result<String> {
    let mut text = format!("{}    {} {name:?} {{\n", doc(schema, name), pascal(name));
    for field in &schema.methods[name].fields {
        let rust = rust_name(&field.name);
        let kind = match schema.kind(&field.kind)? {
            Kind::Integer => "Option<i64>,",
            Kind::Float => "Option<f64>,",
            Kind::Boolean | Kind::True => "bool,",
            Kind::String => "String,",
            Kind::File => "InputFile,",
            // Kept as JSON until its decoder parses it, so that checks run in Telegram's order.
            kind @ (Kind::List(_) | Kind::Named(_)) => &format!("Json, // {}", spelling(&kind)),
        };
        writeln!(text, "        {rust}: {kind}")?;
    }
    text += "    }\n";
    Ok(text)
}

fn spelling(kind: &Kind) -> String {
    match kind {
        Kind::List(item) => format!("list of {}", spelling(item)),
        Kind::Named(name) => name.clone(),
        Kind::Integer => "Integer".to_owned(),
        _ => "String".to_owned(),
    }
}

/// Generates the table of all methods, sorted by their lower-case names.
fn methods(schema: &Schema) -> Result<String> {
    let mut text =
        format!("//! Every method of Bot API 10.3, served or not. {HEAD}\n\nuse crate::MethodInfo;\n\n");
    text += "/// A method that Parlor serves.\n#[derive(Debug, Clone, Copy, PartialEq, Eq)]\n\
             #[allow(missing_docs)]\npub enum Method {\n";
    for name in schema.methods.keys().filter(|name| schema.is_served(name)) {
        writeln!(text, "    {},", pascal(name))?;
    }
    text +=
        "}\n\n/// All methods, sorted by their lower-case names.\npub const METHODS: &[MethodInfo] = &[\n";
    let mut names: Vec<_> = schema.methods.keys().collect();
    names.sort_by_key(|name| name.to_lowercase());
    for name in names {
        let lower = name.to_lowercase();
        if schema.is_served(name) {
            let loud: Vec<_> = schema.excused(name, "loud").into_iter().map(|(name, _)| name).collect();
            let method = pascal(name);
            writeln!(text, "    MethodInfo::served(Method::{method}, {name:?}, {lower:?}, &{loud:?}),")?;
        } else {
            writeln!(text, "    MethodInfo::unserved({name:?}, {lower:?}),")?;
        }
    }
    text += "];\n";
    Ok(text)
}
