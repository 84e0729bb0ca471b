//! How the company looks on paper: its names, its logo, what stands at the foot, and the way to each template.

use super::api::SaveBranding;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::documents::{Branding, DocumentKind, Paper};
use leptos::prelude::*;
use services::documents;
use ui::prelude::*;

pub async fn look(at: Drawing) -> Result<AnyView, UiError> {
    let (version, branding) = documents::branding(at.services(), at.caller()?).await?;
    let saved =
        at.query().has("saved", "yes").then(|| view! { <div class="mb-5"><Alert tone=Tone::Good>{t("branding-saved")}</Alert></div> });
    let problem = at.query().get("problem").filter(|key| key.starts_with("problem-logo-") && locales::has_text(key)).map(t);
    let problem = problem.map(|words| view! { <Alert tone=Tone::Bad>{words}</Alert> });
    let has_logo = branding.logo.is_some();
    let page = view! {
        <PageHeader title=t("documents-title") subtitle=t("branding-help") back=("/invoices".to_string(), t("invoices-title"))/>
        {saved}
        <div class="split">
            <div class="flow">{words(version, branding)}</div>
            <div class="flow">
                {logo(version, has_logo, problem.map(IntoAny::into_any))}
                {templates()}
            </div>
        </div>
    };
    Ok(page.into_any())
}

fn words(version: i32, branding: Branding) -> AnyView {
    let Branding { name, native_name, address, phone, tax_number, footer, how_to_pay, colour, .. } = branding;
    let text = |value: Option<String>| value.unwrap_or_default();
    view! {
        <Card title=t("branding-title")>
            <PostForm action={action::<SaveBranding>()}>
                <ErrorSummary/>
                <HiddenField name="version" value=version.to_string()/>
                <div class="form-grid">
                    <TextField name="form[name]" label=t("branding-name") value=name maxlength=100/>
                    <TextField name="form[native_name]" label=t("branding-native-name") value=text(native_name) maxlength=100 optional=true/>
                    <div class="form-wide"><TextAreaField name="form[address]" label=t("branding-address") value=text(address) rows=2 optional=true/></div>
                    <TextField name="form[phone]" label=t("branding-phone") value=text(phone) maxlength=100 optional=true/>
                    <TextField name="form[tax_number]" label=t("branding-tax-number") value=text(tax_number) maxlength=60 optional=true/>
                    <div class="form-wide">
                        <TextAreaField name="form[how_to_pay]" label=t("branding-how-to-pay") help=t("branding-how-to-pay-help") value=text(how_to_pay) rows=3 optional=true/>
                    </div>
                    <TextField name="form[footer]" label=t("branding-footer") value=text(footer) maxlength=300 optional=true/>
                    <TextField name="form[colour]" kind="color" label=t("branding-colour") value=colour/>
                </div>
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn logo(version: i32, has_logo: bool, problem: Option<AnyView>) -> AnyView {
    let remove = has_logo.then(|| {
        view! { <SubmitButton label=t("branding-logo-remove") style=ButtonStyle::Ghost icon="trash-2" name="remove" value="yes"/> }
    });
    view! {
        <Card title=t("branding-logo")>
            <form method="post" action="/documents/logo" enctype="multipart/form-data" data-plain="" class="grid gap-4">
                {problem}
                <HiddenField name="version" value=version.to_string()/>
                <FileField name="logo" label=t("branding-logo") accept=".png,.svg" help=t("branding-logo-help")/>
                <div class="form-actions"><SubmitButton label=t("action-save") icon="upload"/>{remove}</div>
            </form>
        </Card>
    }
    .into_any()
}

fn templates() -> AnyView {
    let columns = vec![Column::new(t("template-kind")), Column::new(t("template-paper")), Column::new(t("template-edit")).quiet()];
    let rows = DocumentKind::ALL.into_iter().flat_map(|kind| Paper::ALL.map(|paper| row(kind, paper))).collect();
    view! { <Card title=t("template-title") subtitle=t("template-help") flush=true><DataTable caption=t("template-title") columns=columns rows=rows/></Card> }
        .into_any()
}

fn row(kind: DocumentKind, paper: Paper) -> Row {
    let name = kind_words(kind);
    let href = format!("/documents/{}/{}", kind.slug(), paper.slug());
    Row::new(href.clone(), format!("{name} {}", paper_words(paper)))
        .href(href)
        .cell(name)
        .cell(paper_words(paper))
        .cell(view! { <Icon name="pencil"/> })
}

pub(super) fn kind_words(kind: DocumentKind) -> String {
    t(&format!("document-{}", kind.slug().replace('_', "-")))
}

pub(super) fn paper_words(paper: Paper) -> String {
    t(&format!("template-paper-{}", paper.slug()))
}
