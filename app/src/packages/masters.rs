//! Master packages: what the ISP buys or makes and what it costs, the most anybody may ask, who below pays how much, and
//! what is made of it.

use super::api::{ArchiveMaster, DeleteMaster, SaveMaster, SetRate};
use super::fields::{Marks, speeds, what};
use super::words::{kind_words, speed, validity_text};
use super::{lens, proposals};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::packages::views::{MasterPackage, Seller};
use domain::packages::{Terms, Validity};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Currency, Money};
use leptos::prelude::*;
use services::packages::{MasterPage, list_masters, master};
use services::require;
use ui::prelude::*;

fn may_look(caller: &Caller) -> Result<(), UiError> {
    let may = caller.allowed(Permission::PackagesMaster) || caller.allowed(Permission::PackagesAssign);
    if may { Ok(()) } else { Err(UiError::Denied) }
}

pub(crate) async fn masters_page(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.caller()?;
    may_look(caller)?;
    let all = list_masters(at.services(), caller).await?;
    let add = caller
        .allowed(Permission::PackagesMaster)
        .then(|| view! { <LinkButton href="/packages/masters/new" label=t("master-add") icon="plus" style=ButtonStyle::Primary/> });
    let columns = vec![
        Column::new(t("master-name")),
        Column::new(t("package-kind")),
        Column::new(t("package-speed")),
        Column::new(t("package-validity")),
        Column::new(t("price-cost")).numeric(),
        Column::new(t("price-ceiling")).numeric(),
        Column::new(t("master-packages")).numeric(),
        Column::new(t("package-subscribers")).numeric(),
        Column::new(t("common-status")),
    ];
    let rows = all.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="package" title=t("master-empty") body=t("master-empty-body")/> }.into_any();
    let page = view! {
        <PageHeader title=t("master-title") subtitle=t("master-lead") back=("/packages".to_string(), t("packages-title")) actions=add.into_any()/>
        <Card flush=true><DataTable caption=t("master-title") columns=columns rows=rows empty=empty/></Card>
    };
    Ok(page.into_any())
}

fn row(one: MasterPackage) -> Row {
    let money = |money: Option<Money>| money.map_or_else(|| ().into_any(), |money| view! { <MoneyText money=money/> }.into_any());
    let status = match (one.archived, one.open_proposals) {
        (true, _) => view! { <StatusBadge tone=Tone::Neutral label=t("status-archived") icon="archive"/> },
        (false, 0) => view! { <StatusBadge tone=Tone::Good label=t("status-on-sale") icon="check"/> },
        (false, open) => {
            view! { <StatusBadge tone=Tone::Warning label=t_with("proposal-open-count", &[("count", open.into())]) icon="bell"/> }
        }
    };
    let (packages, services) = (one.packages, one.services);
    Row::new(one.id.to_string(), one.name.clone())
        .href(format!("/packages/masters/{}", one.id))
        .cell(one.name)
        .cell(kind_words(one.terms.kind))
        .cell(speed(one.terms.up_kbps, one.terms.down_kbps))
        .cell(validity_text(one.terms.validity))
        .cell(money(one.cost))
        .cell(money(one.ceiling))
        .cell(view! { <NumberText value=packages/> })
        .cell(view! { <NumberText value=services/> })
        .cell(status)
}

pub(crate) async fn new_master(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::PackagesMaster)?;
    let currency = at.visit().site.currency;
    let terms = Terms::plain(None, None, Validity::Months(1), Money::new(1, currency));
    let fields = Fields::new(&at, String::new(), terms, None, None, currency);
    let page = view! {
        <PageHeader title=t("master-add") subtitle=t("master-lead") back=("/packages/masters".to_string(), t("master-title"))/>
        <PostForm action={action::<SaveMaster>()} live=true>{cards(fields)}</PostForm>
    };
    Ok(page.into_any())
}

pub(crate) async fn edit_master(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.caller()?;
    may_look(caller)?;
    let page = master(at.services(), caller, at.param("id")?).await?;
    let currency = at.visit().site.currency;
    let (id, version) = (page.master.id, page.master.version);
    let form = caller.allowed(Permission::PackagesMaster).then(|| {
        let known = &page.master;
        let fields = Fields::new(&at, known.name.clone(), known.terms.clone(), known.cost, known.ceiling, currency);
        view! {
            <PostForm action={action::<SaveMaster>()} live=true>
                <HiddenField name="id" value=id.to_string()/>
                <HiddenField name="version" value=version.to_string()/>
                {cards(fields)}
            </PostForm>
        }
    });
    let open = page.proposals.iter().filter(|one| matches!(one.state.slug(), "open" | "applying")).cloned().collect();
    let rates = caller.allowed(Permission::PackagesAssign).then(|| rates(&at, &page, currency));
    let ends = caller.allowed(Permission::PackagesMaster).then(|| ends(&page.master));
    let sell = (!page.master.archived).then(|| {
        let href = format!("/packages/new?master={id}");
        view! { <LinkButton href=href label=t("master-sell") icon="plus" style=ButtonStyle::Primary/> }
    });
    let decide = proposals::cards(open, caller.allowed(Permission::PackagesEdit));
    let chain = lens::chain(&page.lens, Some(id), true);
    let view = view! {
        <PageHeader title=page.master.name.clone() back=("/packages/masters".to_string(), t("master-title")) actions=sell.into_any()/>
        {decide}
        <div class="flow">
            <Card title=t("price-chain") subtitle=t("price-chain-lead") flush=true>{chain}</Card>
            {rates}
            {form}
            {ends}
        </div>
    };
    Ok(view.into_any())
}

