//! A small reader of HTML that mends nothing: every element is closed where it was opened, and stands where it may.

const VOID: [&str; 6] = ["br", "hr", "img", "input", "link", "meta"];
/// Not allowed inside a paragraph, a label, a heading, a button or a link of running text.
const BLOCKS: [&str; 18] = [
    "article", "aside", "details", "div", "dl", "fieldset", "figure", "footer", "form", "h1", "h2", "header", "main", "nav", "p",
    "section", "table", "ul",
];
const PHRASING_ONLY: [&str; 8] = ["p", "h1", "h2", "label", "button", "span", "summary", "kbd"];

/// What was read: elements with their parents and attributes, and the text.
#[derive(Debug, Default)]
pub struct Document {
    elements: Vec<Element>,
    pub text: String,
}

#[derive(Debug)]
struct Element {
    tag: String,
    parents: Vec<usize>,
    attributes: Vec<(String, String)>,
}

impl Document {
    /// Values of an attribute, in document order.
    pub fn attributes(&self, name: &str) -> Vec<String> {
        self.elements
            .iter()
            .flat_map(|element| &element.attributes)
            .filter(|(found, _)| found == name)
            .map(|(_, value)| value.clone())
            .collect()
    }

    /// For each element of this tag, the tags of its children.
    pub fn children_of(&self, tag: &str) -> Vec<Vec<&str>> {
        let is_child = |element: &&Element, parent: usize| element.parents.last() == Some(&parent);
        self.elements
            .iter()
            .enumerate()
            .filter(|(_, element)| element.tag == tag)
            .map(|(index, _)| self.elements.iter().filter(|child| is_child(child, index)).map(|child| child.tag.as_str()).collect())
            .collect()
    }

    /// How many elements match `tag` or `ancestor tag`.
    pub fn count(&self, path: &str) -> usize {
        let (ancestor, tag) = path.split_once(' ').map_or((None, path), |(ancestor, tag)| (Some(ancestor), tag));
        let below =
            |element: &Element| ancestor.is_none_or(|ancestor| element.parents.iter().any(|parent| self.elements[*parent].tag == ancestor));
        self.elements.iter().filter(|element| element.tag == tag && below(element)).count()
    }
}

pub fn parse(html: &str) -> Result<Document, String> {
    let mut document = Document::default();
    let mut open: Vec<usize> = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let text = &rest[..start];
        place_text(&document, &open, text)?;
        document.text.push_str(&unescape(text));
        rest = &rest[start..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").ok_or("an open comment")?.1;
        } else if let Some(declaration) = rest.strip_prefix("<!") {
            rest = declaration.split_once('>').ok_or("an open declaration")?.1;
        } else if let Some(end) = rest.strip_prefix("</") {
            let (tag, after) = end.split_once('>').ok_or("an open end tag")?;
            let index = open.pop().ok_or_else(|| format!("</{tag}> closes nothing"))?;
            if document.elements[index].tag != tag {
                return Err(format!("</{tag}> closes <{}>", document.elements[index].tag));
            }
            rest = after;
        } else {
            rest = element(&mut document, &mut open, &rest[1..])?;
        }
    }
    document.text.push_str(&unescape(rest));
    match open.last() {
        Some(index) => Err(format!("<{}> is never closed", document.elements[*index].tag)),
        None => Ok(document),
    }
}

fn element<'a>(document: &mut Document, open: &mut Vec<usize>, source: &'a str) -> Result<&'a str, String> {
    let end = source.find(|c: char| c.is_whitespace() || c == '>' || c == '/').ok_or("an open tag")?;
    let tag = source[..end].to_owned();
    let (attributes, closed, rest) = attributes(&source[end..], &tag)?;
    place(document, open, &tag)?;
    document.elements.push(Element { tag: tag.clone(), parents: open.clone(), attributes });
    if !closed && !VOID.contains(&tag.as_str()) {
        open.push(document.elements.len() - 1);
    }
    Ok(rest)
}

type Attributes<'a> = (Vec<(String, String)>, bool, &'a str);

fn attributes<'a>(mut rest: &'a str, tag: &str) -> Result<Attributes<'a>, String> {
    let mut found: Vec<(String, String)> = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("/>") {
            return Ok((found, true, after));
        }
        if let Some(after) = rest.strip_prefix('>') {
            return Ok((found, false, after));
        }
        let end = rest.find(|c: char| c.is_whitespace() || "=>/".contains(c)).ok_or("an open attribute")?;
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let value = match rest.strip_prefix("=\"") {
            Some(quoted) => {
                let (value, after) = quoted.split_once('"').ok_or("an open value")?;
                rest = after;
                unescape(value)
            }
            None => String::new(),
        };
        if name.is_empty() || found.iter().any(|(before, _)| *before == name) {
            return Err(format!("attribute {name:?} of <{tag}>"));
        }
        found.push((name, value));
    }
}

/// Whether `tag` may stand here.
fn place(document: &Document, open: &[usize], tag: &str) -> Result<(), String> {
    let parents = open.iter().map(|index| document.elements[*index].tag.as_str()).collect::<Vec<_>>();
    let parent = parents.last().copied().unwrap_or_default();
    let wrong = |why: &str| Err(format!("<{tag}> inside {parents:?}: {why}"));
    let needed: &[&str] = match tag {
        "thead" | "tbody" | "caption" => &["table"],
        "tr" => &["thead", "tbody"],
        "td" | "th" => &["tr"],
        "li" => &["ul", "ol"],
        "dt" | "dd" => &["dl", "div"],
        "option" => &["select"],
        "summary" => &["details"],
        _ => &[],
    };
    if !needed.is_empty() && !needed.contains(&parent) {
        return wrong("not its parent");
    }
    let allowed: &[&str] = match parent {
        "table" => &["caption", "thead", "tbody"],
        "thead" | "tbody" => &["tr"],
        "tr" => &["td", "th"],
        "ul" | "ol" => &["li"],
        "select" => &["option"],
        _ => &[],
    };
    if !allowed.is_empty() && !allowed.contains(&tag) {
        return wrong("not its child");
    }
    if ["a", "form", "button", "label"].contains(&tag) && parents.contains(&tag) {
        return wrong("inside itself");
    }
    if ["a", "button", "input", "select", "textarea", "details"].contains(&tag)
        && parents.iter().any(|outer| ["a", "button"].contains(outer))
    {
        return wrong("a control inside a control");
    }
    if BLOCKS.contains(&tag) && parents.iter().any(|outer| PHRASING_ONLY.contains(outer)) {
        return wrong("a block inside running text");
    }
    Ok(())
}

fn place_text(document: &Document, open: &[usize], text: &str) -> Result<(), String> {
    let parent = open.last().map(|index| document.elements[*index].tag.as_str()).unwrap_or_default();
    let bare = ["table", "thead", "tbody", "tr", "ul", "ol", "dl", "select"].contains(&parent);
    if bare && !text.trim().is_empty() {
        return Err(format!("text {text:?} directly inside <{parent}>"));
    }
    Ok(())
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'").replace("&amp;", "&")
}

#[test]
fn the_reader_is_strict() {
    assert!(parse("<table><tbody><tr><td>a</td></tr></tbody></table>").is_ok());
    for broken in [
        "<table><tr><td>a</td></tr></table>",
        "<div><p>a</div></p>",
        "<p><div>a</div></p>",
        "<a><a>x</a></a>",
        "<form><div><form></form></div></form>",
        "<ul>text</ul>",
        "<tr></tr>",
        "<div>",
        "<div id=\"a\" id=\"b\"></div>",
    ] {
        assert!(parse(broken).is_err(), "{broken}");
    }
}
