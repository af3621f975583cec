//! The description of the Bot API, its additions, and the served part.

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The three files in `schema/`.
pub struct Schema {
    /// Every method, by its name.
    pub methods: BTreeMap<String, Method>,
    pub(super) types: BTreeMap<String, Type>,
    pub(super) additions: Additions,
    served: Map<String, Value>,
}

/// A method of the description.
#[derive(Deserialize)]
pub struct Method {
    pub(super) returns: String,
    pub(super) fields: Vec<Field>,
}

/// A type: an object with its fields, or one of several others.
#[derive(Default, Deserialize)]
pub(super) struct Type {
    #[serde(default)]
    pub(super) fields: Vec<Field>,
    #[serde(default)]
    pub(super) one_of: Vec<String>,
    /// The name of the discriminator, for a union.
    pub(super) tag: Option<String>,
    /// The name and value of the discriminator, for a variant.
    pub(super) tag_value: Option<(String, String)>,
}

/// A field: its name, its type as spelled in the description, and 1 if it is required.
#[derive(Clone, Deserialize)]
#[serde(from = "(String, String, u8)")]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) is_required: bool,
}

impl From<(String, String, u8)> for Field {
    fn from((name, kind, required): (String, String, u8)) -> Self {
        Self { name, kind, is_required: required == 1 }
    }
}

/// The content of `schema/bot-api-additions.json`, which documents its own parts.
#[derive(Deserialize)]
pub(super) struct Additions {
    pub(super) sections: Sections,
    tags: BTreeMap<String, String>,
    unions: BTreeMap<String, Vec<String>>,
    names: BTreeMap<String, String>,
    pub(super) chosen_by: BTreeMap<String, Vec<String>>,
    pub(super) optional: BTreeMap<String, BTreeSet<String>>,
    pub(super) legacy: BTreeMap<String, String>,
    pub(super) words: BTreeMap<String, BTreeMap<String, Value>>,
}

/// The sections of types and methods; each section becomes a file.
#[derive(Deserialize)]
pub(super) struct Sections {
    types: BTreeMap<String, String>,
    methods: BTreeMap<String, String>,
}

/// A type of the description, resolved from its spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Float,
    Boolean,
    /// A field that is sent only if it is true.
    True,
    String,
    File,
    List(Box<Kind>),
    Named(String),
}

impl Schema {
    /// Reads the schema of a checkout.
    pub fn read(root: &Path) -> Result<Self> {
        let read =
            |file: &str| std::fs::read_to_string(root.join("schema").join(file)).context(file.to_owned());
        Self::parse(
            &read("bot-api-10.3.json")?,
            &read("bot-api-additions.json")?,
            &read("bot-api-served.json")?,
        )
    }

    pub(super) fn parse(api: &str, additions: &str, served: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Api {
            methods: BTreeMap<String, Method>,
            types: BTreeMap<String, Type>,
        }
        #[derive(Deserialize)]
        struct Served {
            methods: Map<String, Value>,
        }
        let Api { methods, mut types } = serde_json::from_str(api).context("the description")?;
        let additions: Additions = serde_json::from_str(additions).context("its additions")?;
        let Served { methods: served } = serde_json::from_str(served).context("bot-api-served.json")?;
        for (name, variants) in &additions.unions {
            let tag =
                variants.first().and_then(|first| types.get(first)?.tag_value.clone()).map(|(tag, _)| tag);
            types.insert(name.clone(), Type { one_of: variants.clone(), tag, ..Type::default() });
        }
        if let Some(name) = served.keys().find(|name| !methods.contains_key(*name)) {
            bail!("bot-api-served.json names {name}, which is not a method");
        }
        Ok(Self { methods, types, additions, served })
    }

    pub fn is_served(&self, method: &str) -> bool {
        self.served.contains_key(method)
    }

    /// Returns the parameters of a method that are refused (`loud`), or accepted without effect (`ignored`), with the reasons.
    pub fn excused(&self, method: &str, how: &str) -> Vec<(String, String)> {
        let excused = self.served.get(method).and_then(|entry| entry[how].as_object());
        let pair = |(name, reason): (&String, &Value)| {
            (name.clone(), reason.as_str().unwrap_or_default().to_owned())
        };
        excused.into_iter().flatten().map(pair).collect()
    }

    /// Resolves the spelling of a type.
    pub(super) fn kind(&self, spelling: &str) -> Result<Kind> {
        let spelling = self.additions.names.get(spelling).map_or(spelling, String::as_str);
        if let Some(item) = spelling.strip_prefix("Array of ") {
            return Ok(Kind::List(Box::new(self.kind(item)?)));
        }
        Ok(match spelling {
            "Integer" => Kind::Integer,
            "Float" => Kind::Float,
            "Boolean" => Kind::Boolean,
            "True" => Kind::True,
            // Ids of chats: numbers are decoded as texts.
            "String" | "Integer or String" => Kind::String,
            "InputFile" | "InputFile or String" => Kind::File,
            name if self.types.contains_key(name) => Kind::Named(name.to_owned()),
            name => bail!("{name} is not a type"),
        })
    }

