//! Reads Telegram's schemas, and finds the definitions of each constructor and function by layer.

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    pub(super) name: String,
    /// The flags field and the bit, if the field is optional.
    pub(super) flag: Option<(String, u32)>,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Flags,
    /// A Rust type that implements the codec itself.
    Plain(&'static str),
    /// `true`: only a bit.
    Bit,
    Vector(Box<Kind>),
    /// A boxed type of the schema.
    Boxed(String),
}

/// One line of a schema.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Definition {
    pub(super) id: u32,
    pub(super) fields: Vec<Field>,
    pub(super) result: String,
}

/// The definitions of a constructor or function by the layer that introduced each; `None` where a layer removed it.
pub(super) type History = BTreeMap<u16, Option<Definition>>;

#[derive(Default)]
pub(super) struct Schema {
    pub(super) constructors: BTreeMap<String, History>,
    pub(super) functions: BTreeMap<String, History>,
}

pub(super) fn read_schemas(root: &Path) -> Result<(Schema, Vec<u16>)> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(root.join("schema/tl"))? {
        let path = entry?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        // The transport's own constructors have no layer.
        let layer =
            if stem == "mtproto" { 0 } else { stem.parse::<u16>().with_context(|| format!("{path:?}"))? };
        files.insert(layer, std::fs::read_to_string(path)?);
    }
    let layers: Vec<u16> = files.keys().copied().filter(|layer| *layer > 0).collect();
    Ok((from_texts(&files)?, layers))
}

/// Merges the schemas of several layers.
pub(super) fn from_texts(files: &BTreeMap<u16, String>) -> Result<Schema> {
    let mut schema = Schema::default();
    let mut whole: BTreeMap<u16, (Lines, Lines)> = BTreeMap::new();
    for (layer, text) in files {
        let (mut constructors, mut functions) = match base(text)? {
            Some(base) => whole.get(&base).cloned().with_context(|| format!("layer {layer}: no {base}"))?,
            None => Default::default(),
        };
        let (changed, changed_functions) = parse(text)?;
        constructors.extend(changed);
        functions.extend(changed_functions);
        whole.insert(*layer, (constructors.clone(), functions.clone()));
        merge(&mut schema.constructors, *layer, constructors);
        merge(&mut schema.functions, *layer, functions);
    }
    Ok(schema)
}

type Lines = BTreeMap<String, Definition>;

/// Returns the layer that a file extends, if the file lists only changes, as for layers without a published schema.
fn base(text: &str) -> Result<Option<u16>> {
    let Some((_, rest)) = text.split_once("// Changes since layer ") else { return Ok(None) };
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().map(Some).with_context(|| format!("not a layer: {digits:?}"))
}

fn parse(text: &str) -> Result<(Lines, Lines)> {
    let (mut constructors, mut functions, mut in_functions) = (Lines::new(), Lines::new(), false);
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or_default().trim().trim_end_matches(';');
        match line {
            "" => continue,
            "---functions---" => in_functions = true,
            "---types---" => in_functions = false,
            _ => {
                let Some((name, definition)) = parse_line(line).with_context(|| line.to_owned())? else {
                    continue;
                };
                let list = if in_functions { &mut functions } else { &mut constructors };
                list.insert(name, definition);
            }
        }
    }
    Ok((constructors, functions))
}

/// Parses a line; `None` for the types that the codec implements itself: core types, which have no id, and vectors.
fn parse_line(line: &str) -> Result<Option<(String, Definition)>> {
    let (left, result) = line.rsplit_once(" = ").context("no result")?;
    if left.contains('[') {
        return Ok(None);
    }
    let mut words = left.split_whitespace();
    let head = words.next().context("no name")?;
    let Some((name, id)) = head.split_once('#') else { return Ok(None) };
    let id = u32::from_str_radix(id, 16)?;
    let fields = words.filter(|word| !word.starts_with('{') && word.contains(':')).map(parse_field);
    let fields = fields.collect::<Result<Vec<_>>>()?;
    Ok(Some((name.to_owned(), Definition { id, fields, result: result.to_owned() })))
}

fn parse_field(word: &str) -> Result<Field> {
    let (name, kind) = word.split_once(':').context("a field has a type")?;
    let (flag, kind) = match kind.split_once('?') {
        Some((condition, kind)) => {
            let (flags, bit) = condition.split_once('.').context("a condition names a bit")?;
            (Some((flags.to_owned(), bit.parse()?)), kind)
        }
        None => (None, kind),
    };
    Ok(Field { name: name.to_owned(), flag, kind: parse_kind(kind) })
}

