//! The form of what is said of a subscriber. A place on the map is answered at once with the zone that it lies in.

use super::api::UpdateSubscriber;
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::people::{ZoneWords, zone_field, zone_words};
use domain::people::{Zone, holding};
use domain::places::{Place, degrees_text};
use domain::rights::Permission;
use domain::{CustomerId, ZoneId};
use leptos::prelude::*;
use services::customers::BY_PLACE;
use services::{accounts, customers, require};
use ui::prelude::*;

pub async fn edit(at: Drawing) -> Result<AnyView, UiError> {
    let id: CustomerId = at.param("id")?;
    require(at.caller()?, Permission::CustomersUpdate)?;
    let customer = customers::customer(at.services(), at.caller()?, id).await?;
    let zones = accounts::zones(at.services(), at.caller()?).await?;
    let found = matching(&at, ("form[latitude]", "form[longitude]"), customer.place, &zones);
    let back = format!("/customers/{id}");
    let first = Lies { zone: customer.zone.as_ref().map(|(id, _)| *id), place: customer.place };
    let (name, version) = (customer.name.clone(), customer.version.to_string());
    let text = Option::unwrap_or_default;
    let mobile = customer.mobile.as_deref().map(super::phone_text).unwrap_or_default();
    let view = view! {
        <PageHeader title=t("customer-edit") subtitle=name.clone() back=(back.clone(), name)/>
        <PostForm action={action::<UpdateSubscriber>()} live=true>
            <Card class="max-w-4xl">
                <ErrorSummary/>
                <HiddenField name="customer" value=id.to_string()/>
                <HiddenField name="version" value=version/>
                <div class="form-grid">
                    <TextField name="form[name]" label=t("customer-name") value=customer.name maxlength=200 autocomplete="off"/>
                    <TextField name="form[mobile]" label=t("customer-mobile") value=mobile kind="tel" inputmode="tel" optional=true autocomplete="off" placeholder="01711-234567"/>
                    <TextField name="form[email]" label=t("customer-email") value=text(customer.email) kind="email" maxlength=254 optional=true autocomplete="off"/>
                    <TextField name="form[national_id]" label=t("customer-national-id") value=text(customer.national_id) maxlength=40 optional=true autocomplete="off"/>
                    <div class="form-wide"><TextAreaField name="form[address]" label=t("customer-address") value=text(customer.address) rows=2 optional=true/></div>
                    {lies_fields(["form[zone]", "form[latitude]", "form[longitude]"], first, &zones, found)}
                </div>
                <div class="form-actions">
                    <SubmitButton label=t("action-save") icon="check"/>
                    <LinkButton href=back label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </PostForm>
    };
    Ok(view.into_any())
}

/// Where a subscriber lies.
#[derive(Default)]
pub(super) struct Lies {
    pub zone: Option<ZoneId>,
    pub place: Option<Place>,
}

/// The zone of the place that is typed, or of the one that is known.
pub(super) fn matching(at: &Drawing, (latitude, longitude): (&str, &str), known: Option<Place>, zones: &[Zone]) -> Option<ZoneId> {
    let place = match (at.typed(latitude), at.typed(longitude)) {
        (Some(latitude), Some(longitude)) => Place::read(latitude, longitude).ok().flatten(),
        _ => known,
    };
    holding(place?, zones).map(|zone| zone.id)
}

/// Zone, latitude and longitude; nothing about zones where the ISP has none.
pub(super) fn lies_fields([zone, latitude, longitude]: [&'static str; 3], first: Lies, zones: &[Zone], found: Option<ZoneId>) -> AnyView {
    let shaped = zones.iter().any(|zone| zone.shape.is_some());
    let offer = found.map(|id| t_with("zone-found", &[("zone", zone_words(id, zones).into())]));
    let by_place = shaped.then(|| (BY_PLACE.to_string(), offer.clone().unwrap_or_else(|| t("zone-by-place"))));
    let words = ZoneWords { name: zone, label: t("zone-name"), none: t("zone-none"), help: String::new() };
    let chosen = first.zone;
    let zone = (!zones.is_empty()).then(|| zone_field(words, zones, chosen, by_place.into_iter().collect()));
    let hint = offer.filter(|_| found != chosen).map(|words| {
        view! { <p class="row-line mt-1.5 text-[0.8125rem]"><Icon name="map-pin"/>{words}</p> }
    });
    let degrees = |value: Option<i32>| value.map(degrees_text).unwrap_or_default();
    view! {
        <TextField name=latitude label=t("place-latitude") value=degrees(first.place.map(|place| place.latitude)) maxlength=20 optional=true autocomplete="off" placeholder="23.8103"/>
        <TextField name=longitude label=t("place-longitude") value=degrees(first.place.map(|place| place.longitude)) maxlength=20 optional=true autocomplete="off" placeholder="90.4125"/>
        <div>{zone}<div role="status" aria-live="polite">{hint}</div></div>
    }
    .into_any()
}
