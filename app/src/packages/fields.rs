//! The parts of a form that say what a package gives, for packages and for masters, each field marked when it follows a
//! master or is the package's own.

use super::words::kind_words;
use chrono::NaiveTime;
use domain::packages::{PackageKind, Pricing, Terms, TermsField};
use leptos::prelude::*;
use rust_decimal::Decimal;
use ui::prelude::*;

/// What marks the fields of a package that has a master.
#[derive(Clone, Default)]
pub(super) struct Marks {
    pub master: Option<String>,
    pub overridden: Vec<TermsField>,
    /// Somebody who sells below the ISP changes none of it.
    pub fixed: bool,
}

impl Marks {
    /// What stands below a field: whose it is.
    fn help(&self, field: TermsField, words: &str) -> String {
        let mark = self.master.as_ref().map(|master| match self.overridden.contains(&field) {
            true => t("package-own"),
            false => t_with("package-inherited", &[("master", master.as_str().into())]),
        });
        [Some(words.to_string()).filter(|words| !words.is_empty()), mark].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

fn mbps(kbps: Option<u32>) -> String {
    kbps.map(|kbps| (Decimal::from(kbps) / Decimal::from(1000)).normalize().to_string()).unwrap_or_default()
}

fn text<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn time(value: Option<NaiveTime>) -> String {
    value.map(|time| time.format("%H:%M").to_string()).unwrap_or_default()
}

/// Kind, what it costs to have it at all, how long it lasts, who sees it.
pub(super) fn what(terms: &Terms, marks: &Marks) -> AnyView {
    let kinds = PackageKind::ALL.into_iter().map(|kind| (kind.slug().to_string(), kind_words(kind))).collect();
    let pricing = Pricing::ALL.into_iter().map(|one| (one.slug().to_string(), t(&format!("package-pricing-{}", one.slug())))).collect();
    let units =
        ["months", "days", "hours", "minutes"].into_iter().map(|unit| (unit.to_string(), t(&format!("package-unit-{unit}")))).collect();
    let seen = vec![("public".to_string(), t("package-public")), ("private".to_string(), t("package-private"))];
    let visibility = if terms.public { "public" } else { "private" };
    let lasting = (!marks.fixed).then(|| {
        view! {
            <TextField name="form[validity_count]" label=t("package-validity") value=terms.validity.count().to_string() inputmode="numeric"
                help=marks.help(TermsField::Validity, "")/>
            <SelectField name="form[validity_unit]" label=t("package-unit") options=units value=terms.validity.unit()/>
        }
    });
    let kept = marks.fixed.then(|| {
        view! {
            <HiddenField name="form[validity_count]" value=terms.validity.count().to_string()/>
            <HiddenField name="form[validity_unit]" value=terms.validity.unit()/>
            <HiddenField name="form[kind]" value=terms.kind.slug()/>
            <HiddenField name="form[pricing]" value=terms.pricing.slug()/>
        }
    });
    let sort = (!marks.fixed).then(|| {
        view! {
            <SelectField name="form[kind]" label=t("package-kind") options=kinds value=terms.kind.slug() help=t("package-kind-help")/>
            <SelectField name="form[pricing]" label=t("package-pricing") options=pricing value=terms.pricing.slug() help=t("package-pricing-help")/>
        }
    });
    view! {
        {sort}
        {lasting}
        {kept}
        <SelectField name="form[visibility]" label=t("package-visibility") options=seen value=visibility help=marks.help(TermsField::Visibility, "")/>
    }
    .into_any()
}

/// Speed, volume, burst and the night.
pub(super) fn speeds(terms: &Terms, marks: &Marks) -> AnyView {
    let burst = terms.burst;
    let night = terms.night;
    let volume = terms.volume_mb.map(|mb| mb / 1_024);
    let speed_help = t("package-speed-help");
    let burst_help = marks.help(TermsField::Burst, &t("package-burst-help"));
    view! {
        <div class="form-grid">
            <TextField name="form[down_mbps]" label=t("package-down") value=mbps(terms.down_kbps) suffix="Mbit/s" inputmode="decimal" optional=true help=marks.help(TermsField::Down, &speed_help)/>
            <TextField name="form[up_mbps]" label=t("package-up") value=mbps(terms.up_kbps) suffix="Mbit/s" inputmode="decimal" optional=true help=marks.help(TermsField::Up, "")/>
            <TextField name="form[volume_gb]" label=t("package-volume") value=text(volume) suffix="GB" inputmode="numeric" optional=true help=marks.help(TermsField::Volume, &t("package-volume-help"))/>
            <TextField name="form[contention]" label=t("package-contention") value=text(terms.contention) prefix="1:" inputmode="numeric" optional=true help=marks.help(TermsField::Contention, &t("package-contention-help"))/>
            <TextField name="form[priority]" label=t("package-priority") value=text(terms.priority) inputmode="numeric" optional=true help=marks.help(TermsField::Priority, &t("package-priority-help"))/>
            <span class="max-md:hidden"></span>
            <TextField name="form[burst_down_mbps]" label=t("package-burst-down") value=mbps(burst.and_then(|b| b.down_kbps)) suffix="Mbit/s" inputmode="decimal" optional=true help=burst_help/>
            <TextField name="form[burst_up_mbps]" label=t("package-burst-up") value=mbps(burst.and_then(|b| b.up_kbps)) suffix="Mbit/s" inputmode="decimal" optional=true/>
            <TextField name="form[burst_from_down_mbps]" label=t("package-burst-from-down") value=mbps(burst.and_then(|b| b.from_down_kbps)) suffix="Mbit/s" inputmode="decimal" optional=true/>
            <TextField name="form[burst_from_up_mbps]" label=t("package-burst-from-up") value=mbps(burst.and_then(|b| b.from_up_kbps)) suffix="Mbit/s" inputmode="decimal" optional=true/>
            <TextField name="form[burst_seconds]" label=t("package-burst-seconds") value=text(burst.map(|b| b.seconds)) inputmode="numeric" optional=true help=t("package-burst-seconds-help")/>
            <span class="max-md:hidden"></span>
            <TextField name="form[night_down_mbps]" label=t("package-night-down") value=mbps(night.and_then(|n| n.down_kbps)) suffix="Mbit/s" inputmode="decimal" optional=true help=marks.help(TermsField::Night, &t("package-night-help"))/>
            <TextField name="form[night_up_mbps]" label=t("package-night-up") value=mbps(night.and_then(|n| n.up_kbps)) suffix="Mbit/s" inputmode="decimal" optional=true/>
            <TextField name="form[night_from]" label=t("package-night-from") value=time(night.map(|n| n.from)) kind="time" optional=true/>
            <TextField name="form[night_to]" label=t("package-night-to") value=time(night.map(|n| n.to)) kind="time" optional=true/>
        </div>
    }
    .into_any()
}
