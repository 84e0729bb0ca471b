//! Zones of the ISP as a tree with shapes on the map: adding, renaming, moving, drawing and taking away. Who is held to one
//! is said on his own page.

use super::api::{DeleteZone, SaveZone};
use super::parts::people_bar;
use super::zone_field::{ZoneWords, zone_field, zone_words};
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::lists::count;
use domain::ZoneId;
use domain::people::{Zone, with_below};
use domain::places::{Shape, degrees_text};
use leptos::prelude::*;
use services::accounts::{self, ZoneRow};
use ui::prelude::*;

const PATH: &str = "/people/zones";

pub async fn zones(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.caller()?;
    let search = at.query().get("q").unwrap_or_default().to_owned();
    let page = accounts::zone_list(at.services(), caller, &search, at.paging()).await?;
    let all = accounts::zones(at.services(), caller).await?;
    let named = |key: &str| at.query().get(key).and_then(|id| id.parse::<ZoneId>().ok());
    let chosen = named("edit").and_then(|id| all.iter().find(|zone| zone.id == id)).cloned();
    let below = named("below").filter(|id| all.iter().any(|zone| zone.id == *id));
    let shape = at.typed("form[shape]").map(str::to_owned);
    let columns = vec![
        Column::new(t("zone-name")),
        Column::new(t("zone-shape")),
        Column::new(t("zone-customers")).numeric(),
        Column::new(t("zone-people")).numeric(),
        Column::new(t("action-edit")).quiet(),
    ];
    let total = page.total;
    let may_change = caller.sees_whole_isp();
    let searched = !search.is_empty();
    let rows = page
        .rows
        .into_iter()
        .map(|zone| {
            let path = zone.zone.parent.filter(|_| searched).map(|parent| zone_words(parent, &all));
            row(zone, path, may_change)
        })
        .collect();
    let table = match all.is_empty() {
        true => {
            let empty = view! { <EmptyState icon="map-pin" title=t("zone-empty") body=t("zone-empty-words")/> }.into_any();
            view! { <DataTable caption=t("zones-title") columns=columns rows=rows empty=empty/> }.into_any()
        }
        false => view! { <DataTable caption=t("zones-title") columns=columns rows=rows total=count(total)/> }.into_any(),
    };
    let words = t_with("zone-count", &[("count", total.into())]);
    let view = view! {
        <PageHeader title=t("zones-title") subtitle=t("zones-lead")/>
        {people_bar(&at)}
        <div class="list-tools"><SearchBox placeholder=t("zone-search")/></div>
        <div class="flow">
            <Card flush=true title=words>{table}</Card>
            {may_change.then(|| form(&all, chosen, below, shape))}
        </div>
    };
    Ok(view.into_any())
}

fn row(row: ZoneRow, path: Option<String>, may_change: bool) -> Row {
    let ZoneRow { zone, depth, customers, people, empty } = row;
    let id = zone.id;
    let before = "– ".repeat(depth);
    let shape = match &zone.shape {
        None => None,
        Some(Shape::Circle { metres, .. }) => Some(t_with("zone-shape-metres", &[("count", i64::from(*metres).into())])),
        Some(Shape::Outline(corners)) => {
            let corners = i64::try_from(corners.len().saturating_sub(1)).unwrap_or(i64::MAX);
            Some(t_with("zone-shape-corners", &[("count", corners.into())]))
        }
    };
    let path = path.map(|path| view! { <span class="muted block text-[0.8125rem]">{path}</span> });
    let delete = (may_change && empty).then(|| {
        view! {
            <PostForm action={action::<DeleteZone>()} key=id.to_string() done=t("zone-deleted")>
                <HiddenField name="id" value=id.to_string()/>
                <ConfirmButton label=t("zone-delete") body=t("zone-delete-words") icon="trash-2" style=ButtonStyle::Ghost/>
            </PostForm>
        }
    });
    let change = may_change.then(|| {
        view! {
            <LinkButton href=format!("{PATH}?edit={id}") label=t("action-edit") icon="pencil" style=ButtonStyle::Ghost/>
            <LinkButton href=format!("{PATH}?below={id}") label=t("zone-add-below") icon="plus" style=ButtonStyle::Ghost/>
        }
    });
    Row::new(id, zone.name.clone())
        .cell(view! { <span><span class="muted" aria-hidden="true">{before}</span>{zone.name}{path}</span> })
        .cell(shape)
        .cell(view! { <a class="link" href=format!("/customers?zone={id}")><NumberText value=customers/></a> })
        .cell(view! { <NumberText value=people/> })
        .cell(view! { <span class="row-line">{change}{delete}</span> })
}

