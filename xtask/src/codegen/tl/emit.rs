//! Writes declarations in the syntax of the macros in `crates/wire/tl/src/declare.rs`.

use super::model::{Member, Model, pascal, rust_name, variant};
use super::schema::{Definition, Field, History, Kind, Schema, newest, plain_types};
use super::{HEAD, file_of};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Longer lines are wrapped between fields.
const MAX_LINE: usize = 110;
const INDENT: &str = "            ";

/// Declares a constructor or function: its members and its shapes by layer.
pub(super) fn constructor(model: &Model<'_>, name: &str, history: &History) -> Result<String> {
    let members = model.members(name, history)?;
    let mut text = format!("    constructor! {{ \"{name}\" {} {{\n", pascal(name));
    for member in &members {
        writeln!(text, "        {}: {},", member.rust, member.rust_type())?;
    }
    text.push_str("    }\n");
    for (since, definition) in history {
        match definition {
            None => writeln!(text, "        {since} => ;")?,
            Some(definition) => {
                let mut slots = Vec::new();
                for field in &definition.fields {
                    slots.push(slot(field, &members).with_context(|| format!("{name}.{}", field.name))?);
                }
                let shape = format!("        {since} => {:#010x} [{}];", definition.id, slots.join(" "));
                if shape.len() <= MAX_LINE {
                    writeln!(text, "{shape}")?;
                } else {
                    write!(text, "        {since} => {:#010x} [", definition.id)?;
                    wrap(&mut text, &slots);
                    text.push_str("\n        ];\n");
                }
            }
        }
    }
    text.push_str("    }\n");
    Ok(text)
}

fn wrap(text: &mut String, slots: &[String]) {
    let mut width = MAX_LINE;
    for slot in slots {
        width += slot.len() + 1;
        if width > MAX_LINE {
            text.push('\n');
            text.push_str(INDENT);
            width = INDENT.len() + slot.len();
        } else {
            text.push(' ');
        }
        text.push_str(slot);
    }
}

fn slot(field: &Field, members: &[Member]) -> Result<String> {
    if field.kind == Kind::Flags {
        return Ok(field.name.clone());
    }
    let member = members.iter().find(|member| member.is(field));
    Ok(match (member, &field.flag) {
        (Some(member), None) => member.rust.clone(),
        (Some(member), Some((word, bit))) if field.kind == Kind::Bit => {
            format!("({} = {word}.{bit})", member.rust)
        }
        (Some(member), Some((word, bit))) => format!("({} if {word}.{bit})", member.rust),
        (None, Some((word, bit))) => format!("(? {} if {word}.{bit})", rust_name(&field.name)),
        (None, None) => anyhow::bail!("the Rust type has no such member"),
    })
}

/// Declares a boxed type with the ids of its constructors.
pub(super) fn boxed(model: &Model<'_>, result: &str, names: &[&str]) -> Result<String> {
    let mut text = format!("    boxed! {{ \"{result}\" {} {{\n", pascal(result));
    for name in names {
        let ids = ids(model.constructor(name)?);
        writeln!(text, "        {}({}): {ids},", variant(name), pascal(name))?;
    }
    text.push_str("    }\n");
    for (other, read_as) in model.served.lenient.get(result).into_iter().flatten() {
        let newest = newest(model.constructor(read_as)?).context("lenient")?;
        writeln!(
            text,
            "        {} as {:#010x}: {}({});",
            ids(model.constructor(other)?),
            newest.id,
            variant(read_as),
            pascal(read_as)
        )?;
    }
    text.push_str("    }\n");
    Ok(text)
}

/// Declares the enum of all served functions.
pub(super) fn function_union(api: &Schema, served: &BTreeSet<String>) -> Result<String> {
    let mut text = format!(
        "//! The served functions. {HEAD}\n\nuse super::functions as items;\nuse crate::declare::boxed;\n\n\
        boxed! {{ \"X\" Function {{\n"
    );
    for name in served {
        writeln!(text, "    {0}({0}): {1},", pascal(name), ids(&api.functions[name]))?;
    }
    text.push_str("}\n}\n");
    Ok(text)
}

/// Writes the schema lines of all ids of all layers, one file per namespace, so that unserved objects can be named and
/// displayed.
pub(super) fn lines(api: &Schema) -> Result<BTreeMap<String, String>> {
    let mut files: BTreeMap<String, [BTreeMap<u32, String>; 2]> = BTreeMap::new();
    for (list, histories) in [&api.constructors, &api.functions].into_iter().enumerate() {
        for (name, history) in histories {
            let lists = files.entry(file_of(name, history)).or_default();
            // The newest definition of an id is used: a definition that kept its id only gained optional fields.
            let definitions = history.values().flatten();
            lists[list].extend(definitions.map(|definition| (definition.id, line(name, definition))));
        }
    }
    let mut root = format!("//! {HEAD}\n\n");
    for name in files.keys() {
        writeln!(root, "mod {name};")?;
    }
    let mut texts = BTreeMap::new();
    for (list, doc) in ["constructor", "function"].into_iter().enumerate() {
        let filled: Vec<_> = files.iter().filter(|(_, lists)| !lists[list].is_empty()).collect();
        let constant = format!("{}S", doc.to_uppercase());
        writeln!(
            root,
            "\n/// Every {doc} of every layer, by namespace and then by id.\n\
            pub(crate) static {constant}: [&[(u32, &str)]; {}] = [",
            filled.len()
        )?;
        for (name, lists) in filled {
            writeln!(root, "{name}::{constant},")?;
            let text: &mut String = texts.entry(name.clone()).or_insert_with(|| format!("//! {HEAD}\n"));
            write!(text, "\npub(super) static {constant}: &[(u32, &str)] = &[\n")?;
            for (id, line) in &lists[list] {
                writeln!(text, "({id:#010x}, {line:?}),")?;
            }
            text.push_str("];\n");
        }
        root.push_str("];\n");
    }
    texts.insert("mod".to_owned(), root);
    Ok(texts)
}

