//! Text that would be markup, a script's address or a formula, typed into every field of every server function and of every
//! form on a page, and then looked for in every page and every file (E-24). Pages are read as a browser reads them: what
//! counts is whether the text made an element or an attribute, not how it was written.

use super::documents_ask_too::FILES;
use super::house::{House, Needs, house};
use super::rights_of_every_endpoint::endpoints;
use super::rights_of_every_page::pages;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use domain::people::Role;
use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use std::collections::{BTreeMap, BTreeSet};
use tower::ServiceExt;

/// Stands in everything that is typed, and in nothing of ours.
const NAME: &str = "xxpwn";
/// Leaves whatever it stands in: an attribute in either kind of quotes, a text area, a title, a script.
const MARKUP: &str = "'\"></textarea></title></script><xxpwn xxpwn=1>";
/// The same for fields that take little.
const SHORT: &str = "'\"><xxpwn>";
const ADDRESS: &str = "javascript:xxpwn()";
const FORMULA: &str = "=xxpwn()";

struct Answer {
    status: StatusCode,
    html: bool,
    body: Vec<u8>,
}

/// Somebody signed in at one host.
struct Person<'a> {
    house: &'a House,
    host: &'static str,
    token: String,
}

/// What a page is made of, as far as it matters here.
#[derive(Default)]
struct Page {
    /// What the text made of itself.
    made: Vec<String>,
    /// The text stands there to be read.
    shows: bool,
    links: BTreeSet<String>,
    /// What a person can type, by the address that a form is sent to.
    fields: BTreeMap<String, BTreeSet<String>>,
}

fn read(html: &[u8]) -> Page {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).from_utf8().one(html);
    let mut page = Page { shows: String::from_utf8_lossy(html).contains(NAME), ..Page::default() };
    walk(&dom.document, &mut page, "");
    page
}

fn walk(node: &Handle, page: &mut Page, form: &str) {
    let mut form = form.to_owned();
    if let NodeData::Element { name, attrs, template_contents, .. } = &node.data {
        let element = name.local.to_string();
        let attributes: BTreeMap<String, String> =
            attrs.borrow().iter().map(|attribute| (attribute.name.local.to_string(), attribute.value.to_string())).collect();
        look_at(&element, &attributes, page);
        let of = |name: &str| attributes.get(name).cloned().unwrap_or_default();
        match element.as_str() {
            "form" => form = of("action"),
            "a" => drop(page.links.insert(of("href"))),
            "input" if matches!(of("type").as_str(), "hidden" | "checkbox" | "radio" | "file" | "submit") => {}
            "input" | "textarea" => drop(page.fields.entry(form.clone()).or_default().insert(of("name"))),
            "script" | "style" => {
                let words: String = node.children.borrow().iter().map(text).collect();
                if words.contains(NAME) {
                    page.made.push(format!("<{element}> {words}"));
                }
            }
            _ => {}
        }
        if let Some(inside) = template_contents.borrow().as_ref() {
            walk(inside, page, &form);
        }
    }
    for child in node.children.borrow().iter() {
        walk(child, page, &form);
    }
}

fn text(node: &Handle) -> String {
    match &node.data {
        NodeData::Text { contents } => contents.borrow().to_string(),
        _ => String::new(),
    }
}

/// Elements and attributes that no page of ours has, and addresses that run something.
fn look_at(element: &str, attributes: &BTreeMap<String, String>, page: &mut Page) {
    if element.contains(NAME) {
        page.made.push(format!("<{element}>"));
    }
    for (name, value) in attributes {
        let bare: String = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect::<String>().to_lowercase();
        let leads = matches!(name.as_str(), "href" | "src" | "action" | "formaction" | "data" | "poster" | "srcdoc");
        let runs = leads && (bare.starts_with("javascript:") || bare.starts_with("data:text") || bare.starts_with("vbscript:"));
        if name.contains(NAME) || name.starts_with("on") || runs {
            page.made.push(format!("<{element} {name}=\"{value}\">"));
        }
    }
}

fn pairs(form: &str) -> Vec<(String, String)> {
    let plain = |text: &str| text.replace('+', " ").replace("%2F", "/");
    form.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.to_owned(), plain(value))).collect()
}

fn encoded(pairs: &[(String, String)]) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={}", super::people::encode(value))).collect::<Vec<_>>().join("&")
}

