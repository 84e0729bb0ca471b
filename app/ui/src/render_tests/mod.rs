//! Renders the kit as the server does and reads the result strictly: a browser mends broken HTML in silence, hydration then dies.
//! With `LASTMILE_SPECIMEN=FOLDER` the pages are also written there, to be looked at with the built stylesheet.

mod specimen;
mod strict;

use leptos::prelude::*;

use crate::frame::Theme;
use crate::place::CurrentUrl;
use crate::prelude::*;
use strict::{Document, parse};

fn render<V: IntoView + 'static>(language: Language, url: (&str, &str), page: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    owner.with(|| {
        provide_language(language);
        provide_hydrated();
        provide_current_url(CurrentUrl::fixed(url.0, url.1));
        page().into_view().to_html()
    })
}

fn checked(html: &str) -> Document {
    let document = parse(html).unwrap_or_else(|problem| panic!("{problem}\n{html}"));
    assert!(!html.contains(" style="), "style attributes are refused by the page's policy");
    assert!(!html.contains("<script"), "inline scripts are refused by the page's policy");
    document
}

#[test]
fn every_specimen_is_strictly_valid_in_both_languages() {
    for language in Language::ALL {
        for (name, path, query, page) in specimen::PAGES {
            let html = render(language, (path, query), page);
            let document = checked(&html);
            let ids = document.attributes("id");
            let mut unique = ids.clone();
            unique.sort();
            unique.dedup();
            assert_eq!(unique.len(), ids.len(), "{name}: the same id twice among {ids:?}");
            specimen::keep(name, language, &html);
        }
    }
}

fn table(rows: usize, query: &str) -> String {
    render(Language::English, ("/customers", query), move || {
        let rows = (1..=rows)
            .map(|n| Row::new(n, format!("Name {n}")).href(format!("/customers/{n}")).cell(format!("Name {n}")).cell("5"))
            .collect();
        view! {
            <DataTable
                caption="Subscribers"
                columns=vec![Column::new("Name").sort("name"), Column::new("Due").numeric().sort("due")]
                rows=rows
                total=1_234_u64
                select_into="bulk"
            />
        }
    })
}

#[test]
fn a_table_has_caption_head_and_body_with_equal_columns() {
    let document = checked(&table(3, "sort=-due&page=2&size=50&q=rahim"));
    assert_eq!(document.children_of("table"), [vec!["caption", "thead", "tbody"]]);
    for row in document.children_of("tr") {
        assert_eq!(row.len(), 3, "a box and two columns: {row:?}");
    }
    assert_eq!(document.count("tbody tr"), 3);
    assert_eq!(document.attributes("data-label"), ["Name", "Due", "Name", "Due", "Name", "Due"]);
    assert_eq!(document.attributes("aria-sort"), ["none", "descending"]);
}

#[test]
fn a_table_links_keep_the_filters_and_start_again_at_page_one() {
    let document = checked(&table(3, "sort=name&page=2&size=50&q=rahim"));
    let links = document.attributes("href");
    assert!(links.contains(&"/customers?sort=-name&size=50&q=rahim".to_owned()), "{links:?}");
    assert!(links.contains(&"/customers?sort=due&size=50&q=rahim".to_owned()), "{links:?}");
    assert!(links.contains(&"/customers?sort=name&page=3&size=50&q=rahim".to_owned()), "next page: {links:?}");
    assert!(links.contains(&"/customers?sort=name&size=100&q=rahim".to_owned()), "page size: {links:?}");
    assert!(document.text.contains("51–100 of 1,234"), "{}", document.text);
}

#[test]
fn an_empty_table_says_why() {
    let document = checked(&table(0, "q=nobody"));
    assert_eq!(document.count("table"), 0);
    assert!(document.text.contains("Nothing found"));
}

#[test]
fn an_empty_list_offers_its_next_step_instead() {
    let html = render(Language::Bengali, ("/customers", ""), || {
        let empty = view! { <EmptyState icon="users" title=t("customer-empty-title") body=t("customer-empty-body")/> };
        view! { <DataTable caption="c" columns=vec![Column::new("a")] rows=vec![] total=0_u64 empty=empty.into_any()/> }
    });
    assert!(checked(&html).text.contains("এখনো কোনো গ্রাহক নেই"));
}