/// What the form shows first, and what a typed price is judged by.
struct Fields {
    name: String,
    terms: Terms,
    cost: Money,
    ceiling: Money,
    live: AnyView,
    today: chrono::NaiveDate,
}

impl Fields {
    fn new(at: &Drawing, name: String, terms: Terms, cost: Option<Money>, ceiling: Option<Money>, currency: Currency) -> Self {
        let zero = Money::zero(currency);
        let text = |field: &str, known: Option<Money>| {
            at.typed(field).map(str::to_string).or_else(|| known.map(|money| money.plain())).unwrap_or_default()
        };
        let typed_cost = Money::parse(&text("cost", cost), currency).ok();
        let live = lens::typed(&text("form[price]", ceiling), typed_cost, None, currency);
        Self { name, terms, cost: cost.unwrap_or(zero), ceiling: ceiling.unwrap_or(zero), live, today: at.visit().today }
    }
}

fn cards(fields: Fields) -> AnyView {
    let Fields { name, terms, cost, ceiling, live, today } = fields;
    let currency = ceiling.currency;
    let (what, speeds) = (what(&terms, &Marks::default()), speeds(&terms, &Marks::default()));
    view! {
        <div class="flow">
            <ErrorSummary/>
            <Card title=t("package-section-what")>
                <div class="form-grid">
                    <TextField name="form[name]" label=t("master-name") value=name maxlength=100/>
                    {what}
                </div>
            </Card>
            <Card title=t("package-section-speed")>{speeds}</Card>
            <Card title=t("package-section-price")>
                <div class="form-grid">
                    <MoneyField name="cost" label=t("price-cost") currency=currency value=cost optional=true help=t("price-cost-help")/>
                    <MoneyField name="form[price]" label=t("price-ceiling") currency=currency value=ceiling help=t("price-ceiling-help")/>
                    <DateField name="form[price_from]" label=t("price-from") optional=true help=t("price-from-help") min=today/>
                    <DateField name="form[price_until]" label=t("price-until") optional=true help=t("price-until-help") min=today/>
                </div>
                {live}
                <div class="form-actions">
                    <SubmitButton label=t("action-save") icon="check"/>
                    <LinkButton href="/packages/masters" label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </div>
    }
    .into_any()
}

/// What somebody below pays, from a day on.
fn rates(at: &Drawing, page: &MasterPage, currency: Currency) -> AnyView {
    let own = at.caller().ok().and_then(|caller| caller.owner_path.clone());
    let may = |seller: &&Seller| seller.active && own.as_deref().is_none_or(|own| domain::packages::views::parent(&seller.path) == own);
    let sellers: Vec<_> = page.sellers.iter().filter(may).map(|seller| (seller.id.to_string(), seller.name.clone())).collect();
    if sellers.is_empty() {
        return view! { <Card title=t("rate-title")><p class="muted">{t("rate-nobody")}</p></Card> }.into_any();
    }
    let price = at.typed("price").unwrap_or_default();
    let live = lens::typed(price, page.master.cost, page.master.ceiling, currency);
    let (id, today) = (page.master.id.to_string(), at.visit().today);
    view! {
        <Card title=t("rate-title") subtitle=t("rate-lead")>
            <PostForm action={action::<SetRate>()} live=true>
                <ErrorSummary/>
                <HiddenField name="id" value=id/>
                <div class="form-grid">
                    <SelectField name="to" label=t("rate-seller") options=sellers empty=t("form-choose")/>
                    <MoneyField name="price" label=t("rate-price") currency=currency/>
                    <DateField name="price_from" label=t("price-from") optional=true help=t("price-from-help") min=today/>
                    <DateField name="price_until" label=t("price-until") optional=true help=t("price-until-help") min=today/>
                </div>
                {live}
                <div class="form-actions"><SubmitButton label=t("rate-set") icon="check"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn ends(master: &MasterPackage) -> AnyView {
    let id = master.id.to_string();
    let again = id.clone();
    let to_archive = !master.archived;
    let (label, body) =
        if to_archive { (t("package-archive"), t("master-archive-body")) } else { (t("package-restore"), t("package-restore-body")) };
    view! {
        <Card title=t("package-section-end")>
            <div class="flex flex-wrap gap-3">
                <PostForm action={action::<ArchiveMaster>()}>
                    <ErrorSummary/>
                    <HiddenField name="id" value=id/>
                    <HiddenField name="archived" value=to_archive.to_string()/>
                    <ConfirmButton label=label body=body style=ButtonStyle::Secondary icon="archive"/>
                </PostForm>
                <PostForm action={action::<DeleteMaster>()} done=t("package-deleted")>
                    <ErrorSummary/>
                    <HiddenField name="id" value=again/>
                    <ConfirmButton label=t("package-delete") body=t("master-delete-body") style=ButtonStyle::Danger icon="trash-2"/>
                </PostForm>
            </div>
        </Card>
    }
    .into_any()
}