impl Person<'_> {
    async fn send(&self, path: &str, form: Option<&str>, accept: &str) -> Answer {
        let request = if form.is_some() { Request::post(path) } else { Request::get(path) };
        let request = request
            .header(header::HOST, self.host)
            .header(header::ACCEPT, accept)
            .header(header::COOKIE, format!("lm_session={}", self.token))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let body = Body::from(form.unwrap_or_default().to_owned());
        let response = self.house.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status();
        let html = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.to_str().unwrap().starts_with("text/html"));
        Answer { status, html, body: to_bytes(response.into_body(), 50_000_000).await.unwrap().to_vec() }
    }

    async fn page(&self, path: &str) -> Page {
        let answer = self.send(path, None, "text/html").await;
        if answer.html { read(&answer.body) } else { Page::default() }
    }

    /// The fields of every form on the pages of a list.
    async fn fields(&self, paths: &[String]) -> BTreeMap<String, BTreeSet<String>> {
        let mut all = BTreeMap::<String, BTreeSet<String>>::new();
        for path in paths {
            for (action, names) in self.page(path).await.fields {
                all.entry(action).or_default().extend(names);
            }
        }
        all
    }

    /// The pages of a list, and those that they lead to, one of each kind.
    async fn all_pages(&self, first: &[String]) -> Vec<(String, Page)> {
        let (mut waiting, mut seen, mut kinds) = (first.to_vec(), BTreeSet::new(), BTreeMap::<String, u32>::new());
        let mut found = Vec::new();
        while let Some(path) = waiting.pop() {
            if !seen.insert(path.clone()) {
                continue;
            }
            let page = self.page(&path).await;
            for link in page.links.iter().filter(|link| link.starts_with('/') && !link.contains(['.', '?'])) {
                let kind = link.split('/').map(|part| if part.len() > 30 { "*" } else { part }).collect::<Vec<_>>().join("/");
                let count = kinds.entry(kind).or_default();
                if *count < 1 && !seen.contains(link) && !waiting.contains(link) {
                    *count += 1;
                    waiting.push(link.clone());
                }
            }
            found.push((path, page));
        }
        found
    }

    /// Types `what` into one field after the other of everything that is a `platform` function or not; answers with how many
    /// took it.
    async fn type_everywhere(&self, platform: bool, what: &[&str], typed: &BTreeMap<String, BTreeSet<String>>) -> usize {
        let mut taken = 0;
        let mut versions = BTreeMap::<String, u32>::new();
        for (path, template, needs) in endpoints() {
            if matches!(needs, Needs::Platform) != platform {
                continue;
            }
            let action = format!("/api/{path}");
            let known = pairs(&self.house.arguments(template));
            let ids: BTreeSet<String> =
                pairs(template).into_iter().filter(|(_, value)| value.contains('{')).map(|(name, _)| name).collect();
            let mut names: BTreeSet<String> = known.iter().map(|(name, _)| name.clone()).collect();
            names.extend(typed.get(&action).into_iter().flatten().cloned());
            names.retain(|name| {
                !name.is_empty()
                    && !ids.contains(name)
                    && !name.contains("[key]")
                    && name != "key"
                    && !name.ends_with("version")
                    && !name.ends_with("version]")
            });
            for name in names {
                for (which, words) in what.iter().enumerate() {
                    let mut form: Vec<(String, String)> = known.iter().filter(|(known, _)| *known != name).cloned().collect();
                    for (key, value) in &mut form {
                        match key.trim_start_matches("form[").trim_end_matches(']') {
                            "key" => value.push_str(&format!("-{taken}-{which}")),
                            "version" => *value = versions.get(&action).unwrap_or(&1).to_string(),
                            _ => {}
                        }
                    }
                    form.push((name.clone(), format!("{words}{taken}")));
                    // Markup that was refused comes back in its field, which is looked at.
                    let accept = if *words == MARKUP { "text/html" } else { "application/json" };
                    let answer = self.send(&action, Some(&encoded(&form)), accept).await;
                    assert!(answer.status != StatusCode::INTERNAL_SERVER_ERROR, "{path} {name}: {}", String::from_utf8_lossy(&answer.body));
                    if answer.html {
                        let made = read(&answer.body).made;
                        assert!(made.is_empty(), "{path} {name} came back as {made:?}");
                    }
                    if answer.status.is_success() || answer.status == StatusCode::SEE_OTHER {
                        taken += 1;
                        *versions.entry(action.clone()).or_insert(1) += 1;
                        break;
                    }
                }
            }
        }
        taken
    }

    /// Every cell that a spreadsheet would take for a formula.
    async fn formulas(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (template, ..) in FILES.into_iter().filter(|(path, ..)| path.ends_with(".csv")) {
            let answer = self.send(&self.house.arguments(template), None, "text/html").await;
            assert_eq!(answer.status, StatusCode::OK, "{template}");
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(answer.body.as_slice());
            for cell in reader.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()) {
                let begins = cell.trim_start_matches('\u{feff}').starts_with(['=', '+', '-', '@', '\t', '\r']);
                if begins && cell.parse::<f64>().is_err() {
                    found.push(format!("{template}: {cell}"));
                }
            }
        }
        found
    }

    /// Every PDF is set, and none of them does anything by itself.
    async fn busy_documents(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (template, ..) in FILES.into_iter().filter(|(path, ..)| path.contains(".pdf")) {
            let answer = self.send(&self.house.arguments(template), None, "text/html").await;
            assert!(answer.status == StatusCode::OK && answer.body.starts_with(b"%PDF"), "{template}: {}", answer.status);
            for word in ["/JavaScript", "/Launch", "/OpenAction", "/EmbeddedFile", "/SubmitForm"] {
                if answer.body.windows(word.len()).any(|part| part == word.as_bytes()) {
                    found.push(format!("{template}: {word}"));
                }
            }
        }
        found
    }
}

