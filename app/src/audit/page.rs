//! The audit log to read: who did what, before and after, by person, kind, subject and days.

use super::words::{action_words, kind_words, kinds};
use crate::UiError;
use crate::drawn::Drawing;
use crate::lists::count;
use domain::trust::{AuditFilter, AuditRow};
use leptos::prelude::*;
use services::audit;
use ui::prelude::*;
use uuid::Uuid;

pub async fn log(at: Drawing) -> Result<AnyView, UiError> {
    let query = at.query().clone();
    let filter = filter(&query);
    let page = audit::entries(at.services(), at.caller()?, &filter, at.paging()).await?;
    let people = audit::people(at.services(), at.caller()?).await?;
    let columns = vec![
        Column::new(t("audit-time")),
        Column::new(t("audit-actor")),
        Column::new(t("audit-action")),
        Column::new(t("audit-subject")),
        Column::new(t("audit-change")),
        Column::new(t("audit-number")).numeric(),
    ];
    let (total, untouched) = (page.total, query.without(&["page", "size"]).pairs().is_empty());
    let rows = page.rows.into_iter().map(|entry| row(&at, entry)).collect();
    let table = if untouched && total == 0 {
        let empty = view! { <EmptyState icon="history" title=t("audit-empty") body=t("audit-empty-words")/> }.into_any();
        view! { <DataTable caption=t("audit-title") columns=columns rows=rows empty=empty/> }.into_any()
    } else {
        view! { <DataTable caption=t("audit-title") columns=columns rows=rows total=count(total)/> }.into_any()
    };
    let view = view! {
        <PageHeader title=t("audit-title") subtitle=t("audit-lead")/>
        {bar(&query, people)}
        <Card flush=true>{table}</Card>
    };
    Ok(view.into_any())
}

fn filter(query: &Query) -> AuditFilter {
    let day = |name: &str| query.get(name).and_then(|text| text.parse().ok());
    AuditFilter {
        actor: query.get("who").and_then(|text| text.parse().ok()),
        kind: query.get("kind").filter(|kind| kinds().contains(kind)).map(str::to_owned),
        subject: query.get("about").and_then(|text| text.parse().ok()),
        from: day("from"),
        until: day("until"),
    }
}

fn bar(query: &Query, people: Vec<(Uuid, String)>) -> AnyView {
    let value = |name: &str| query.get(name).unwrap_or_default().to_string();
    let option = |id: String, words: String, chosen: &str| {
        let selected = id == chosen;
        view! { <option value=id selected=selected>{words}</option> }
    };
    let (who, kind, from, until) = (value("who"), value("kind"), value("from"), value("until"));
    let people = people.into_iter().map(|(id, name)| option(id.to_string(), name, &who)).collect_view();
    let mut named: Vec<(String, String)> = kinds().iter().map(|kind| (kind.to_string(), kind_words(kind))).collect();
    named.sort_by(|a, b| a.1.cmp(&b.1));
    let named = named.into_iter().map(|(id, words)| option(id, words, &kind)).collect_view();
    let about = query.get("about").map(|about| {
        let (about, off) = (about.to_owned(), query.without(&["about"]).first_page().href("/audit"));
        view! {
            <input type="hidden" name="about" value=about/>
            <a class="chip chip-on" href=off aria-current="true">{t("audit-about")}<span class="chip-off"><Icon name="x"/></span></a>
        }
    });
    view! {
        <form method="get" action="/audit" class="list-tools">
            {about}
            <FilterField label=t("audit-actor")><select class="input-plain" name="who"><option value="">{t("audit-everybody")}</option>{people}</select></FilterField>
            <FilterField label=t("audit-kind")><select class="input-plain" name="kind"><option value="">{t("audit-everything")}</option>{named}</select></FilterField>
            <FilterField label=t("common-from")><input class="input-plain" type="date" name="from" value=from/></FilterField>
            <FilterField label=t("common-to")><input class="input-plain" type="date" name="until" value=until/></FilterField>
            <button type="submit" class="button button-secondary">{t("action-show")}</button>
        </form>
    }
    .into_any()
}