    /// Returns the name and value of the discriminator of a variant.
    pub(super) fn tag(&self, name: &str) -> Option<(&str, &str)> {
        let own = self.types.get(name)?.tag_value.as_ref().map(|(tag, value)| (tag.as_str(), value.as_str()));
        own.or_else(|| {
            let value = self.additions.tags.get(name)?;
            let is_variant = |union: &&Type| union.one_of.iter().any(|variant| variant == name);
            let union = self.types.values().find(is_variant)?;
            Some((union.tag.as_deref().unwrap_or("type"), value.as_str()))
        })
    }

    /// Returns the variants of a union without a name, which the documentation lists wherever it is used.
    pub(super) fn unnamed_union(&self, name: &str) -> Option<&Vec<String>> {
        self.additions.unions.get(name)
    }

    /// Returns the types that the server sends: all that an update or the result of a method can contain.
    pub(super) fn sent(&self) -> Result<BTreeSet<String>> {
        // No method returns these: the parameters are part of errors, and the control API shows reply keyboards to users.
        let others =
            ["Update", "ResponseParameters", "ReplyKeyboardMarkup", "ReplyKeyboardRemove", "ForceReply"];
        let mut roots = others.map(str::to_owned).to_vec();
        for method in self.methods.values() {
            roots.extend(method.returns.split(" | ").map(|name| {
                let name = name.trim_start_matches("list[").trim_end_matches(']');
                name.trim_start_matches("Result").trim_end_matches("Union").to_owned()
            }));
        }
        self.reachable(roots)
    }

    /// Returns the types that clients send as JSON inside parameters.
    pub(super) fn received(&self) -> Result<BTreeSet<String>> {
        let mut roots = Vec::new();
        for field in self.methods.values().flat_map(|method| &method.fields) {
            roots.extend(named(self.kind(&field.kind)?));
        }
        self.reachable(roots)
    }

    fn reachable(&self, mut open: Vec<String>) -> Result<BTreeSet<String>> {
        let mut reached = BTreeSet::new();
        while let Some(name) = open.pop() {
            let Some(ty) = self.types.get(&name) else { continue };
            if !reached.insert(name) {
                continue;
            }
            open.extend(ty.one_of.iter().cloned());
            for field in &ty.fields {
                open.extend(named(self.kind(&field.kind)?));
            }
        }
        Ok(reached)
    }

    /// Returns the types of a set by section, in the order of the documentation. Unions without a name are in the section of
    /// their first variant.
    pub(super) fn sections_of_types(&self, wanted: &BTreeSet<String>) -> Result<Vec<(&str, Vec<&str>)>> {
        let sections = by_section(&self.additions.sections.types, &self.types, |name| {
            !self.additions.unions.contains_key(name)
        })?;
        let mut wanted_sections = Vec::new();
        for (section, names) in sections {
            let unions =
                self.additions.unions.iter().filter(|(_, variants)| names.contains(&variants[0].as_str()));
            let unions = unions.map(|(name, _)| name.as_str());
            let all: Vec<&str> =
                names.iter().copied().chain(unions).filter(|name| wanted.contains(*name)).collect();
            if !all.is_empty() {
                wanted_sections.push((section, all));
            }
        }
        Ok(wanted_sections)
    }

    /// Splits a list of types into unions and objects.
    pub(super) fn unions_and_objects<'a>(&self, names: &[&'a str]) -> (Vec<&'a str>, Vec<&'a str>) {
        names.iter().partition(|name| !self.types[**name].one_of.is_empty())
    }

    /// Returns the methods by section, in the order of the documentation.
    pub(super) fn sections_of_methods(&self) -> Result<Vec<(&str, Vec<&str>)>> {
        by_section(&self.additions.sections.methods, &self.methods, |_| true)
    }
}

/// Returns the names of each section. Each name in `known` that is `expected` must be in exactly one section.
fn by_section<'a, T>(
    sections: &'a BTreeMap<String, String>,
    known: &BTreeMap<String, T>,
    expected: impl Fn(&str) -> bool,
) -> Result<Vec<(&'a str, Vec<&'a str>)>> {
    let mut listed = BTreeSet::new();
    let mut all = Vec::new();
    for (section, names) in sections {
        let names: Vec<&str> = names.split_whitespace().collect();
        for name in &names {
            ensure!(known.contains_key(*name), "the section {section} names {name}, which is not described");
            ensure!(listed.insert(*name), "{name} is in two sections");
        }
        all.push((section.as_str(), names));
    }
    if let Some(name) = known.keys().find(|name| expected(name) && !listed.contains(name.as_str())) {
        bail!("{name} is in no section of bot-api-additions.json");
    }
    Ok(all)
}

/// Returns the named type inside lists.
fn named(kind: Kind) -> Option<String> {
    match kind {
        Kind::List(item) => named(*item),
        Kind::Named(name) => Some(name),
        _ => None,
    }
}
