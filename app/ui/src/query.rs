//! The query string of a list: what is searched, filtered, sorted and paged lives in the URL, so a link shows what I see.
//! Order of keys is kept, so the same clicks give the same URL.

use std::fmt;

/// A query string that can be read and edited. Editing returns a new one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads `?a=1&b=2`, with or without the question mark. Broken escapes are kept as they are.
    pub fn parse(text: &str) -> Self {
        let pairs = text
            .trim_start_matches('?')
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(key), decode(value))
            })
            .collect();
        Query(pairs)
    }

    /// The first value of `key`, if it is not empty.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, value)| name == key && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Every value of `key`.
    pub fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    pub fn has(&self, key: &str, value: &str) -> bool {
        self.all(key).any(|found| found == value)
    }

    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// `key` with this one value, in its old place if it had one; an empty value removes it.
    pub fn set(&self, key: &str, value: impl ToString) -> Self {
        let value = value.to_string();
        if value.is_empty() {
            return self.remove(key);
        }
        let mut pairs = self.0.clone();
        match pairs.iter().position(|(name, _)| name == key) {
            Some(at) => {
                pairs[at].1 = value;
                let mut index = 0;
                pairs.retain(|(name, _)| {
                    index += 1;
                    name != key || index == at + 1
                });
            }
            None => pairs.push((key.to_owned(), value)),
        }
        Query(pairs)
    }

    pub fn remove(&self, key: &str) -> Self {
        self.without(&[key])
    }

    pub fn without(&self, keys: &[&str]) -> Self {
        Query(self.0.iter().filter(|(name, _)| !keys.contains(&name.as_str())).cloned().collect())
    }

    /// Adds `key=value` beside other values of the key, or takes exactly that one away.
    pub fn toggle(&self, key: &str, value: &str) -> Self {
        let mut pairs = self.0.clone();
        let before = pairs.len();
        pairs.retain(|(name, found)| !(name == key && found == value));
        if pairs.len() == before {
            pairs.push((key.to_owned(), value.to_owned()));
        }
        Query(pairs)
    }

    /// A change of what the list holds: starts at the first page again.
    pub fn first_page(&self) -> Self {
        self.remove("page")
    }

    /// `path?a=1`, or `path` alone when nothing is left.
    pub fn href(&self, path: &str) -> String {
        if self.0.is_empty() { path.to_owned() } else { format!("{path}?{self}") }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (key, value)) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "&" };
            write!(formatter, "{separator}{}={}", encode(key), encode(value))?;
        }
        Ok(())
    }
}

/// A column and its direction, written `name` or `-name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    pub key: String,
    pub descending: bool,
}

/// What every list reads from its URL: `q`, `page`, `size`, `sort`. Nonsense becomes the default, never an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuery {
    pub search: String,
    pub page: u32,
    pub size: u32,
    pub sort: Option<Sort>,
}

/// Page sizes a reader may choose; the first is the default.
pub const PAGE_SIZES: [u32; 4] = [25, 50, 100, 200];

impl From<&Query> for ListQuery {
    fn from(query: &Query) -> Self {
        let number = |key| query.get(key).and_then(|text| text.parse::<u32>().ok());
        ListQuery {
            search: query.get("q").unwrap_or_default().trim().to_owned(),
            page: number("page").unwrap_or(1).clamp(1, 1_000_000),
            size: number("size").filter(|size| PAGE_SIZES.contains(size)).unwrap_or(PAGE_SIZES[0]),
            sort: query.get("sort").map(|text| match text.strip_prefix('-') {
                Some(key) => Sort { key: key.to_owned(), descending: true },
                None => Sort { key: text.to_owned(), descending: false },
            }),
        }
    }
}

impl ListQuery {
    /// Rows to skip.
    pub fn offset(&self) -> u64 {
        u64::from(self.page - 1) * u64::from(self.size)
    }
}

fn encode(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => result.push(char::from(byte)),
            b' ' => result.push('+'),
            _ => result.push_str(&format!("%{byte:02X}")),
        }
    }
    result
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut result = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let escaped = (bytes[index] == b'%').then(|| text.get(index + 1..index + 3)).flatten();
        match escaped.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => {
                result.push(byte);
                index += 3;
            }
            None => {
                result.push(if bytes[index] == b'+' { b' ' } else { bytes[index] });
                index += 1;
            }
        }
    }
    String::from_utf8_lossy(&result).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_bengali_and_signs() {
        let query = Query::default().set("q", "রহিম & sons 100%").set("status", "a+b");
        let text = query.to_string();
        assert!(text.is_ascii());
        assert_eq!(Query::parse(&format!("?{text}")), query);
    }

    #[test]
    fn edits_keep_order_and_drop_what_is_empty() {
        let query = Query::parse("?q=karim&status=due&page=4&status=active");
        assert_eq!(query.set("status", "x").to_string(), "q=karim&status=x&page=4");
        assert_eq!(query.set("q", "").to_string(), "status=due&page=4&status=active");
        assert_eq!(query.toggle("status", "due").to_string(), "q=karim&page=4&status=active");
        assert_eq!(query.toggle("area", "mirpur").to_string(), "q=karim&status=due&page=4&status=active&area=mirpur");
        assert_eq!(query.first_page().href("/customers"), "/customers?q=karim&status=due&status=active");
        assert_eq!(Query::default().href("/customers"), "/customers");
    }

    #[test]
    fn toggling_twice_changes_nothing() {
        let query = Query::parse("q=a");
        assert_eq!(query.toggle("status", "due").toggle("status", "due"), query);
    }

    #[test]
    fn nonsense_becomes_the_default() {
        let list = ListQuery::from(&Query::parse("page=-3&size=7&sort=&q=%20"));
        assert_eq!(list, ListQuery { search: String::new(), page: 1, size: 25, sort: None });
        let list = ListQuery::from(&Query::parse("page=3&size=100&sort=-due&q=+rahim+"));
        assert_eq!((list.offset(), list.size, list.search.as_str()), (200, 100, "rahim"));
        assert_eq!(list.sort, Some(Sort { key: "due".into(), descending: true }));
    }

    #[test]
    fn broken_escapes_do_no_harm() {
        for text in ["%", "%4", "%zz", "a=%e0%a6", "=&&=", "%E0%A6%B0=১", "a=%é"] {
            let query = Query::parse(text);
            assert_eq!(Query::parse(&query.to_string()), query, "{text}");
        }
    }
}
