//! The page of a package, new or existing: what it is, how fast, its price in the chain with the margin while it is typed,
//! what its master proposes, and apart from these the ways to end it.

use super::api::{ArchivePackage, DeletePackage, MoveSubscribers, SavePackage};
use super::fields::{Marks, speeds, what};
use super::words::{field_value, field_words, kind_words, speed, state, validity_text};
use super::{lens, proposals};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::packages::chain::Level;
use domain::packages::views::{MasterPackage, MoveState};
use domain::packages::{Package, Pricing, TaxProfile, Terms, TermsField, Validity};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Currency, MasterId, Money};
use leptos::prelude::*;
use services::packages::{PackagePage, list_masters, list_packages, list_taxes, package};
use ui::prelude::*;

fn may_edit(caller: &Caller) -> bool {
    caller.allowed(Permission::PackagesEdit) || (caller.owner_path.is_some() && caller.allowed(Permission::PackagesRetail))
}

pub(crate) async fn new_package(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.caller()?;
    if !may_edit(caller) {
        return Err(UiError::Denied);
    }
    let masters = list_masters(at.services(), caller).await?;
    let taxes = list_taxes(at.services(), caller).await?;
    let currency = at.visit().site.currency;
    let wanted = at.typed("form[master_id]").or(at.query().get("master")).and_then(|id| id.parse::<MasterId>().ok());
    let master = masters.iter().find(|master| Some(master.id) == wanted && !master.archived).cloned();
    let master = master.as_ref();
    let terms = match master {
        Some(master) => master.terms.clone(),
        None => Terms::plain(None, None, Validity::Months(1), Money::new(1, currency)),
    };
    let marks = Marks { master: master.map(|master| master.name.clone()), overridden: Vec::new(), fixed: caller.owner_path.is_some() };
    let cost = match master {
        Some(master) => cost_of(&at, master).await?,
        None => None,
    };
    let ceiling = master.and_then(|master| master.ceiling);
    let offered: Vec<_> =
        masters.iter().filter(|master| !master.archived).map(|master| (master.id.to_string(), master.name.clone())).collect();
    let choose = choose_master(offered, wanted, caller.owner_path.is_some());
    let price = suggestion(cost, ceiling);
    let fields = Fields { name: String::new(), price, tax: String::new(), terms, marks, cost, ceiling, currency };
    let hidden = master.map(|master| master.id.to_string());
    let drawn = Drawn::new(&at, &taxes, true);
    let page = view! {
        <PageHeader title=t("package-add") back=("/packages".to_string(), t("packages-title"))/>
        {choose}
        <PostForm action={action::<SavePackage>()} live=true>
            {hidden.map(|id| view! { <HiddenField name="form[master_id]" value=id/> })}
            {cards(fields, drawn)}
        </PostForm>
    };
    Ok(page.into_any())
}

/// A package is made of a master or stands alone: another choice draws the form anew.
fn choose_master(offered: Vec<(String, String)>, wanted: Option<MasterId>, needed: bool) -> Option<AnyView> {
    (!offered.is_empty()).then(|| {
        let value = wanted.map(|id| id.to_string()).unwrap_or_default();
        let help = t(if needed { "master-choose-needed" } else { "master-choose-help" });
        view! {
            <form method="get" action="/packages/new" data-live="" class="mb-5">
                <Card>
                    <div class="form-grid">
                        <SelectField name="master" label=t("master-one") options=offered value=value empty=t("master-none") optional=true help=help/>
                        <div class="self-end pb-6"><SubmitButton label=t("master-take") style=ButtonStyle::Secondary/></div>
                    </div>
                </Card>
            </form>
        }
        .into_any()
    })
}

/// What the visitor pays for a master.
async fn cost_of(at: &Drawing, master: &MasterPackage) -> Result<Option<Money>, UiError> {
    let prices = services::packages::my_prices(at.services(), at.caller()?).await?;
    Ok(prices.into_iter().find(|row| row.master.id == master.id).and_then(|row| row.cost))
}

fn suggestion(cost: Option<Money>, ceiling: Option<Money>) -> Option<Money> {
    cost.filter(|cost| cost.minor > 0).and_then(|cost| domain::packages::margin::suggested(cost, ceiling))
}

pub(crate) async fn edit_package(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.caller()?;
    let page = package(at.services(), caller, at.param("id")?).await?;
    let own = may_edit(caller) && (caller.owner_path.is_none() || page.package.seller.is_some());
    let body = if own { editable(&at, &page).await? } else { facts(&page) };
    let open = page.proposals.iter().filter(|one| matches!(one.state.slug(), "open" | "applying")).cloned().collect();
    let decide = proposals::cards(open, own);
    let access = caller.allowed(Permission::NetworkView).then(|| {
        view! { <LinkButton href=format!("/packages/{}/access", page.package.id) label=t("network-rules") icon="shield-check"/> }
    });
    let view = view! {
        <PageHeader title=page.package.name.clone() back=("/packages".to_string(), t("packages-title")) badge=state(&page.package) actions=access.into_any()/>
        {decide}
        {body}
    };
    Ok(view.into_any())
}