fn line(name: &str, definition: &Definition) -> String {
    let mut text = name.to_owned();
    for field in &definition.fields {
        let condition = field.flag.as_ref().map(|(word, bit)| format!("{word}.{bit}?")).unwrap_or_default();
        text.push_str(&format!(" {}:{condition}{}", field.name, tl_type(&field.kind)));
    }
    text
}

fn tl_type(kind: &Kind) -> String {
    match kind {
        Kind::Flags => "#".to_owned(),
        Kind::Bit => "true".to_owned(),
        Kind::Plain(rust) => {
            plain_types().find(|(_, known)| known == rust).map_or(*rust, |(tl, _)| tl).to_owned()
        }
        Kind::Vector(item) => format!("Vector<{}>", tl_type(item)),
        Kind::Boxed(name) => name.clone(),
    }
}

/// Returns the ids of a constructor in all layers, as a pattern.
fn ids(history: &History) -> String {
    let ids: BTreeSet<u32> =
        history.values().flatten().map(|definition: &Definition| definition.id).collect();
    ids.iter().map(|id| format!("{id:#010x}")).collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::super::{Served, schema};
    use super::*;

    const OLD: &str = "peer#1 id:int = Peer;\nuser#2 flags:# self:flags.0?true id:int = User;";
    const NEW: &str = "peer#1 id:int = Peer;\n\
        user#3 flags:# self:flags.0?true id:long peer:flags.1?Peer type:flags.2?string photo:flags.3?Photo = User;\n\
        photo#4 = Photo;";
    const NEWEST: &str =
        "user#3 flags:# self:flags.0?true id:long peer:flags.1?Peer type:flags.2?string = User;";

    fn api() -> Schema {
        let files = [(10, OLD), (11, NEW), (12, NEWEST)].map(|(layer, text)| (layer, text.to_owned()));
        schema::from_texts(&files.into()).unwrap()
    }

    fn served() -> Served {
        Served {
            constructors: ["peer", "user"].map(str::to_owned).into(),
            functions: BTreeSet::new(),
            lenient: [("Peer".to_owned(), [("user".to_owned(), "peer".to_owned())].into())].into(),
        }
    }

    #[test]
    fn a_constructor_has_a_shape_for_each_layer_that_changes_it() {
        let (api, served) = (api(), served());
        let model = Model { api: &api, served: &served };
        let declared = |name: &str| constructor(&model, name, &api.constructors[name]).unwrap();
        let expected = r#"    constructor! { "user" User {
        is_self: bool,
        id: i64,
        peer: Option<enums::Peer>,
        r#type: Option<String>,
        id_before: i32,
    }
        10 => 0x00000002 [flags (is_self = flags.0) id_before];
        11 => 0x00000003 [
            flags (is_self = flags.0) id (peer if flags.1) (r#type if flags.2) (? photo if flags.3)
        ];
        12 => 0x00000003 [flags (is_self = flags.0) id (peer if flags.1) (r#type if flags.2)];
    }
"#;
        assert_eq!(declared("user"), expected);
        assert!(declared("peer").ends_with("10 => 0x00000001 [id];\n        12 => ;\n    }\n"));
    }

    #[test]
    fn a_boxed_type_lists_the_ids_of_all_layers_and_lenient_constructors() {
        let (api, served) = (api(), served());
        let model = Model { api: &api, served: &served };
        let expected = r#"    boxed! { "Peer" Peer {
        Peer(Peer): 0x00000001,
    }
        0x00000002 | 0x00000003 as 0x00000001: Peer(Peer);
    }
"#;
        assert_eq!(boxed(&model, "Peer", &["peer"]).unwrap(), expected);
    }

    #[test]
    fn lines_hold_the_newest_definition_of_every_id_served_or_not() {
        let files = lines(&api()).unwrap();
        let base = &files["base"];
        for line in [
            r#"(0x00000002, "user flags:# self:flags.0?true id:int"),"#,
            r#"(0x00000003, "user flags:# self:flags.0?true id:long peer:flags.1?Peer type:flags.2?string"),"#,
            r#"(0x00000004, "photo"),"#,
        ] {
            assert!(base.contains(line), "{line} is not in {base}");
        }
    }
}