/// What stands in the fields before anybody types.
#[derive(Default)]
struct Fields {
    name: String,
    parent: Option<ZoneId>,
    shape: &'static str,
    latitude: String,
    longitude: String,
    metres: String,
    outline: String,
}

impl Fields {
    fn of(zone: &Zone) -> Self {
        let known = Self { name: zone.name.clone(), parent: zone.parent, ..Self::default() };
        match &zone.shape {
            None => known,
            Some(Shape::Circle { centre, metres }) => Self {
                shape: "circle",
                latitude: degrees_text(centre.latitude),
                longitude: degrees_text(centre.longitude),
                metres: metres.to_string(),
                ..known
            },
            Some(outline) => Self { shape: "outline", outline: outline.outline_text(), ..known },
        }
    }
}

/// All fields of a shape are there until one is chosen while typing: without the script nobody is asked twice.
fn form(all: &[Zone], chosen: Option<Zone>, below: Option<ZoneId>, typed: Option<String>) -> AnyView {
    let first = chosen.as_ref().map_or_else(|| Fields { parent: below, ..Fields::default() }, Fields::of);
    let under = chosen.as_ref().map(|zone| with_below(zone.id, all)).unwrap_or_default();
    let parents: Vec<Zone> = all.iter().filter(|zone| !under.contains(&zone.id)).cloned().collect();
    let title = if chosen.is_some() { t("zone-change") } else { t("zone-add") };
    let back =
        (chosen.is_some() || below.is_some()).then(|| view! { <LinkButton href=PATH label=t("action-cancel") style=ButtonStyle::Ghost/> });
    let identity = chosen.as_ref().map(|zone| (zone.id.to_string(), zone.version.to_string()));
    let shapes = ["circle", "outline"].map(|shape| (shape.to_string(), t(&format!("zone-shape-{shape}")))).to_vec();
    let shown = typed.unwrap_or_else(|| first.shape.to_owned());
    let (circle, outline) = (shown != "outline", shown != "circle");
    let words = ZoneWords { name: "form[parent]", label: t("zone-parent"), none: t("zone-top"), help: String::new() };
    let circle = circle.then_some((first.latitude, first.longitude, first.metres));
    let outline = outline.then_some(first.outline);
    view! {
        <Card title=title class="max-w-4xl">
            <PostForm action={action::<SaveZone>()} live=true>
                <ErrorSummary/>
                {identity.map(|(id, version)| view! { <HiddenField name="id" value=id/> <HiddenField name="version" value=version/> })}
                <div class="form-grid">
                    <TextField name="form[name]" label=t("zone-name") value=first.name maxlength=60 autocomplete="off"/>
                    {zone_field(words, &parents, first.parent, Vec::new())}
                    <SelectField name="form[shape]" label=t("zone-shape") options=shapes value=first.shape empty=t("zone-shape-none") optional=true help=t("zone-shape-help")/>
                    {circle
                        .map(|(latitude, longitude, metres)| {
                            view! {
                                <TextField name="form[latitude]" label=t("place-latitude") value=latitude optional=true maxlength=20 autocomplete="off" placeholder="23.8103"/>
                                <TextField name="form[longitude]" label=t("place-longitude") value=longitude optional=true maxlength=20 autocomplete="off" placeholder="90.4125"/>
                                <TextField name="form[metres]" label=t("zone-metres") value=metres optional=true inputmode="numeric" maxlength=6 autocomplete="off"/>
                            }
                        })}
                    {outline
                        .map(|corners| {
                            view! {
                                <div class="form-wide">
                                    <TextAreaField name="form[outline]" label=t("zone-outline") value=corners rows=5 optional=true help=t("zone-outline-help")/>
                                </div>
                            }
                        })}
                </div>
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/>{back}</div>
            </PostForm>
        </Card>
    }
    .into_any()
}
