//! Forms of money that edit something, sent back untouched as a browser sends them: no row changes and nothing is noted,
//! however often somebody opens a form and saves it (E-10).

use super::house::{House, house};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use domain::people::Role;
use tower::ServiceExt;

/// Where the form stands, and where it is sent.
const FORMS: [(&str, &str); 16] = [
    ("/packages/{package}", "packages/save"),
    ("/packages/masters/{master}", "packages/save-master"),
    ("/billing/profiles/{profile}", "billing/save-profile"),
    ("/billing/dunning/{plan}", "dunning/save-plan"),
    ("/billing/dunning?tab=settings", "settings/save"),
    ("/settings", "settings/save"),
    ("/books/expenses/rules", "settings/save"),
    ("/billing/rules", "corrections/late-fee"),
    ("/billing/rules", "settings/save"),
    ("/customers/{customer}/terms", "terms/save"),
    ("/customers/{customer}/edit", "customers/update"),
    ("/people/zones?edit={zone}", "people/zone"),
    ("/people/presets?edit=collector", "people/preset"),
    ("/packages/fair-use/{fair}", "usage/save-policy"),
    ("/documents", "documents/save-branding"),
    ("/documents/invoice/a4", "documents/save-template"),
];

async fn send(house: &House, request: axum::http::request::Builder, token: &str, body: String) -> (StatusCode, String) {
    let request = request
        .header(header::HOST, "padma.test")
        .header(header::COOKIE, format!("lm_session={token}"))
        .header(header::ACCEPT, "text/html")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let response = house.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let status = response.status();
    (status, String::from_utf8_lossy(&to_bytes(response.into_body(), 10_000_000).await.unwrap()).into_owned())
}

/// Every form of the page that is sent there, by the fields a browser would send.
fn forms(page: &str, path: &str) -> Vec<Vec<(String, String)>> {
    let is_it = |form: &&str| tag(form).is_some_and(|tag| attribute(tag, "action").is_some_and(|to| to.ends_with(path)));
    page.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next()).filter(is_it).map(fields).collect()
}

/// What stands before the end of the first tag. Values hold no such sign: they are escaped.
fn tag(text: &str) -> Option<&str> {
    text.split('>').next()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let at = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    Some(plain(tag.get(at..)?.split('"').next()?))
}

fn plain(text: &str) -> String {
    let signs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&amp;", "&")];
    signs.into_iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn fields(form: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (at, _) in form.match_indices('<') {
        let rest = &form[at + 1..];
        let Some(tag) = tag(rest) else { continue };
        let Some(name) = attribute(tag, "name") else { continue };
        let value = || attribute(tag, "value").unwrap_or_default();
        let inside = |end: &str| rest.get(tag.len() + 1..).and_then(|rest| rest.split(end).next()).unwrap_or_default();
        match tag.split_whitespace().next() {
            Some("input") if tag.contains(r#"type="checkbox""#) && !tag.contains(" checked") => {}
            Some("input") => fields.push((name, value())),
            Some("textarea") => fields.push((name, plain(inside("</textarea>")))),
            Some("select") => {
                let options: Vec<&str> = inside("</select>").split("<option").skip(1).filter_map(self::tag).collect();
                let chosen = options.iter().find(|option| option.contains(" selected")).or(options.first());
                fields.push((name, chosen.and_then(|option| attribute(option, "value")).unwrap_or_default()));
            }
            _ => {}
        }
    }
    fields
}

fn encoded(fields: &[(String, String)]) -> String {
    let part = |text: &str| -> String {
        text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
    };
    fields.iter().map(|(name, value)| format!("{}={}", part(name), part(value))).collect::<Vec<_>>().join("&")
}

#[tokio::test]
async fn a_form_that_is_sent_back_untouched_changes_nothing() {
    let house = house().await;
    let token = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    for (page, path) in FORMS {
        let page = house.arguments(page);
        let (status, html) = send(&house, Request::get(&page), &token, String::new()).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let found = forms(&html, path);
        assert!(!found.is_empty(), "{page} has no form for {path}");
        let before = house.world.db.digests(house.world.padma.id).await;
        assert!(before.len() > 50, "{}", before.len());
        for fields in found {
            assert!(fields.len() > 1, "{path}: {fields:?}");
            let (status, answer) = send(&house, Request::post(format!("/api/{path}")), &token, encoded(&fields)).await;
            assert_eq!(status, StatusCode::SEE_OTHER, "{path} with {fields:?} answered {answer}");
        }
        let after = house.world.db.digests(house.world.padma.id).await;
        let changed: Vec<_> = after.iter().filter(|(table, digest)| before[*table] != **digest).map(|(table, _)| table).collect();
        assert!(changed.is_empty(), "{page} sent to {path} changed {changed:?}");
    }
}

#[tokio::test]
async fn a_changed_form_changes_something_and_the_second_of_two_editors_is_told() {
    let house = house().await;
    let token = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    let page = house.arguments("/billing/profiles/{profile}");
    let (_, html) = send(&house, Request::get(&page), &token, String::new()).await;
    let mut fields = forms(&html, "billing/save-profile").remove(0);
    let due = fields.iter_mut().find(|(name, _)| name == "form[due_days]").unwrap();
    due.1 = "11".into();
    assert_eq!(send(&house, Request::post("/api/billing/save-profile"), &token, encoded(&fields)).await.0, StatusCode::SEE_OTHER);
    let profiles = services::billing::profiles(&house.world.services, &house.world.padma.admin).await.unwrap();
    assert!(profiles.iter().any(|profile| profile.due_days == 11));

    // Whoever read it before that comes second: told so, and nothing of his is written.
    let due = fields.iter_mut().find(|(name, _)| name == "form[due_days]").unwrap();
    due.1 = "22".into();
    let before = house.world.db.digests(house.world.padma.id).await;
    let (status, _) = send(&house, Request::post("/api/billing/save-profile"), &token, encoded(&fields)).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(before, house.world.db.digests(house.world.padma.id).await);
}