/// For whoever only looks.
fn facts(page: &PackagePage) -> AnyView {
    let terms = &page.package.terms;
    let mut items = vec![
        Definition::new(t("package-kind"), kind_words(terms.kind)),
        Definition::new(t("package-price"), view! { <MoneyText money=page.package.price/> }),
        Definition::new(t("package-validity"), validity_text(terms.validity)),
        Definition::new(t("package-speed"), speed(terms.up_kbps, terms.down_kbps)),
    ];
    let more = [TermsField::Volume, TermsField::Burst, TermsField::Night];
    items.extend(more.into_iter().map(|field| Definition::new(field_words(field), field_value(terms, field))));
    view! { <Card><DefinitionList items=items/></Card> }.into_any()
}

async fn editable(at: &Drawing, page: &PackagePage) -> Result<AnyView, UiError> {
    let caller = at.caller()?;
    let taxes = list_taxes(at.services(), caller).await?;
    let package = &page.package;
    let master = package.master.as_ref().map(|(id, _)| *id);
    let marks = Marks {
        master: package.master.as_ref().map(|(_, name)| name.clone()),
        overridden: package.overridden.clone(),
        fixed: caller.owner_path.is_some(),
    };
    let fields = Fields {
        name: package.name.clone(),
        price: Some(package.price),
        tax: package.tax.as_ref().map(|tax| tax.id.to_string()).unwrap_or_default(),
        terms: package.terms.clone(),
        marks,
        cost: page.cost,
        ceiling: page.ceiling,
        currency: package.price.currency,
    };
    let planned = (page.lens.is_empty() && !page.planned.is_empty()).then(|| {
        let prices = lens::planned(&page.planned, Level::Retail(package.id), None, true);
        view! { <Card title=t("price-planned")>{prices}</Card> }
    });
    let chain = (!page.lens.is_empty()).then(|| {
        let levels = lens::chain(&page.lens, master, true);
        view! { <Card title=t("price-chain") flush=true>{levels}</Card> }
    });
    let targets = list_packages(at.services(), caller).await?;
    let ends = ends(page, &targets, caller.allowed(Permission::PackagesEdit));
    let drawn = Drawn::new(at, &taxes, false);
    let (id, version) = (package.id.to_string(), package.version.to_string());
    Ok(view! {
        <div class="flow">
            <PostForm action={action::<SavePackage>()} live=true>
                <HiddenField name="id" value=id/>
                <HiddenField name="version" value=version/>
                {cards(fields, drawn)}
            </PostForm>
            {chain}
            {planned}
            {ends}
        </div>
    }
    .into_any())
}

/// What the form needs of the page around it.
struct Drawn {
    price: Option<String>,
    taxes: Vec<(String, String)>,
    today: chrono::NaiveDate,
    new: bool,
}

impl Drawn {
    fn new(at: &Drawing, taxes: &[TaxProfile], new: bool) -> Self {
        let taxes = taxes.iter().map(|tax| (tax.id.to_string(), format!("{} ({} %)", tax.name, tax.rate.normalize()))).collect();
        Self { price: at.typed("form[price]").map(str::to_string), taxes, today: at.visit().today, new }
    }
}

struct Fields {
    name: String,
    price: Option<Money>,
    tax: String,
    terms: Terms,
    marks: Marks,
    cost: Option<Money>,
    ceiling: Option<Money>,
    currency: Currency,
}

fn cards(fields: Fields, drawn: Drawn) -> AnyView {
    let Drawn { price, taxes, today, new } = drawn;
    let text = price.or_else(|| fields.price.map(|price| price.plain())).unwrap_or_default();
    let live = (fields.terms.pricing == Pricing::Paid).then(|| lens::typed(&text, fields.cost, fields.ceiling, fields.currency));
    let days = (!new).then(|| {
        view! {
            <DateField name="form[price_from]" label=t("price-from") optional=true help=t("price-from-help") min=today/>
            <DateField name="form[price_until]" label=t("price-until") optional=true help=t("price-until-help") min=today/>
        }
    });
    let what = what(&fields.terms, &fields.marks);
    let lines = match fields.marks.fixed {
        false => {
            let speeds = speeds(&fields.terms, &fields.marks);
            view! { <Card title=t("package-section-speed")>{speeds}</Card> }.into_any()
        }
        true => {
            let items = TermsField::ALL.into_iter().filter(|field| *field != TermsField::Visibility);
            let items = items.map(|field| Definition::new(field_words(field), field_value(&fields.terms, field))).collect::<Vec<_>>();
            view! { <Card title=t("package-section-speed") subtitle=t("package-given")><DefinitionList items=items/></Card> }.into_any()
        }
    };
    let (currency, name, tax) = (fields.currency, fields.name, fields.tax);
    let price = fields.price.unwrap_or(Money::zero(currency));
    view! {
        <div class="flow">
            <ErrorSummary/>
            <Card title=t("package-section-what")>
                <div class="form-grid">
                    <TextField name="form[name]" label=t("package-name") value=name maxlength=100 autofocus=new/>
                    {what}
                </div>
            </Card>
            {lines}
            <Card title=t("package-section-price")>
                <div class="form-grid">
                    <MoneyField name="form[price]" label=t("package-price") currency=currency value=price/>
                    <SelectField name="form[tax_profile_id]" label=t("package-tax") options=taxes value=tax empty=t("package-tax-none") optional=true/>
                    {days}
                </div>
                {live}
                <div class="form-actions">
                    <SubmitButton label=t("action-save") icon="check"/>
                    <LinkButton href="/packages" label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </div>
    }
    .into_any()
}