fn parse_kind(kind: &str) -> Kind {
    if let Some(item) = kind.strip_prefix("Vector<").and_then(|rest| rest.strip_suffix('>')) {
        return Kind::Vector(Box::new(parse_kind(item)));
    }
    match kind {
        "#" => Kind::Flags,
        "true" => Kind::Bit,
        other => plain_types()
            .find(|(name, _)| *name == other)
            .map_or_else(|| Kind::Boxed(other.to_owned()), |(_, rust)| Kind::Plain(rust)),
    }
}

/// Returns the types without constructors, with the Rust types that implement the codec for them.
pub(super) fn plain_types() -> impl Iterator<Item = (&'static str, &'static str)> {
    [
        ("int", "i32"),
        ("long", "i64"),
        ("double", "f64"),
        ("string", "String"),
        ("bytes", "Bytes"),
        ("int128", "[u8; 16]"),
        ("int256", "[u8; 32]"),
        ("Bool", "bool"),
        ("!X", "Raw"),
    ]
    .into_iter()
}

fn merge(histories: &mut BTreeMap<String, History>, layer: u16, lines: Lines) {
    for (name, history) in histories.iter_mut() {
        // The transport's constructors are not repeated in the layers' files.
        let is_removed = !lines.contains_key(name) && history.keys().next() != Some(&0);
        if is_removed && history.values().next_back().is_some_and(Option::is_some) {
            history.insert(layer, None);
        }
    }
    for (name, definition) in lines {
        let history = histories.entry(name).or_default();
        if history.values().next_back() != Some(&Some(definition.clone())) {
            history.insert(layer, Some(definition));
        }
    }
}

pub(super) fn newest(history: &History) -> Option<&Definition> {
    history.values().rev().flatten().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_an_id_fields_and_a_type() {
        let line = "user#20b1422 flags:# self:flags.10?true id:long names:flags.0?Vector<Username> = User";
        let (name, definition) = parse_line(line).unwrap().unwrap();
        assert_eq!((name.as_str(), definition.id, definition.result.as_str()), ("user", 0x020b_1422, "User"));
        let flag = |bit| Some(("flags".to_owned(), bit));
        let names = Kind::Vector(Box::new(Kind::Boxed("Username".to_owned())));
        let expected = [
            ("flags", None, Kind::Flags),
            ("self", flag(10), Kind::Bit),
            ("id", None, Kind::Plain("i64")),
            ("names", flag(0), names),
        ];
        let expected = expected.map(|(name, flag, kind)| Field { name: name.to_owned(), flag, kind });
        assert_eq!(definition.fields, expected);
        assert_eq!(parse_line("int ? = Int").unwrap(), None, "core types have no id");
        assert_eq!(parse_line("vector#1cb5c415 {t:Type} # [ t ] = Vector t").unwrap(), None);
        assert!(parse_line("user#xyz id:long = User").is_err());
    }

    #[test]
    fn a_file_of_changes_names_the_layer_that_it_extends() {
        assert_eq!(base("// LAYER 227\na#1 = A;").unwrap(), None);
        assert_eq!(base("// Layer 228.\n// Changes since layer 227; seen.\na#1 = A;").unwrap(), Some(227));
        assert!(base("// Changes since layer x").is_err());
    }

    #[test]
    fn a_history_contains_only_changes() {
        let layer = |text: &str| parse(text).unwrap().0;
        let mut histories = BTreeMap::new();
        merge(&mut histories, 1, layer("a#1 = A;\nb#2 = A;"));
        merge(&mut histories, 2, layer("a#1 = A;"));
        merge(&mut histories, 3, layer("a#3 x:int = A;\nb#2 = A;"));
        let ids = |name: &str| -> Vec<(u16, Option<u32>)> {
            histories[name].iter().map(|(layer, line)| (*layer, line.as_ref().map(|line| line.id))).collect()
        };
        assert_eq!(ids("a"), [(1, Some(1)), (3, Some(3))]);
        assert_eq!(ids("b"), [(1, Some(2)), (2, None), (3, Some(2))]);
        assert_eq!(newest(&histories["a"]).map(|line| line.id), Some(3));
    }
}