async fn admin(house: &House) -> Person<'_> {
    Person { house, host: "padma.test", token: house.somebody(&house.world.padma, Role::Admin, &[]).await }
}

async fn subscriber(house: &House) -> Person<'_> {
    Person { house, host: "padma.test", token: house.somebody(&house.world.padma, Role::Customer, &[]).await }
}

fn addresses(house: &House, platform: bool) -> Vec<String> {
    let of_platform = |needs: &Needs| matches!(needs, Needs::Platform);
    let mut paths: Vec<String> =
        pages().into_iter().filter(|(_, _, needs)| of_platform(needs) == platform).map(|(_, path, _)| house.arguments(path)).collect();
    paths.extend(["/".to_owned(), "/messages/texts/overdue/en".to_owned()]);
    paths
}

/// How many pages show the text; none may have become anything else.
fn inert(pages: &[(String, Page)]) -> usize {
    for (path, page) in pages {
        assert!(page.made.is_empty(), "{path}: {:?}", page.made);
    }
    pages.iter().filter(|(_, page)| page.shows).count()
}

/// The pages of a provider after something was typed everywhere: how many fields took it, how many pages show it.
async fn typed_at_a_provider(house: &House, what: &[&str]) -> (usize, usize) {
    let (admin, subscriber) = (admin(house).await, subscriber(house).await);
    let paths = addresses(house, false);
    let typed = admin.fields(&paths).await;
    assert!(typed.values().map(BTreeSet::len).sum::<usize>() > 100, "fields of forms are found: {typed:?}");
    let taken = admin.type_everywhere(false, what, &typed).await;
    let shown = inert(&admin.all_pages(&paths).await);
    let own: Vec<String> =
        paths.into_iter().filter(|path| path == "/" || path.starts_with("/my") || path.starts_with("/account")).collect();
    inert(&subscriber.all_pages(&own).await);
    assert_eq!(admin.formulas().await, Vec::<String>::new());
    assert_eq!(admin.busy_documents().await, Vec::<String>::new());
    (taken, shown)
}

#[tokio::test]
async fn markup_stays_text_on_every_page_of_a_provider_and_in_every_file() {
    let (taken, shown) = typed_at_a_provider(&house().await, &[MARKUP, SHORT]).await;
    assert!(taken > 40 && shown > 30, "free text is taken as it is, and is to be seen: {taken} {shown}");
}

#[tokio::test]
async fn an_address_that_runs_stays_text() {
    let (taken, shown) = typed_at_a_provider(&house().await, &[ADDRESS]).await;
    assert!(taken > 40 && shown > 30, "{taken} {shown}");
}

#[tokio::test]
async fn a_formula_stays_text() {
    let (taken, shown) = typed_at_a_provider(&house().await, &[FORMULA]).await;
    assert!(taken > 40 && shown > 30, "{taken} {shown}");
}

#[tokio::test]
async fn markup_stays_text_on_every_page_of_the_platform() {
    let house = house().await;
    let developer = Person { house: &house, host: "platform.test", token: house.developer().await };
    let paths = addresses(&house, true);
    let typed = developer.fields(&paths).await;
    let taken = developer.type_everywhere(true, &[MARKUP, SHORT], &typed).await;
    let shown = inert(&developer.all_pages(&paths).await);
    assert!(taken > 5 && shown > 3, "{taken} {shown}");
}

/// The search itself: what a page would look like if it went wrong.
#[test]
fn what_would_be_alive_is_seen() {
    let alive = [
        "<p><xxpwn>",
        "<p title='' xxpwn=1>",
        "<textarea></textarea><xxpwn xxpwn=1></textarea>",
        "<a href=' java\nscript:xxpwn()'>",
        "<script>let a = 'xxpwn'</script>",
        "<img onerror=xxpwn()>",
    ];
    for html in alive {
        assert!(!read(html.as_bytes()).made.is_empty(), "{html}");
    }
    let inert =
        "<p title='&lt;xxpwn xxpwn=1&gt;'>&lt;script&gt;xxpwn</p><textarea><xxpwn xxpwn=1></textarea><a href='/a?b=javascript:xxpwn'>a</a>";
    assert!(read(inert.as_bytes()).made.is_empty());
}