fn row(at: &Drawing, entry: AuditRow) -> Row {
    let words = action_words(&entry.action);
    let who = match entry.actor_id {
        Some(_) => entry.actor_name.clone(),
        None => t("audit-system"),
    };
    let below = entry.actor_id.is_none().then(|| entry.actor_name.clone()).or(entry.ip.clone());
    let below = below.map(|below| view! { <span class="muted code block">{below}</span> });
    let behind = entry.impersonator_name.clone().map(|name| {
        let words = t_with("audit-behind", &[("name", name.into())]);
        view! { <StatusBadge tone=Tone::Warning label=words icon="user-check"/> }
    });
    let seq = entry.seq.map(|seq| view! { <NumberText value=seq/> });
    Row::new(entry.id, words.clone())
        .cell(view! { <TimeText at=at.visit().local(entry.at)/> })
        .cell(view! { <span class="block">{who}</span> {behind} {below} })
        .cell(words)
        .cell(subject(at, &entry))
        .cell(change(entry.before.as_deref(), entry.after.as_deref()))
        .cell(seq)
}

/// The customer it is about, and the way to everything else about the same.
fn subject(at: &Drawing, entry: &AuditRow) -> AnyView {
    let customer = entry.customer_id.map(|id| {
        let name = entry.customer_name.clone().unwrap_or_default();
        view! { <a class="block py-0.5" href=format!("/customers/{id}")>{name}</a> }
    });
    let about = entry.object_id.or(entry.customer_id).map(|id| {
        let href = at.query().set("about", id.to_string()).first_page().href("/audit");
        view! { <a class="muted block py-0.5" href=href>{t("audit-same")}</a> }
    });
    view! { {customer} {about} }.into_any()
}

/// Field by field, what it was and what it became. Values are the records' own.
fn change(before: Option<&str>, after: Option<&str>) -> Option<AnyView> {
    let fields = differences(before, after);
    if fields.is_empty() {
        return None;
    }
    let title = t_with("audit-fields", &[("count", fields.len().into())]);
    let lines = fields
        .into_iter()
        .map(|(name, was, is)| {
            let was = was.map(|was| view! { <del class="muted wrap-anywhere">{was}</del>" → " });
            view! { <div class="min-w-0"><dt class="muted code">{name}</dt><dd class="wrap-anywhere">{was}<span>{is.unwrap_or_else(|| "–".into())}</span></dd></div> }
        })
        .collect_view();
    Some(view! { <details class="fold"><summary>{title}</summary><dl class="mt-2 flex flex-col gap-2 whitespace-normal">{lines}</dl></details> }.into_any())
}

type Difference = (String, Option<String>, Option<String>);

/// What differs between two records; a record alone is listed whole.
fn differences(before: Option<&str>, after: Option<&str>) -> Vec<Difference> {
    let read = |text: Option<&str>| text.and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
    let (before, after) = (read(before), read(after));
    let object = |value: &Option<serde_json::Value>| value.as_ref().and_then(|value| value.as_object()).cloned().unwrap_or_default();
    let (was, is) = (object(&before), object(&after));
    let names: std::collections::BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let words = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut fields: Vec<Difference> = names
        .into_iter()
        .filter(|name| was.get(*name) != is.get(*name))
        .map(|name| (name.clone(), was.get(name).map(words), is.get(name).map(words)))
        .collect();
    let bare = |value: &Option<serde_json::Value>| value.as_ref().filter(|value| !value.is_object() && !value.is_null()).map(words);
    if let (was, Some(is)) = (bare(&before), bare(&after)) {
        fields.push((String::new(), was, Some(is)));
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown() {
        let shown = differences(Some(r#"{"a":1,"b":"x","c":null}"#), Some(r#"{"a":2,"b":"x","d":true}"#));
        let text = |text: &str| Some(text.to_string());
        assert_eq!(shown, [("a".into(), text("1"), text("2")), ("c".into(), text("null"), None), ("d".into(), None, text("true"))]);
        assert_eq!(differences(None, Some(r#"{"name":"VAT"}"#)), [("name".into(), None, text("VAT"))]);
        assert_eq!(differences(None, None), []);
        assert_eq!(differences(Some("3"), Some("4")), [(String::new(), text("3"), text("4"))]);
    }
}