#[test]
fn a_refusal_is_said_at_its_field_and_in_the_summary() {
    let html = render(Language::English, ("/", ""), || {
        let problems = vec![
            domain::Problem::new("name", "error-required"),
            domain::Problem::new("due_days", "error-number-range").with("min", 0).with("max", 90),
        ];
        provide_problems(Signal::stored(problems));
        view! {
            <form>
                <ErrorSummary/>
                <TextField name="name" label="Name" value="<b>&\"" help="As on the bill"/>
                <TextField name="due_days" label="Days"/>
                <TextField name="fine" label="Fine"/>
            </form>
        }
    });
    let document = checked(&html);
    assert_eq!(document.attributes("aria-invalid"), ["true", "true"]);
    assert!(document.attributes("aria-describedby").contains(&"field-name-help field-name-error".to_owned()));
    assert!(document.attributes("href").contains(&"#field-name".to_owned()));
    assert!(document.text.contains("2 things to correct"));
    assert_eq!(document.text.matches("Write a number between 0 and 90.").count(), 2);
    assert!(html.contains("value=\"&lt;b&gt;&amp;&quot;\"") || html.contains("value=\"<b>&amp;&quot;\""), "{html}");
}

#[test]
fn the_frame_marks_where_we_are_and_comes_back_after_a_switch() {
    let html = render(Language::English, ("/customers/7", "tab=line&q=a b"), || {
        view! {
            <AppFrame brand="Net" menu=specimen::menu() person=Person::default() theme=Theme::Dark search="/customers">"x"</AppFrame>
        }
    });
    let document = checked(&html);
    // Once in the side menu, once in the bar or sheet of a phone.
    assert_eq!(document.attributes("aria-current"), ["page", "page"]);
    assert!(html.contains("value=\"/customers/7?tab=line&amp;q=a+b\""), "{html}");
    assert_eq!(document.attributes("aria-pressed"), ["false", "false", "true"]);
    assert!(document.attributes("lang").contains(&"bn".to_owned()));
}

#[test]
fn figures_are_written_for_the_reader() {
    let html = render(Language::Bengali, ("/", ""), || {
        let money = domain::Money::new(12_345_600, domain::Currency::Bdt);
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
        view! { <p><MoneyText money=money/><NumberText value=1_234/><DateText date=day today=day/></p> }
    });
    let text = checked(&html).text;
    for part in ["৳ ১,২৩,৪৫৬.০০", "১,২৩৪", "২১ নভেম্বর ২০২৬", "আজ"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

/// Icons that sources name as a literal: the attribute or the argument they stand in.
const ICON_PLACES: [&str; 5] = ["icon=\"", "<Icon name=\"", "icon: \"", "MenuEntry::new(", "PaletteAction::new("];

fn icons_named_in(source: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for place in ICON_PLACES {
        for (at, _) in source.match_indices(place) {
            let rest = &source[at + place.len()..];
            // After an attribute the name is next; in a call it is the second argument.
            let name = if place.ends_with('(') {
                rest.split_once(',').and_then(|(_, rest)| rest.trim_start().strip_prefix('"'))
            } else {
                Some(rest)
            };
            let name = name.and_then(|rest| rest.split('"').next());
            let plain = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            found.extend(name.filter(plain));
        }
    }
    found
}

fn sources(folder: &std::path::Path, visit: &mut impl FnMut(&std::path::Path, &str)) {
    for path in std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            sources(&path, visit);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            visit(&path, &std::fs::read_to_string(&path).unwrap_or_default());
        }
    }
}

#[test]
fn every_icon_named_in_the_app_is_in_the_sprite() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let sprite = std::fs::read_to_string(root.join("public/icons.svg")).expect("the sprite");
    let (mut seen, mut missing) = (0, Vec::new());
    sources(&root.join("app"), &mut |path, source| {
        if path.ends_with("render_tests/mod.rs") {
            return;
        }
        for name in icons_named_in(source) {
            seen += 1;
            if !sprite.contains(&format!("id=\"{name}\"")) {
                missing.push(format!("{}: {name}", path.display()));
            }
        }
    });
    assert!(seen > 20, "the search found only {seen} icons");
    assert!(missing.is_empty(), "add them to style/icons.mjs:\n{}", missing.join("\n"));
}
