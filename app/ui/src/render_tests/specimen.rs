//! Pages that show every part of the kit with the kind of content it will carry.

use chrono::NaiveDate;
use domain::{Currency, Money, Problem};
use leptos::prelude::*;

use crate::prelude::*;

type Page = (&'static str, &'static str, &'static str, fn() -> AnyView);

pub const PAGES: [Page; 5] = [
    ("dashboard", "/", "", dashboard),
    ("customers", "/customers", "status=suspended&sort=-due&page=2", customers),
    ("customer", "/customers/7", "tab=bill", customer),
    ("form", "/packages/new", "", form),
    ("sign-in", "/sign-in", "", sign_in),
];

/// Writes a page into the folder named by `LASTMILE_SPECIMEN`, in light and dark, beside `lastmile.css`.
pub fn keep(name: &str, language: Language, html: &str) {
    let Ok(folder) = std::env::var("LASTMILE_SPECIMEN") else {
        return;
    };
    for theme in ["light", "dark"] {
        let code = language.code();
        let page = format!(
            "<!doctype html><html lang=\"{code}\" data-theme=\"lastmile-{theme}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{name}</title>\
             <link rel=\"stylesheet\" href=\"/lastmile.css\"></head><body>{html}</body></html>"
        );
        std::fs::write(format!("{folder}/{name}-{code}-{theme}.html"), page).expect("the specimen folder");
    }
}

pub fn menu() -> Vec<MenuEntry> {
    vec![
        MenuEntry::new("/", "layout-dashboard", "menu-dashboard", ""),
        MenuEntry::new("/customers", "users", "menu-customers", "menu-group-customers").count("8,214"),
        MenuEntry::new("/payments/new", "hand-coins", "menu-take-payment", "menu-group-money"),
        MenuEntry::new("/invoices", "receipt", "menu-invoices", "menu-group-money"),
        MenuEntry::new("/billing", "calendar-clock", "menu-billing", "menu-group-money"),
        MenuEntry::new("/packages", "package", "menu-packages", "menu-group-money"),
        MenuEntry::new("/imports", "file-up", "menu-import", "menu-group-customers"),
        MenuEntry::new("/sessions", "activity", "menu-sessions", "menu-group-network"),
        MenuEntry::new("/radius", "router", "menu-radius", "menu-group-network"),
    ]
}

fn framed(children: AnyView) -> AnyView {
    let person = Person {
        name: "Farhana Akter".into(),
        detail: "Admin · Mirpur Net".into(),
        account: "/account".into(),
        sign_out: "/sign-out".into(),
    };
    let actions = vec![PaletteAction::new("/payments/new", "hand-coins", "payment-take")];
    view! {
        <AppFrame brand="Mirpur Net" menu=menu() person=person theme=Theme::Light search="/customers" actions=actions>
            {children}
        </AppFrame>
    }
    .into_any()
}

fn taka(minor: i64) -> String {
    locales::money(use_language(), minor, "BDT")
}

fn count(key: &str, count: i64) -> String {
    t_with(key, &[("count", count.into())])
}

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).expect("a real day")
}

fn dashboard() -> AnyView {
    let actions = view! {
        <LinkButton href="/billing" label=t("menu-billing") icon="calendar-clock"/>
        <LinkButton href="/payments/new" label=t("payment-take") icon="hand-coins" style=ButtonStyle::Primary/>
    };
    let chart = ChartPicture {
        svg: "<svg viewBox=\"0 0 600 180\" xmlns=\"http://www.w3.org/2000/svg\"><polyline points=\"40,140 140,90 240,110 340,60 440,80 560,30\" fill=\"none\" stroke=\"#0b7285\" stroke-width=\"2\"></polyline><text x=\"4\" y=\"20\" font-size=\"11\">400</text><text x=\"40\" y=\"172\" font-size=\"11\">16 Nov</text></svg>".into(),
        width: 600, height: 180, left: 40, top: 10, right: 560, bottom: 150,
        labels: (16..22).map(|number| locales::date(use_language(), day(11, number))).collect(),
        series: vec![ChartSeries {
            name: t("dashboard-collected-today"),
            at: [140, 90, 110, 60, 80, 30].map(Some).to_vec(),
            shown: [120, 260, 210, 330, 300, 390].map(|amount| taka(amount * 100_000)).to_vec(),
        }],
    };
    framed(
        view! {
            <PageHeader title=t("dashboard-title") subtitle=t("dashboard-needs-you") actions=actions.into_any()/>
            <div class="flow">
                <Alert tone=Tone::Warning title=t_with("billing-problems", &[("count", 3.into())])>{t("billing-run-again")}</Alert>
                <div class="tiles">
                    <StatCard label=t("dashboard-due-today") value=taka(18_450_000) href="/invoices?due=today" icon="receipt" note=count("dashboard-invoices-count", 214) tone=Tone::Warning/>
                    <StatCard label=t("dashboard-collected-today") value=taka(9_275_050) href="/payments?on=today" icon="banknote" note=count("dashboard-payments-count", 97) tone=Tone::Good/>
                    <StatCard label=t("dashboard-online-now") value=locales::number(use_language(), 6_842) href="/sessions" icon="wifi" tone=Tone::Good note=count("dashboard-lines-count", 8_214)/>
                    <StatCard label=t("dashboard-suspended") value=locales::number(use_language(), 131) href="/customers?status=suspended" icon="ban" tone=Tone::Bad/>
                </div>
                <div class="split">
                    <Card title=t("dashboard-collected-today")><Chart picture=chart label=t("dashboard-collected-today")/></Card>
                    <Card title=t("dashboard-last-run")>
                        <ProgressBar label=t("job-progress") value=Signal::stored(4_200) max=Signal::stored(8_214) note=Signal::stored(t_with("common-of", &[("done", 4_200.into()), ("total", 8_214.into())]))/>
                    </Card>
                </div>
            </div>
        }
        .into_any(),
    )
}

