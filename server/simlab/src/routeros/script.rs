//! The little of RouterOS' script language that is written onto routers: a command on the rows that `[find where …]`
//! finds, and `:foreach` over such rows with `[… get $one name]` in its body. Anything else is not understood.

use super::Device;
use super::tree::{Refusal, Request};

impl Device {
    /// One statement; `None`: it is of another form.
    pub(super) fn evaluate(&self, line: &str) -> Option<Result<(), Refusal>> {
        let Some(rest) = line.strip_prefix(":foreach ") else { return self.on_found(line) };
        let (one, rest) = rest.split_once(" in=[")?;
        let (rows, body) = rest.split_once("] do={")?;
        let body = body.strip_suffix('}')?;
        let (menu, ids) = self.found(rows, None)?;
        for id in ids {
            let Ok(statement) = self.filled(body, &menu, &format!("${one}"), &id) else { continue };
            if let Err(refusal) = self.on_found(&statement)? {
                return Some(Err(refusal));
            }
        }
        Some(Ok(()))
    }

    /// `/ppp secret disable [find where comment~"x"]`.
    fn on_found(&self, line: &str) -> Option<Result<(), Refusal>> {
        let (command, rows) = line.strip_suffix(']')?.split_once(" [")?;
        let (menu, verb) = command.rsplit_once(' ')?;
        let menu = path(menu)?;
        let (_, ids) = self.found(rows, Some(&menu))?;
        if ids.is_empty() {
            return Some(Ok(()));
        }
        let attributes = vec![("numbers".to_owned(), ids.join(","))];
        Some(self.run(&Request { path: menu, verb: verb.into(), attributes, queries: Vec::new() }).map(drop))
    }

    /// The rows of `[menu] find where property~"text"` or `property=text`.
    fn found(&self, text: &str, menu: Option<&str>) -> Option<(String, Vec<String>)> {
        let (before, condition) = text.split_once("find where ")?;
        let menu = menu.map(str::to_owned).or_else(|| path(before.trim()))?;
        let at = condition.find(['~', '='])?;
        let (property, value) = (&condition[..at], condition[at + 1..].trim_matches('"'));
        let like = condition[at..].starts_with('~');
        let tree = self.tree();
        let rows = tree.rows(&menu).iter().filter(|row| if like { row.get(property).contains(value) } else { row.get(property) == value });
        Some((menu.clone(), rows.map(super::Item::id).collect()))
    }

    /// `[/ppp secret get $one name]` replaced by what the row says.
    fn filled(&self, body: &str, menu: &str, one: &str, id: &str) -> Result<String, Refusal> {
        let mut text = body.to_owned();
        while let Some(begin) = text.find("[/").filter(|begin| text[*begin..].contains(one)) {
            let end = text[begin..].find(']').map(|end| begin + end).ok_or_else(|| Refusal::new("syntax error"))?;
            let property = text[begin..end].rsplit(' ').next().unwrap_or_default();
            let row = self.tree().rows(menu).iter().find(|row| row.id() == id).map(|row| row.get(property).to_owned());
            text.replace_range(begin..=end, &row.ok_or_else(|| Refusal::new("no such item"))?);
        }
        Ok(text)
    }
}

/// `/ppp secret` as the API names it.
fn path(words: &str) -> Option<String> {
    words.starts_with('/').then(|| words.split_whitespace().collect::<Vec<_>>().join("/"))
}
