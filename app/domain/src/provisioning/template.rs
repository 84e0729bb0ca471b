//! A template: variables and parts, written as JSON. It is read strictly, so that a slip of the pen is told with its line
//! and is never a setting that quietly does nothing.

use super::parts::{Dialect, Object, objects};
use super::shapes::Parts;
use super::variables::Variable;
use crate::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Longer than any sensible one.
const LONGEST: usize = 64 * 1024;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    #[serde(default)]
    pub variables: Vec<Variable>,
    /// As it was written: variables may stand anywhere in its texts.
    parts: Value,
}

/// What a person types.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateForm {
    pub name: String,
    pub body: String,
}

impl TemplateForm {
    /// The name as it is kept, and proof that the body is a template.
    pub fn read(&self) -> Result<String, Vec<Problem>> {
        let mut problems = Vec::new();
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 60 {
            problems.push(Problem::new("name", "problem-template-name"));
        }
        if let Err(more) = Template::read(&self.body) {
            problems.extend(more);
        }
        if problems.is_empty() { Ok(name.to_owned()) } else { Err(problems) }
    }
}

impl Template {
    pub fn read(text: &str) -> Result<Self, Vec<Problem>> {
        if text.len() > LONGEST {
            return Err(vec![Problem::new("body", "problem-template-long")]);
        }
        let template: Self = serde_json::from_str(text).map_err(|error| vec![unreadable(&error)])?;
        let mut problems = Vec::new();
        let mut names = BTreeSet::new();
        for variable in &template.variables {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if variable.name.is_empty() || !variable.name.chars().all(plain) {
                problems.push(Problem::new("body", "problem-template-variable-name").with("name", &variable.name));
            }
            if !names.insert(variable.name.as_str()) {
                problems.push(Problem::new("body", "problem-template-variable-twice").with("name", &variable.name));
            }
            if !variable.default.is_empty() && !variable.kind.takes(&variable.default) {
                problems.push(Problem::new("body", "problem-template-default").with("name", &variable.name));
            }
        }
        let used = template.used();
        problems.extend(
            used.iter()
                .filter(|name| !names.contains(name.as_str()))
                .map(|name| Problem::new("body", "problem-template-unknown-variable").with("name", name)),
        );
        problems.extend(
            names
                .iter()
                .filter(|name| !used.contains(**name))
                .map(|name| Problem::new("body", "problem-template-unused").with("name", name)),
        );
        if let Err(error) = serde_json::from_value::<Parts>(template.parts.clone()) {
            problems.push(Problem::new("body", "problem-template-parts").with("why", error));
        }
        if problems.is_empty() { Ok(template) } else { Err(problems) }
    }

    /// Every variable that stands in a part.
    fn used(&self) -> BTreeSet<String> {
        let mut used = BTreeSet::new();
        each_text(&self.parts, &mut |text| {
            let mut rest = text;
            while let Some((_, after)) = rest.split_once("{{") {
                let Some((name, later)) = after.split_once("}}") else { break };
                used.insert(name.trim().to_owned());
                rest = later;
            }
        });
        used
    }

    /// The objects that these values make of it. A variable without a value, and a value that its kind refuses, is told
    /// before any router is asked.
    pub fn objects(&self, values: &BTreeMap<String, String>, dialect: Dialect) -> Result<Vec<Object>, Vec<Problem>> {
        let mut filled = BTreeMap::new();
        let mut problems = Vec::new();
        for variable in &self.variables {
            match variable.value(values.get(&variable.name).map(String::as_str)) {
                Ok(value) => drop(filled.insert(variable.name.as_str(), value)),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let parts: Parts = serde_json::from_value(fill(&self.parts, &filled))
            .map_err(|error| vec![Problem::new("", "problem-template-parts").with("why", error)])?;
        objects(&parts, dialect)
    }

    /// Names of variables whose values are shown to nobody.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().filter(|variable| variable.kind == super::Kind::Secret).map(|variable| variable.name.as_str())
    }
}

fn unreadable(error: &serde_json::Error) -> Problem {
    let said = error.to_string();
    // The place stands in the sentence already, where it is told apart.
    let why = said.split(" at line ").next().unwrap_or_default();
    Problem::new("body", "problem-template-json").with("line", error.line()).with("column", error.column()).with("why", why)
}

fn each_text(value: &Value, see: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => see(text),
        Value::Array(list) => list.iter().for_each(|value| each_text(value, see)),
        Value::Object(object) => object.values().for_each(|value| each_text(value, see)),
        _ => {}
    }
}

/// Values are put in once: what looks like a variable in a value stays a text.
fn fill(value: &Value, values: &BTreeMap<&str, &str>) -> Value {
    match value {
        Value::String(text) => filled(text, values).into(),
        Value::Array(list) => list.iter().map(|value| fill(value, values)).collect(),
        Value::Object(object) => {
            object.iter().map(|(name, value)| (name.clone(), fill(value, values))).collect::<serde_json::Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

fn filled(text: &str, values: &BTreeMap<&str, &str>) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        match after.split_once("}}") {
            Some((name, later)) => {
                out.push_str(values.get(name.trim()).copied().unwrap_or_default());
                rest = later;
            }
            None => {
                out.push_str("{{");
                rest = after;
            }
        }
    }
    out + rest
}