const PEOPLE: [(&str, &str, i64, usize); 8] = [
    ("Abdul Karim", "01711-234567", 120_000, 0),
    ("মোছাঃ রহিমা খাতুন", "01819-556677", 0, 0),
    ("Shahidul Islam Chowdhury", "01915-001122", 241_950, 1),
    ("রফিকুল ইসলাম", "01552-998877", 80_000, 1),
    ("Nasrin Sultana", "01611-445566", 0, 2),
    ("Green View Apartment, Flat 4B", "01717-000111", 1_250_000, 1),
    ("Tanvir Ahmed", "01313-121212", 50_000, 0),
    ("জসিম উদ্দিন", "01998-343434", 0, 3),
];

fn state(which: usize) -> AnyView {
    match which {
        0 => view! { <StatusBadge tone=Tone::Good label=t("status-active")/> }.into_any(),
        1 => view! { <StatusBadge tone=Tone::Bad icon="ban" label=t("status-suspended")/> }.into_any(),
        2 => view! { <StatusBadge tone=Tone::Warning icon="clock" label=t("status-expired")/> }.into_any(),
        _ => view! { <StatusBadge tone=Tone::Neutral label=t("status-terminated")/> }.into_any(),
    }
}

fn people() -> Vec<Row> {
    PEOPLE
        .into_iter()
        .enumerate()
        .map(|(index, (name, mobile, due, which))| {
            Row::new(index, name)
                .href(format!("/customers/{index}"))
                .cell(name)
                .cell(view! { <span class="figure">{mobile}</span> })
                .cell("Home 20")
                .cell(state(which))
                .cell(view! { <DateText date=day(11, 28) today=day(11, 21)/> })
                .cell(view! { <MoneyText money=Money::new(due, Currency::Bdt)/> })
        })
        .collect()
}

fn customers() -> AnyView {
    let actions = view! {
        <LinkButton href="/imports" label=t("action-import") icon="upload"/>
        <LinkButton href="/customers/new" label=t("customer-add") icon="plus" style=ButtonStyle::Primary/>
    };
    let columns = vec![
        Column::new(t("customer-name")).sort("name"),
        Column::new(t("customer-mobile")),
        Column::new(t("customer-package")).sort("package"),
        Column::new(t("customer-status")),
        Column::new(t("customer-paid-until")).sort("paid"),
        Column::new(t("customer-due")).numeric().sort("due"),
    ];
    let filters = vec![
        FilterOption::new("active", t("status-active")).count("7,903"),
        FilterOption::new("suspended", t("status-suspended")).count("131"),
        FilterOption::new("expired", t("status-expired")).count("96"),
        FilterOption::new("terminated", t("status-terminated")),
    ];
    framed(
        view! {
            <PageHeader title=t("customers-title") subtitle=count("customer-count", 8_214) actions=actions.into_any()/>
            <div class="list-tools">
                <SearchBox placeholder=t("frame-search-customers")/>
                <FilterChips name="status" label=t("customer-status") options=filters/>
            </div>
            <BulkBar form="bulk" action="/customers/suspend" total=8_214>
                <SubmitButton label=t("customer-suspend") style=ButtonStyle::Secondary/>
            </BulkBar>
            <DataTable caption=t("customers-title") columns=columns rows=people() total=8_214_u64 select_into="bulk"/>
        }
        .into_any(),
    )
}