/// Out of sale, on to another package, gone: each with what it means.
fn ends(page: &PackagePage, all: &[Package], may_move: bool) -> AnyView {
    let package = &page.package;
    let id = package.id.to_string();
    let to_archive = !package.archived;
    let (label, body) =
        if to_archive { (t("package-archive"), t("package-archive-body")) } else { (t("package-restore"), t("package-restore-body")) };
    let seller = |package: &Package| package.seller.as_ref().map(|(id, _)| *id);
    let fits = |other: &&Package| {
        other.id != package.id
            && !other.archived
            && other.terms.kind == package.terms.kind
            && other.terms.pricing != Pricing::Trial
            && seller(other) == seller(package)
    };
    let targets: Vec<_> = all.iter().filter(fits).map(|other| (other.id.to_string(), other.name.clone())).collect();
    let moving = page.moves.iter().any(|one| one.from.0 == package.id && matches!(one.state, MoveState::Waiting | MoveState::Running));
    let mover = (may_move && package.services > 0 && !moving && !targets.is_empty()).then(|| {
        let body = t_with("package-move-body", &[("count", package.services.into())]);
        let id = id.clone();
        view! {
            <PostForm action={action::<MoveSubscribers>()} done=t("package-move-started")>
                <ErrorSummary/>
                <HiddenField name="id" value=id/>
                <div class="form-grid">
                    <SelectField name="to" label=t("package-move-to") options=targets empty=t("form-choose") help=body.clone()/>
                    <CheckField name="keep_price" label=t("package-move-keep") checked=true help=t("package-move-keep-help")/>
                </div>
                <div class="form-actions"><ConfirmButton label=t("package-move") body=body style=ButtonStyle::Secondary icon="users"/></div>
            </PostForm>
        }
    });
    let remove = (package.terms.pricing != Pricing::Trial).then(|| {
        let id = id.clone();
        view! {
            <PostForm action={action::<DeletePackage>()} done=t("package-deleted")>
                <ErrorSummary/>
                <HiddenField name="id" value=id/>
                <ConfirmButton label=t("package-delete") body=t("package-delete-body") style=ButtonStyle::Danger icon="trash-2"/>
            </PostForm>
        }
    });
    view! {
        {moves(page)}
        <Card title=t("package-section-end") subtitle=t("package-section-end-lead")>
            <div class="flow">
                {mover}
                <div class="flex flex-wrap gap-3">
                    <PostForm action={action::<ArchivePackage>()}>
                        <ErrorSummary/>
                        <HiddenField name="id" value=id/>
                        <HiddenField name="archived" value=to_archive.to_string()/>
                        <ConfirmButton label=label body=body style=ButtonStyle::Secondary icon="archive"/>
                    </PostForm>
                    {remove}
                </div>
            </div>
        </Card>
    }
    .into_any()
}

/// Moves of its subscribers, from it and to it, that go on by themselves.
fn moves(page: &PackagePage) -> Option<AnyView> {
    let visit = crate::visit::use_visit();
    let one = |one: &domain::packages::views::PackageMove| {
        let args: [(&str, Arg); 4] = [
            ("from", one.from.1.as_str().into()),
            ("to", one.to.1.as_str().into()),
            ("moved", i64::from(one.moved).into()),
            ("total", i64::from(one.total).into()),
        ];
        let poll = (one.state != MoveState::Done).then_some("3");
        let at = visit.local(one.started_at);
        view! {
            <li class="row-line" data-poll=poll>
                <StatusBadge tone=if one.state == MoveState::Done { Tone::Good } else { Tone::Info } label=t(&format!("package-move-{}", one.state.slug())) icon="users"/>
                <span>{t_with("package-move-line", &args)}</span><span class="muted"><TimeText at=at/></span>
            </li>
        }
    };
    (!page.moves.is_empty()).then(|| {
        let lines = page.moves.iter().map(one).collect_view();
        view! { <Card title=t("package-moves")><ul class="flow">{lines}</ul></Card> }.into_any()
    })
}
