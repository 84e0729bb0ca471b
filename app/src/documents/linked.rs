//! The open page behind a code on paper: is this receipt genuine, what is due on this bill, how is it paid. It stands
//! alone, needs no script, and says no name and no address.

use crate::Request;
use domain::documents::LinkedDocument;
use leptos::prelude::*;
use leptos_meta::HashedStylesheet;
use ui::prelude::*;

/// What a code led to.
pub enum Linked {
    Found(LinkedDocument),
    Unknown,
    /// Too many wrong codes came from this address.
    Wait,
}

/// The whole document.
pub fn linked_page(visitor: &Request, options: &LeptosOptions, answer: Linked) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        let language = visitor.visit.language();
        provide_language(language);
        provide_current_url(CurrentUrl::fixed("/", ""));
        let title = visitor.visit.site.name.clone();
        let theme = Theme::from_code(&visitor.visit.theme).unwrap_or(Theme::System);
        view! {
            <html lang=language.code() data-theme=theme.attribute()>
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width, initial-scale=1"/>
                    <meta name="robots" content="noindex"/>
                    <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                    <HashedStylesheet id="style" options=options.clone()/>
                    <title>{title.clone()}</title>
                </head>
                <body translate="no">
                    <div class="plain">
                        <header class="plain-head">
                            <span class="brand"><img class="brand-mark" src="/favicon.svg" alt="" width="28" height="28"/><span class="brand-name">{title}</span></span>
                        </header>
                        <main id="content" class="plain-content">{card(answer)}</main>
                    </div>
                </body>
            </html>
        }
        .to_html()
    });
    owner.cleanup();
    format!("<!DOCTYPE html>{html}")
}

fn card(answer: Linked) -> AnyView {
    match answer {
        Linked::Found(LinkedDocument::Receipt { number, amount, on, valid }) => {
            let (tone, icon, words) = match valid {
                true => (Tone::Good, "badge-check", t("linked-receipt-valid")),
                false => (Tone::Bad, "ban", t("linked-receipt-reversed")),
            };
            let facts = vec![
                Definition::new(t("linked-amount"), view! { <MoneyText money=amount strong=true/> }),
                Definition::new(t("linked-date"), view! { <DateText date=on/> }),
            ];
            document(t_with("linked-receipt-title", &[("number", number.into())]), tone, icon, words, facts, None)
        }
        Linked::Found(LinkedDocument::Invoice { number, total, due, due_on, void, how_to_pay }) => {
            let language = use_language();
            let amount = locales::money(language, due.minor, due.currency.code());
            let date = locales::date(language, due_on);
            let open = !void && due.minor > 0;
            let (tone, icon, words) = match (void, open) {
                (true, _) => (Tone::Neutral, "ban", t("linked-invoice-void")),
                (_, true) => (Tone::Warning, "clock", t_with("linked-invoice-due", &[("amount", amount.into()), ("date", date.into())])),
                _ => (Tone::Good, "circle-check", t("linked-invoice-paid")),
            };
            let facts = vec![
                Definition::new(t("invoice-total"), view! { <MoneyText money=total/> }),
                Definition::new(t("invoice-amount-due"), view! { <MoneyText money=due strong=true/> }),
            ];
            let how = open.then(|| how_to_pay.unwrap_or_else(|| t("linked-pay-how-default")));
            document(t_with("linked-invoice-title", &[("number", number.into())]), tone, icon, words, facts, how)
        }
        Linked::Found(LinkedDocument::Proforma { number, total, to_pay, made_on, expected_on, how_to_pay }) => {
            let facts = vec![
                Definition::new(t("document-made-on"), view! { <DateText date=made_on/> }),
                Definition::new(t("proforma-expected-on"), view! { <DateText date=expected_on/> }),
                Definition::new(t("proforma-total"), view! { <MoneyText money=total/> }),
                Definition::new(t("proforma-to-pay"), view! { <MoneyText money=to_pay strong=true/> }),
            ];
            let how = (to_pay.minor > 0).then(|| how_to_pay.unwrap_or_else(|| t("linked-pay-how-default")));
            document(t_with("proforma-number", &[("number", number.into())]), Tone::Info, "info", t("document-proforma-note"), facts, how)
        }
        Linked::Unknown => view! { <EmptyState icon="search-x" title=t("linked-unknown-title") body=t("linked-unknown")/> }.into_any(),
        Linked::Wait => view! { <EmptyState icon="clock" title=t("linked-unknown-title") body=t("linked-wait")/> }.into_any(),
    }
}

fn document(title: String, tone: Tone, icon: &'static str, words: String, facts: Vec<Definition>, how: Option<String>) -> AnyView {
    let how = how.map(|how| {
        view! {
            <h2 class="mt-6 font-semibold">{t("linked-how-to-pay")}</h2>
            <p class="mt-1 whitespace-pre-line">{how}</p>
        }
    });
    view! {
        <h1 class="mb-4 text-xl font-semibold">{title}</h1>
        <Card>
            <Alert tone=tone icon=icon>{words}</Alert>
            <div class="mt-5"><DefinitionList items=facts/></div>
            {how}
        </Card>
    }
    .into_any()
}