fn customer() -> AnyView {
    let suspend = view! {
        <form method="post" action="/customers/7/suspend">
            <ConfirmButton label=t("customer-suspend") body=t_with("customer-suspend-body", &[("name", "Abdul Karim".into())]) icon="ban"/>
        </form>
        <LinkButton href="/payments/new?customer=7" label=t("payment-take") icon="hand-coins" style=ButtonStyle::Primary/>
    };
    let facts = vec![
        Definition::new(t("customer-number"), "C-000007"),
        Definition::new(t("customer-mobile"), view! { <a href="tel:+8801711234567">"01711-234567"</a> }),
        Definition::new(t("customer-address"), "House 12, Road 4, Mirpur 10, Dhaka"),
        Definition::new(t("customer-due"), view! { <MoneyText money=Money::new(120_000, Currency::Bdt) strong=true/> }),
    ];
    let tabs = vec![
        TabItem::new("bill", t("customer-bill")),
        TabItem::new("payments", t("payments-title")).count("14"),
        TabItem::new("line", t("customer-line")),
        TabItem::new("timeline", t("customer-timeline")),
    ];
    framed(
        view! {
            <PageHeader title="Abdul Karim" subtitle="karim.mirpur · Home 20" back=("/customers".to_owned(), t("customers-title")) badge=state(0) actions=suspend.into_any()/>
            <Tabs label=t("common-details") items=tabs/>
            <div class="split">
                <Card title=t("invoices-title") flush=true>
                    <DataTable caption=t("invoices-title") columns=vec![Column::new(t("invoice-number")), Column::new(t("common-status")), Column::new(t("invoice-total")).numeric()]
                        rows=vec![Row::new(1, "INV-000912").href("/invoices/1").cell("INV-000912").cell(state(1)).cell(taka(120_000)), Row::new(2, "INV-000811").href("/invoices/2").cell("INV-000811").cell(state(0)).cell(taka(120_000))]/>
                </Card>
                <Card title=t("customer-profile")><DefinitionList items=facts/></Card>
            </div>
        }
        .into_any(),
    )
}

fn form() -> AnyView {
    provide_problems(Signal::stored(vec![Problem::new("price", "error-amount-positive"), Problem::new("name", "error-taken")]));
    let kinds = vec![("pppoe".to_owned(), t("package-kind-pppoe")), ("hotspot".to_owned(), t("package-kind-hotspot"))];
    framed(
        view! {
            <PageHeader title=t("package-add") back=("/packages".to_owned(), t("packages-title"))/>
            <Card>
                <form method="post" action="/packages" enctype="multipart/form-data">
                    <ErrorSummary labels=vec![("name".to_owned(), t("package-name")), ("price".to_owned(), t("package-price"))]/>
                    <div class="form-grid">
                        <TextField name="name" label=t("package-name") value="Home 20" maxlength=100/>
                        <SelectField name="kind" label=t("package-kind") options=kinds value="pppoe"/>
                        <TextField name="down" label=t("package-down") help=t("package-speed-help") suffix="Mbit/s" inputmode="decimal" optional=true placeholder="20"/>
                        <MoneyField name="price" label=t("package-price") currency=Currency::Bdt value=Money::new(0, Currency::Bdt)/>
                        <DateField name="from" label=t("customer-starts-on") value=day(11, 21) optional=true/>
                        <CheckField name="auto_suspend" label=t("billing-suspend-auto") checked=true help=t("billing-grace-days-help")/>
                        <div class="form-wide"><TextAreaField name="note" label=t("common-note") value="a </textarea> & b" optional=true/></div>
                        <div class="form-wide"><FileField name="file" label=t("import-file") accept=".csv,.xlsx" help=t_with("import-choose-help", &[("limit", "20 MB".into())])/></div>
                        <Field name="own" label=t("common-other") optional=true><span class="input-box"><input id="field-own" name="own" class="input-plain"/></span></Field>
                    </div>
                    <div class="form-actions">
                        <SubmitButton label=t("action-save")/>
                        <SubmitButton label=t("form-working") pending=Signal::stored(true) style=ButtonStyle::Secondary/>
                        <LinkButton href="/packages" label=t("action-cancel") style=ButtonStyle::Ghost/>
                    </div>
                </form>
            </Card>
            <EmptyState icon="package" title=t("package-empty-title") body=t("package-empty-body") action=view! { <LinkButton href="/packages/new" label=t("package-add")/> }.into_any()/>
        }
        .into_any(),
    )
}

fn sign_in() -> AnyView {
    view! {
        <PlainFrame brand="Mirpur Net">
            <Card>
                <h1 class="page-title mb-4">{t("sign-in-title")}</h1>
                <form method="post" action="/sign-in" class="form-narrow">
                    <Alert tone=Tone::Bad>{t("sign-in-wrong")}</Alert>
                    <TextField name="login" label=t("sign-in-login") autocomplete="username" autofocus=true/>
                    <TextField name="password" kind="password" label=t("sign-in-password") autocomplete="current-password"/>
                    <SubmitButton label=t("sign-in-submit") wide=true/>
                    <p class="muted">{t("sign-in-forgot")}</p>
                </form>
            </Card>
        </PlainFrame>
    }
    .into_any()
}
